// cohub: the command-line client.
//
//   cohub system user-search ada --limit 5
//   cohub call system.getCustomize '[["siteName"]]'
//
// Standard output has the result alone; if it cannot be written, that is a failure of the transport
// too. Exit status: 0 done, 1 the API answered with an error,
// 2 wrong usage, 3 the transport failed, 4 a deadline passed, 130 interrupted.

#include <cohub/cohub.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <signal.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "batch.hpp"
#include "conduct.hpp"
#include "doors.hpp"
#include "escaping.hpp"
#include "formats.hpp"
#include "json_text.hpp"
#include "method_commands.hpp"
#include "outcome.hpp"
#include "own_commands.hpp"
#include "pass_through.hpp"
#include "pieces_calls.hpp"
#include "print.hpp"
#include "settings.hpp"
#include "suggestions.hpp"
#include "values.hpp"

namespace asio = boost::asio;

namespace {

using cli::answer;
using cli::complain;

cohub::cocalc::project_address_ptr address_of(cli::request const& r)
{
    using cohub::cocalc::project_address;
    cohub::cocalc::project_address_ptr a =
        r.project_id ? new project_address(*r.project_id) : new project_address();
    if (r.compute_server) a = new project_address(*a, *r.compute_server);
    return a;
}

asio::awaitable<answer> ask(cohub::hub const& hub, cli::request r)
{
    cli::doors const doors(hub, address_of(r), r.numbers);
    if (r.typed != nullptr) co_return co_await r.typed(doors, r.named);
    co_return co_await cli::call_any(doors, std::move(r));
}

// What rows are looked for in: of API v1's envelope its results, if it has any, and of API v2's
// what it says about accounts.
std::string_view rows_in(cli::request const& r, std::string_view json)
{
    if (r.api != cli::api::v1 && r.api != cli::api::v2) return json;
    cli::json_node const all = cli::read_tree(json);
    for (char const* const member : {"results", "names", "profile"})
        if (auto const* const rows = all.member(member))
            if ((r.api == cli::api::v1) == (rows->name == "results")) return rows->raw;
    return json;
}

using cli::text_answer;

// What is to be printed of a hub's answer.
std::string shown(cli::settings const& s, cli::request const& r, std::string const& json)
{
    cli::layout how = s.layout();
    if (r.key != nullptr) how.key = r.key;
    std::string_view const rows = how.wants_rows() ? rows_in(r, json) : json;
    cli::warn_of_columns(rows, how);
    return cli::render(rows, how);
}

void append_detail(cohub::failure& f, std::string const& words)
{
    f.detail += (f.detail.empty() ? "" : "; ") + words;
}

// The server may know functions that are in no table. So a name is judged when it was refused.
cohub::failure with_suggestion(cohub::failure f, cli::request const& r)
{
    bool const wants_project = f.server_message.find("project_id") != std::string::npos;
    if (r.api == cli::api::project && !r.project_id && wants_project)
        append_detail(f, "give --project-id ID");
    bool const is_free =
        r.typed == nullptr && (r.api == cli::api::hub || r.api == cli::api::project);
    if (!is_free || f.code != cohub::condition::refused) return f;
    auto const known = cli::wire_names(r.api == cli::api::hub ? "" : "project");
    if (std::find(known.begin(), known.end(), r.wire) != known.end()) return f;
    std::string const words = cli::did_you_mean(r.wire, known);
    if (!words.empty()) append_detail(f, words.substr(2));
    return f;
}

asio::awaitable<text_answer> ask_hub(
    cohub::hub const& hub, cli::settings const& s, cli::request const& r
)
{
    answer const a = co_await ask(hub, r);
    if (!a) co_return with_suggestion(a.error(), r);
    if (r.pass_through) co_return *a;
    co_return shown(s, r, *a);
}

// The option behind what the library calls it.
std::string option_named_in(std::string const& text)
{
    constexpr std::pair<char const*, char const*> options[] = {
        {"ca_file", "--ca-file"},
        {"client_cert_file", "--cert"},
        {"client_key_file", "--key"},
        {"api_key", "--api-key or --api-key-file"}};
    for (auto const& [name, option] : options)
        if (text.find(name) != std::string::npos)
            return std::string("; here that is ") + option + ", or what cohub config shows";
    return {};
}

// Null, and told, if an option cannot be.
std::optional<cohub::hub> open_hub(asio::io_context& io, cli::settings const& s)
{
    std::optional<cohub::hub> hub;
    try {
        hub.emplace(io, s.client_options());
    } catch (cohub::error const& e) {
        complain(e.what() + option_named_in(e.what()));
    }
    return hub;
}

int run(cli::settings const& s, cli::request const& r)
{
    asio::io_context io(1);
    if (r.api == cli::api::pieces) {
        auto options = s.pieces_options();
        if (!r.application_id.empty()) options.application_id = r.application_id;
        return cli::conduct(io, r.wire, cli::ask_pieces(io, std::move(options), s.layout(), r));
    }
    auto const hub = open_hub(io, s);
    if (!hub) return cli::usage;
    cli::finish end = cli::print_all;
    if (r.pass_through) end = [](std::string const& text, int) { return cli::pass_through(text); };
    return cli::conduct(io, r.wire, ask_hub(*hub, s, r), end);
}

// One call for each line.
int run_batch(cli::settings& s, cli::method_commands const& methods, cli::batch all)
{
    s.connections = static_cast<std::size_t>(s.concurrency);
    asio::io_context io(1);
    auto const hub = open_hub(io, s);
    if (!hub) return cli::usage;
    bool const wants_rows = s.layout().wants_rows();
    auto const call = [](cohub::hub const& to, cli::request r, bool rows
                      ) -> asio::awaitable<answer> {
        cli::request const kept = r;
        answer const a = co_await ask(to, std::move(r));
        if (!a || !rows) co_return a;
        co_return std::string(rows_in(kept, *a));
    };
    auto const one = [&](std::string line) {
        return call(*hub, methods.chosen_with(line), wants_rows);
    };
    cli::finish const end = [&all](std::string const& text, int signal) {
        cli::print(text);
        return all.finish(signal);
    };
    return cli::conduct(io, "--from", all.run(one, s.connections), end);
}

// Asks a person before something goes that does not come back.
void confirm(cli::settings const& s, cli::request const& r, std::string const& which)
{
    if (s.yes) return;
    std::string const where = r.api == cli::api::pieces ? std::string() : s.host_in_use() + ": ";
    std::string const question =
        where + r.wire + ' ' + which + '\n' + r.wire + " deletes, and nothing brings it back";
    if (!cli::confirmed(question))
        throw cli::usage_error("not confirmed, nothing was sent; --yes goes without the question");
}

std::string project_of(cli::request const& r)
{
    return r.project_id ? " in project " + *r.project_id : std::string();
}

// The arguments, for a person.
std::string arguments_of(cli::request const& r)
{
    if (r.holds_secret) return "(with a secret)";
    std::string json = r.typed == nullptr ? r.args : boost::json::serialize(r.named);
    json += project_of(r);
    cli::cell c = cli::make_cell(json);
    cli::cut(c, 300);
    return c.text;
}

int run_method(cli::settings& s, cli::method_commands const& methods)
{
    std::string const from = methods.from();
    if (from.empty()) {
        cli::request const r = methods.chosen();
        if (!r.timeout.empty()) s.timeout = r.timeout;
        if (r.deletes) confirm(s, r, arguments_of(r));
        return run(s, r);
    }
    cli::batch all = cli::batch::from_file(from, s.layout());
    // All lines are of one method.
    cli::request const any = methods.chosen_with("1");
    if (any.pass_through)
        throw cli::usage_error("--pass-through is for one command; leave --from out");
    if (!any.timeout.empty()) s.timeout = any.timeout;
    if (any.key != nullptr) all.set_key(any.key);
    std::size_t const lines = all.size();
    if (any.deletes)
        confirm(
            s,
            any,
            "for " + std::to_string(lines) + (lines == 1 ? " line of " : " lines of ") + from +
                project_of(any)
        );
    return run_batch(s, methods, std::move(all));
}

// What follows `--api-key` is in everybody's process list until it is overwritten.
void hide_key(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i) {
        std::string_view const a = argv[i];
        if (a == "--api-key" && i + 1 < argc)
            std::memset(argv[i + 1], '*', std::strlen(argv[i + 1]));
        else if (a.starts_with("--api-key="))
            std::memset(argv[i] + 10, '*', a.size() - 10);
    }
}

}  // namespace

