#include "method_commands.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
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
    std::string text(name);
    std::replace(text.begin(), text.end(), '_', '-');
    return text;
}

char const* type_name(kind k)
{
    switch (k) {
        case kind::integer:
            return "N";
        case kind::json:
            return "JSON|@FILE|-";
        case kind::secret:
            return "TEXT|@FILE|-";
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
        std::int64_t integer = 0;
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
                a.option = app->add_flag(names, a.boolean, p.help);
                return;
            case kind::integer:
                a.option = app->add_option(names, a.integer, p.help);
                break;
            case kind::texts:
                a.option = app->add_option(names, a.texts, p.help);
                break;
            default:
                a.option = app->add_option(names, a.text, p.help);
        }
        a.option->type_name(type_name(p.kind))->required(p.required);
    }

    json::value value_of(argument const& a) const
    {
        std::string const what = "--" + with_dashes(a.about->name);
        switch (a.about->kind) {
            case kind::boolean:
                return a.boolean;
            case kind::integer:
                return a.integer;
            case kind::texts:
                return json::array(a.texts.begin(), a.texts.end());
            case kind::json:
                return read_json(what, a.text);
            case kind::secret:
                return json::value(trimmed(read_argument(what, a.text)));
            case kind::text:
                break;
        }
        return json::value(a.text);
    }

    request make() const
    {
        json::array args;
        json::object object;
        for (auto const& a : arguments) {
            if (a.option->count() == 0) continue;
            if (about->shape == shape::object)
                object[a.about->name] = value_of(a);
            else
                args.push_back(value_of(a));
        }
        request r;
        r.wire = about->wire;
        auto const* const action = object.if_contains("action");
        r.idempotent = about->repeat == repeat::safe ||
                       (about->repeat == repeat::unless_create && action != nullptr &&
                        *action != json::value("create"));
        if (about->shape == shape::object) args.push_back(std::move(object));
        r.args = std::move(args);
        return r;
    }
};

struct method_commands::state
{
    std::deque<command> commands;
    CLI::App* call = nullptr;
    std::string wire, args;
};

method_commands::method_commands(CLI::App& app) : state_(std::make_unique<state>())
{
    std::string globals = "Global options:";
    for (CLI::Option const* const o : app.get_options())
        if (o->get_group().starts_with("Global")) globals += ' ' + o->get_name();
    globals += "\nSee cohub --help.";

    std::map<std::string_view, CLI::App*> groups;
    for (method const& m : all_methods()) {
        CLI::App*& group = groups[m.group];
        if (group == nullptr) {
            group = app.add_subcommand(m.group, "The methods of " + std::string(m.group));
            group->require_subcommand(1)->fallthrough()->footer(globals);
        }
        command& c = state_->commands.emplace_back();
        c.about = &m;
        c.app = group->add_subcommand(m.name, m.help)->fallthrough()->footer(globals);
        for (parameter const& p : m.parameters) c.add(p);
    }
    state_->call =
        app.add_subcommand("call", "Any method by its wire name")->fallthrough()->footer(globals);
    state_->call->add_option("name", state_->wire, "e.g. system.getCustomize")
        ->required()
        ->type_name("TEXT");
    state_->call
        ->add_option("args", state_->args, "Positional arguments, an array; without it: none")
        ->type_name("JSON|@FILE|-");
}

method_commands::~method_commands() = default;

request method_commands::chosen() const
{
    for (auto const& c : state_->commands)
        if (c.app->parsed()) return c.make();
    request r;
    r.wire = state_->wire;
    if (!state_->args.empty()) {
        r.args = read_json("args", state_->args);
        if (!r.args.is_array())
            throw usage_error("args: a JSON array is needed, e.g. '[{\"query\":\"ada\"}]'");
    }
    return r;
}

}  // namespace cli
