#include "method_commands.hpp"

#include <cohub/json/decode.hpp>
#include <cohub/json/encode.hpp>
#include <cohub/json/timestamp.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "examples.hpp"
#include "methods.hpp"
#include "values.hpp"

namespace cli {

namespace {

/// A whole number as people write them: no octal or hexadecimal one, which another number would
/// come of, and none that had to be changed.
std::string read_integer(std::string const& what, std::string const& text)
{
    if (!is_json_number(text) || text.find_first_of(".eE") != std::string::npos)
        throw usage_error(what + ": '" + text + "' is no whole number, such as 20");
    std::int64_t number = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc())
        throw usage_error(
            what + ": '" + text +
            "' does not fit into 64 bits; give a number from -9223372036854775808 to "
            "9223372036854775807"
        );
    return text;
}

/// A number as it is given, if JSON has it so.
std::string read_number(std::string const& what, std::string const& text)
{
    if (is_json_number(text)) return text;
    char const* const end = text.data() + text.size();
    double number = 0;
    auto const read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || text.empty() || !std::isfinite(number))
        throw usage_error(what + ": '" + text + "' is no number");
    std::string plain;
    cohub::json::writer(plain).number(number);
    return plain;
}

std::string read_time(std::string const& what, std::string const& text)
{
    if (text.find_first_not_of("0123456789") == std::string::npos) return read_number(what, text);
    auto const time = cohub::json::parse_iso8601(text);
    if (!time)
        throw usage_error(
            what + ": '" + text + "' is no time; write 2030-01-01T00:00:00Z, or ms since 1970"
        );
    return std::to_string(time->time_since_epoch().count());
}

std::string quoted(std::string const& what, std::string_view text)
{
    std::string json;
    cohub::json::writer w(json);
    w.text(text);
    if (!w.problem().empty()) throw usage_error(what + ": " + std::string(w.problem()));
    return json;
}

/// [a,b], each by `write`.
template <class Items, class Write>
std::string listed(Items const& items, Write write)
{
    std::string json = "[";
    for (auto const& item : items) {
        if (json.size() > 1) json += ',';
        json += write(item);
    }
    return json + ']';
}

char const* type_name(kind k)
{
    switch (k) {
        case kind::integer:
        case kind::integers:
        case kind::number:
            return "N";
        case kind::json:
        case kind::json_text:
            return "JSON|@FILE|-";
        case kind::content:
        case kind::secret:
            return "TEXT|@FILE|-";
        case kind::time:
            return "TIME";
        case kind::seconds:
            return "SECONDS";
        default:
            return "TEXT";
    }
}

/// As in the tables; empty for the hub.
std::string_view group_of(api a)
{
    switch (a) {
        case api::hub:
            break;
        case api::project:
            return "project";
        case api::v1:
            return "v1";
        case api::v2:
            return "v2";
        case api::pieces:
            return "pieces";
    }
    return {};
}

bool is_of(method const& m, std::string_view api)
{
    std::string_view const group = m.group;
    bool const own = group == "project" || group == "v1" || group == "v2" || group == "pieces";
    return own ? group == api : api.empty();
}

}  // namespace

method const* method_called(std::string_view api, std::string_view wire)
{
    for (auto const& group : all_methods())
        for (method const& m : group)
            if (m.wire == wire && is_of(m, api)) return &m;
    return nullptr;
}

std::vector<std::string> wire_names(std::string_view api)
{
    std::vector<std::string> names;
    for (auto const& group : all_methods())
        for (method const& m : group)
            if (is_of(m, api)) names.emplace_back(m.wire);
    return names;
}

