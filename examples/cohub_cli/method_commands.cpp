#include "method_commands.hpp"

#include <cohub/json/timestamp.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <charconv>
#include <deque>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "methods.hpp"
#include "values.hpp"

namespace cli {

namespace json = boost::json;

namespace {

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

json::value integer_or_double(std::string const& what, std::string const& text)
{
    char const* const end = text.data() + text.size();
    std::int64_t integer = 0;
    if (auto const r = std::from_chars(text.data(), end, integer);
        r.ec == std::errc() && r.ptr == end)
        return integer;
    double number = 0;
    if (auto const r = std::from_chars(text.data(), end, number);
        r.ec == std::errc() && r.ptr == end && !text.empty())
        return number;
    throw usage_error(what + ": '" + text + "' is no number");
}

json::value read_time(std::string const& what, std::string const& text)
{
    if (text.find_first_not_of("0123456789") == std::string::npos)
        return integer_or_double(what, text);
    auto const time = cohub::json::parse_iso8601(text);
    if (!time)
        throw usage_error(
            what + ": '" + text + "' is no time; write 2030-01-01T00:00:00Z, or ms since 1970"
        );
    return std::int64_t(time->time_since_epoch().count());
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

}  // namespace

struct method_commands::command
{
    struct argument
    {
        parameter const* about = nullptr;
        CLI::Option* option = nullptr;
        std::string text;
        std::vector<std::string> texts;
        std::vector<std::int64_t> integers;
        std::int64_t integer = 0;
        double number = 0;
        bool boolean = false;
    };

    method const* about = nullptr;
    CLI::App* app = nullptr;
    std::deque<argument> arguments;  // CLI11 keeps references

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
            case kind::number:
                a.option = app->add_option(names, a.number, p.help);
                break;
            case kind::integers:
                a.option = app->add_option(names, a.integers, p.help);
                break;
            case kind::integer:
                a.option = app->add_option(names, a.integer, p.help);
                break;
            case kind::texts:
            case kind::one_or_many:
                a.option = app->add_option(names, a.texts, p.help);
                break;
            default:
                a.option = app->add_option(names, a.text, p.help);
        }
        a.option->type_name(p.words != nullptr ? p.words : type_name(p.kind))->required(p.required);
    }

    json::value value_of(argument const& a) const
    {
        std::string const what = "--" + with_dashes(a.about->name);
        switch (a.about->kind) {
            case kind::boolean:
                return a.boolean;
            case kind::bit:
                return a.boolean ? 1 : 0;
            case kind::integer:
                return a.integer;
            case kind::number:
                return a.number;
            case kind::integers:
                return json::array(a.integers.begin(), a.integers.end());
            case kind::one_or_many:
                if (a.texts.size() == 1) return json::value(a.texts[0]);
                [[fallthrough]];
            case kind::texts:
                return json::array(a.texts.begin(), a.texts.end());
            case kind::time:
                return read_time(what, a.text);
            case kind::seconds:
                return integer_or_double(what, a.text);
            case kind::content:
                return json::value(read_argument(what, a.text));
            case kind::json:
                return read_json(what, a.text);
            case kind::json_text:
                return json::value(read_json_text(what, a.text));
            case kind::secret:
                return json::value(trimmed(read_argument(what, a.text)));
            case kind::text:
                break;
        }
        return json::value(a.text);
    }

    request make() const
    {
        request r;
        json::array list;
        json::object object;
        for (auto const& a : arguments) {
            if (a.option->count() == 0) continue;
            if (a.about->kind == kind::seconds && has_unit(a.text)) {
                r.timeout = a.text;
                continue;
            }
            bool const first = &a == &arguments.front();
            if (about->shape == shape::list || (about->shape == shape::then_object && first))
                list.push_back(value_of(a));
            else
                object[a.about->name] = value_of(a);
        }
        r.wire = about->wire;
        r.typed = about->typed;
        r.idempotent = is_safe(object);
        if (about->shape == shape::typed) {
            r.args = std::move(object);
            return r;
        }
        if (about->shape == shape::opts) {
            json::object inner = std::move(object);
            object = {{"opts", std::move(inner)}};
        }
        bool const always = about->shape == shape::object || about->shape == shape::opts;
        if (always || !object.empty()) list.push_back(std::move(object));
        r.args = std::move(list);
        return r;
    }

    bool is_safe(json::object const& given) const
    {
        switch (about->repeat) {
            case repeat::safe:
                return true;
            case repeat::unless_create: {
                auto const* const action = given.if_contains("action");
                return action != nullptr && *action != json::value("create");
            }
            case repeat::unless_mail:
                return !given.contains("email");
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

/// Any method by its name: `call`, `project call` and `v1 call`.
struct method_commands::free_call
{
    CLI::App* app = nullptr;
    std::string name, args;

    void add(CLI::App& to, std::string const& globals, char const* about)
    {
        app = to.add_subcommand("call", about)->fallthrough()->footer(globals);
        app->add_option("name", name, "e.g. system.getCustomize; of v1 the event, e.g. ping")
            ->required()
            ->type_name("TEXT");
        app->add_option("args", args, "An array of arguments, or for v1 an object of fields")
            ->type_name("JSON|@FILE|-");
    }

    request make(api a) const
    {
        request r;
        r.wire = name;
        if (args.empty()) return r;
        r.args = read_json("args", args);
        if (a == api::v1 && !r.args.is_object())
            throw usage_error("args: a JSON object is needed, e.g. '{\"query\":\"ada\"}'");
        if (a != api::v1 && !r.args.is_array())
            throw usage_error("args: a JSON array is needed, e.g. '[{\"query\":\"ada\"}]'");
        return r;
    }
};

struct method_commands::state
{
    std::deque<command> commands;
    std::map<std::string_view, CLI::App*> groups;
    free_call of_hub, of_project, of_v1;
    CLI::Option* project_id = nullptr;
    CLI::Option* compute_server = nullptr;
    std::string application;
    std::string project;
    std::int64_t server = 0;

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
                                   : "The methods of " + name
            );
            group->require_subcommand(1)->fallthrough()->footer(globals);
        }
        std::string const names = m.name;
        auto const comma = names.find(',');
        command& c = commands.emplace_back();
        c.about = &m;
        c.app = group->add_subcommand(names.substr(0, comma), m.help);
        c.app->fallthrough()->footer(globals);
        if (comma != std::string::npos) c.app->alias(names.substr(comma + 1));
        for (parameter const& p : m.parameters) c.add(p);
    }

    request make() const
    {
        if (of_hub.app->parsed()) return of_hub.make(api::hub);
        if (of_project.app->parsed()) return of_project.make(api::project);
        if (of_v1.app->parsed()) return of_v1.make(api::v1);
        for (auto const& c : commands)
            if (c.app->parsed()) return c.make();
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
    state_->of_hub.add(app, globals, "Any method by its wire name");
}

method_commands::~method_commands() = default;

request method_commands::chosen() const
{
    request r = state_->make();
    if (state_->groups["v1"]->parsed()) r.api = api::v1;
    if (state_->groups["project"]->parsed()) r.api = api::project;
    if (state_->groups["pieces"]->parsed()) r.api = api::pieces;
    r.application_id = state_->application;
    if (*state_->project_id) r.project_id = state_->project;
    if (*state_->compute_server) r.compute_server = state_->server;
    return r;
}

}  // namespace cli