int main(int argc, char** argv)
try {
#if defined(SIGPIPE)
    ::signal(SIGPIPE, SIG_IGN);
#endif
    cli::keep_standard_descriptors();
    std::vector<std::string> const arguments(argv + std::min(argc, 1), argv + argc);
    CLI::App app("Asks a CoCalc server, or Pieces OS, from the command line.", "cohub");
    app.set_version_flag("--version", std::string("cohub ") + COHUB_VERSION_STRING);
    app.set_help_all_flag("--help-all", "Help for all commands below this one");
    app.require_subcommand(1)->fallthrough();
    app.footer(
        "Standard output has the result alone, its numbers as the server sent them: as JSON, or as "
        "-o\n"
        "and --columns say. Arguments of call are sent as they are given.\n"
        "Exit status: 0 done, 1 the API answered with an error, 2 wrong usage, 3 the transport\n"
        "or the output failed, 4 a deadline passed, 70 a defect of cohub, 130 interrupted.\n"
        "Example: cohub system user-search ada --limit 5"
    );
    cli::settings s;
    cli::add_global_options(app, s);
    cli::method_commands const methods(app);
    cli::own_commands const own(app);
    try {
        app.parse(argc, argv);
        hide_key(argc, argv);
        // CLI11 2.4 takes `system.ping` for `system ping`, and older versions refuse it.
        if (auto const wrong = cli::find_wrong_word(app, arguments); !wrong.text.empty())
            throw cli::usage_error(wrong.text);
        cli::refuse_empty_options(app);
        if (own.chosen()) return own.run(s);
        s.complete(app);
        return run_method(s, methods);
    } catch (CLI::Success const& asked) {
        // Help about another command than the one that was meant would hide the mistake.
        auto const wrong = cli::find_wrong_word(app, arguments);
        if (!wrong.text.empty()) {
            complain(wrong.text + "; see " + wrong.command + " --help");
            return cli::usage;
        }
        std::ostringstream help;
        int const status = app.exit(asked, help, help);
        cli::print(help.str());
        return status;
    } catch (CLI::ParseError const& e) {
        hide_key(argc, argv);
        auto const wrong = cli::find_wrong_word(app, arguments);
        complain(
            (wrong.text.empty() ? e.what() : wrong.text) + "; see " + wrong.command + " --help"
        );
    } catch (cli::usage_error const& e) {
        auto const place = cli::find_wrong_word(app, arguments);
        complain(std::string(e.what()) + "; see " + place.command + " --help");
    }
    return cli::usage;
} catch (cli::system_failure const& e) {
    complain(e.what());
    return cli::transport;
} catch (boost::system::system_error const& e) {
    // The system's own word, and not one of this library's.
    bool const by_system = e.code().category() == boost::system::system_category();
    complain(by_system ? e.code().message() + cli::advice(e.code()) : std::string(e.what()));
    return by_system ? cli::transport : cli::internal;
} catch (std::exception const& e) {
    complain(e.what());
    return cli::internal;
}