std::string with_dashes(std::string_view name)
{
    std::string text;
    for (char const c : name) {
        bool const capital = c >= 'A' && c <= 'Z';
        if (c == '_' || capital) text += '-';
        if (c != '_') text += capital ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

struct method_commands::command
{
    struct argument
    {
        parameter const* about = nullptr;
        CLI::Option* option = nullptr;
        std::string text;
        std::vector<std::string> texts;
        bool boolean = false;
    };

    method const* about = nullptr;
    CLI::App* app = nullptr;
    std::deque<argument> arguments;  // CLI11 keeps references
    std::string from;
    /// What the lines of that file stand for.
    argument const* of_line = nullptr;
    bool pass_through = false;

    void add(parameter const& p)
    {
        argument& a = arguments.emplace_back();
        a.about = &p;
        std::string names = "--" + with_dashes(p.name);
        if (p.positional) names = std::string(p.name) + ',' + names;
        switch (p.kind) {
            case kind::boolean:
            case kind::bit:
                a.option = app->add_flag(names, a.boolean, p.help);
                return;
            case kind::integers:
            case kind::texts:
            case kind::one_or_many:
                a.option = app->add_option(names, a.texts, p.help);
                break;
            default:
                a.option = app->add_option(names, a.text, p.help);
        }
        a.option->type_name(p.words != nullptr ? p.words : type_name(p.kind))->required(p.required);
    }

    /// Whether a line may stand for it.
    static bool is_line(parameter const& p)
    {
        bool const plain = p.kind == kind::text || p.kind == kind::texts ||
                           p.kind == kind::one_or_many || p.kind == kind::integer;
        return plain && p.words == nullptr && (p.required || p.positional);
    }

    void add_own_options()
    {
        auto const& all = about->parameters;
        if (std::any_of(all.begin(), all.end(), is_line))
            app->add_option_function<std::string>(
                   "--from",
                   [this](std::string const& file) { read_from(file); },
                   "One call for each line of this file, several at once: the line is the first\n"
                   "needed argument that is not given"
            )
                ->type_name("FILE|-");
        if (about->typed == typed::exec)
            app->add_flag(
                "--pass-through",
                pass_through,
                "Its standard output, standard error and exit code become one's own"
            );
    }

    /// Called when all words have been read, and before what is missing is looked for.
    void read_from(std::string const& file)
    {
        if (file.empty()) throw CLI::ValidationError("--from", "is empty; give a file, or -");
        from = file;
        for (argument& a : arguments) {
            if (!is_line(*a.about) || a.option->count() != 0) continue;
            of_line = &a;
            a.option->required(false);
            return;
        }
        throw CLI::ValidationError(
            "--from", "all arguments are given; leave out the one that the lines stand for"
        );
    }

    static argument with_line(argument a, std::string const& line)
    {
        a.text = line;
        a.texts = {line};
        return a;
    }

    /// The argument as JSON.
    static std::string value_of(argument const& a)
    {
        std::string const what = "--" + with_dashes(a.about->name);
        auto const quote = [&](std::string_view text) { return quoted(what, text); };
        switch (a.about->kind) {
            case kind::boolean:
                return a.boolean ? "true" : "false";
            case kind::bit:
                return a.boolean ? "1" : "0";
            case kind::integer:
                return read_integer(what, a.text);
            case kind::number:
            case kind::seconds:
                return read_number(what, a.text);
            case kind::integers:
                return listed(a.texts, [&](std::string const& n) { return read_integer(what, n); });
            case kind::one_or_many:
                if (a.texts.size() == 1) return quote(a.texts[0]);
                [[fallthrough]];
            case kind::texts:
                return listed(a.texts, quote);
            case kind::time:
                return read_time(what, a.text);
            case kind::content:
                return quote(read_argument(what, a.text));
            case kind::json:
                return read_json(what, a.text);
            case kind::json_text:
                // Pieces OS takes more in one another than the hub.
                return quote(read_json(what, a.text, 64));
            case kind::secret:
                return quote(read_secret(what, a.text));
            case kind::text:
                break;
        }
        return quote(a.text);
    }

    /// @param line null: the arguments are all there is
    request make(std::string const* line) const
    {
        request r;
        r.wire = about->wire;
        r.typed = about->typed;
        r.key = about->key;
        r.deletes = deletes_something();
        r.pass_through = pass_through;
        std::string list, object;
        auto const append = [](std::string& to, std::string const& json) {
            if (!to.empty()) to += ',';
            to += json;
        };
        for (auto const& a : arguments) {
            bool const by_line = line != nullptr && &a == of_line;
            if (a.option->count() == 0 && !by_line) continue;
            if (a.about->kind == kind::seconds && has_unit(a.text)) {
                r.timeout = a.text;
                continue;
            }
            if (a.about->kind == kind::secret) r.holds_secret = true;
            std::string const value = value_of(by_line ? with_line(a, *line) : a);
            bool const first = &a == &arguments.front();
            if (about->shape == shape::typed)
                cohub::json::decode(
                    a.about->kind == kind::json ? r.numbers.hide(value) : value,
                    r.named[a.about->name]
                );
            else if (about->shape == shape::list || (about->shape == shape::then_object && first))
                append(list, value);
            else
                append(object, '"' + std::string(a.about->name) + "\":" + value);
        }
        r.idempotent = is_safe();
        if (pass_through) {
            if (given("async_call") != nullptr)
                throw usage_error("--pass-through waits for the end; leave --async-call out");
            // Else the server keeps back what a command has written that fails.
            if (given("async_get") == nullptr) r.named.emplace("err_on_exit", false);
        }
        if (about->shape == shape::opts) object = "\"opts\":{" + object + '}';
        bool const always = about->shape == shape::object || about->shape == shape::opts;
        if (always || !object.empty()) append(list, '{' + object + '}');
        r.args = '[' + list + ']';
        return r;
    }

    /// Null if it was not given.
    argument const* given(std::string_view name) const
    {
        for (auto const& a : arguments)
            if (a.about->name == name && a.option->count() != 0) return &a;
        return nullptr;
    }

    bool deletes_something() const
    {
        if (about->deletes != deletes::by_action) return about->deletes == deletes::yes;
        if (auto const* const a = given("action"); a == nullptr || a->text != "delete")
            return false;
        if (given("id") == nullptr)
            throw usage_error("--id is needed: which key is deleted; 'get' lists them");
        return true;
    }

    bool is_safe() const
    {
        switch (about->repeat) {
            case repeat::safe:
                return true;
            case repeat::unless_create: {
                auto const* const action = given("action");
                return action != nullptr && action->text != "create";
            }
            case repeat::unless_mail:
                return given("email") == nullptr;
            case repeat::never:
            case repeat::typed:
                break;
        }
        return false;
    }

    static bool has_unit(std::string const& text)
    {
        return !text.empty() && text.back() >= 'a' && text.back() <= 'z';
    }
};

/// Any method by its name: `call`, `project call`, `v1 call` and `v2 call`.
struct method_commands::free_call
{
    CLI::App* app = nullptr;
    std::string name, args;

    void add(CLI::App& to, std::string const& globals, char const* about)
    {
        std::string const path = to.get_parent() == nullptr ? "call" : to.get_name() + " call";
        app = to.add_subcommand("call", about)
                  ->fallthrough()
                  ->footer("Example: " + example_of(path) + "\n\n" + globals);
        app->add_option("name", name, "e.g. system.getCustomize; of v1 the event, of v2 the path")
            ->required()
            ->type_name("TEXT");
        app->add_option("args", args, "An array of arguments, or for v1 and v2 an object of fields")
            ->type_name("JSON|@FILE|-");
    }

    /// As of the command for the same method, if there is one.
    static bool deletes_something(method const* known, std::string_view json)
    {
        if (known == nullptr) return false;
        if (known->deletes != deletes::by_action) return known->deletes == deletes::yes;
        json_node const list = read_tree(json);
        auto const* const action = list.items.empty() ? nullptr : list.items[0].member("action");
        return action != nullptr && action->text() == "delete";
    }

    request make(api a) const
    {
        request r;
        r.wire = name;
        bool const takes_fields = a == api::v1 || a == api::v2;
        r.args = args.empty() ? (takes_fields ? "{}" : "[]") : read_json("args", args);
        if (takes_fields && !r.args.starts_with('{'))
            throw usage_error("args: a JSON object is needed, e.g. '{\"query\":\"ada\"}'");
        if (!takes_fields && !r.args.starts_with('['))
            throw usage_error("args: a JSON array is needed, e.g. '[{\"query\":\"ada\"}]'");
        std::string const wire = name.substr(std::min(name.find_first_not_of('/'), name.size()));
        method const* const known = method_called(group_of(a), wire);
        r.deletes = deletes_something(known, r.args);
        if (known != nullptr) r.key = known->key;
        return r;
    }
};

struct method_commands::state
{
    std::deque<command> commands;
    std::map<std::string_view, CLI::App*> groups;
    free_call of_hub, of_project, of_v1, of_v2;
    CLI::Option* project_id = nullptr;
    CLI::Option* compute_server = nullptr;
    std::string application;
    std::string project;
    std::string server;

    void add(CLI::App& app, method const& m, std::string const& globals)
    {
        CLI::App*& group = groups[m.group];
        if (group == nullptr) {
            std::string const name = m.group;
            group = app.add_subcommand(
                name,
                name == "project"  ? "What runs inside one project"
                : name == "pieces" ? "Pieces OS on this machine"
                : name == "v1"     ? "API v1, of older servers"
                : name == "v2"     ? "API v2: accounts, and any other route by `call`"
                                   : "The methods of " + name
            );
            group->require_subcommand(1)->fallthrough()->footer(
                "Example: " + example_of(m) + "\n\n" + globals
            );
        }
        std::string const names = m.name;
        auto const comma = names.find(',');
        command& c = commands.emplace_back();
        c.about = &m;
        c.app = group->add_subcommand(names.substr(0, comma), m.help);
        c.app->fallthrough()->footer("Example: " + example_of(m) + "\n\n" + globals);
        if (comma != std::string::npos) c.app->alias(names.substr(comma + 1));
        for (parameter const& p : m.parameters) c.add(p);
        c.add_own_options();
    }

    command const* chosen() const
    {
        for (auto const& c : commands)
            if (c.app->parsed()) return &c;
        return nullptr;
    }

    request make(std::string const* line) const
    {
        if (of_hub.app->parsed()) return of_hub.make(api::hub);
        if (of_project.app->parsed()) return of_project.make(api::project);
        if (of_v1.app->parsed()) return of_v1.make(api::v1);
        if (of_v2.app->parsed()) return of_v2.make(api::v2);
        if (command const* const c = chosen()) return c->make(line);
        throw usage_error("a method is needed");
    }
};

method_commands::method_commands(CLI::App& app) : state_(std::make_unique<state>())
{
    std::string globals = "Global options:";
    for (CLI::Option const* const o : app.get_options())
        if (o->get_group().starts_with("Global")) globals += ' ' + o->get_name();
    globals += "\nA flag takes a value too: --flag=false. See cohub --help.";

    for (auto const& group : all_methods())
        for (method const& m : group) state_->add(app, m, globals);
    CLI::App& project = *state_->groups["project"];
    state_->project_id =
        project.add_option("--project-id", state_->project, "Else the one that the key belongs to")
            ->type_name("ID");
    state_->compute_server =
        project.add_option("--compute-server", state_->server, "Which of its servers answers")
            ->type_name("N");
    state_->groups["pieces"]
        ->add_option(
            "--application-id", state_->application, "Else $PIECES_APPLICATION_ID, else none"
        )
        ->type_name("ID");
    state_->of_project.add(project, globals, "Any method of a project by its wire name");
    state_->of_v1.add(*state_->groups["v1"], globals, "Any message by its name");
    state_->of_v2.add(*state_->groups["v2"], globals, "Any route by its path, e.g. projects/get");
    state_->of_hub.add(app, globals, "Any method by its wire name");
}

method_commands::~method_commands() = default;

request method_commands::chosen() const { return finished(state_->make(nullptr)); }

std::string method_commands::from() const
{
    auto const* const c = state_->chosen();
    return c != nullptr ? c->from : std::string();
}

request method_commands::chosen_with(std::string const& line) const
{
    return finished(state_->make(&line));
}

request method_commands::finished(request r) const
{
    if (state_->groups["v1"]->parsed()) r.api = api::v1;
    if (state_->groups["v2"]->parsed()) r.api = api::v2;
    if (state_->groups["project"]->parsed()) r.api = api::project;
    if (state_->groups["pieces"]->parsed()) r.api = api::pieces;
    r.application_id = state_->application;
    if (*state_->project_id) r.project_id = state_->project;
    if (*state_->compute_server)
        r.compute_server = std::stoll(read_integer("--compute-server", state_->server));
    return r;
}

}  // namespace cli
