// cohub: the command-line client.
//
//   cohub system user-search ada --limit 5
//   cohub call system.getCustomize '[["siteName"]]'
//
// Standard output has the result alone. Exit status: 0 done, 1 the API answered with an error,
// 2 wrong usage, 3 the transport failed, 4 a deadline passed, 130 interrupted.

#include <cohub/cohub.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <CLI/CLI.hpp>
#include <signal.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <optional>
#include <string>

#include "completion.hpp"
#include "doors.hpp"
#include "method_commands.hpp"
#include "pieces_calls.hpp"
#include "print.hpp"
#include "settings.hpp"
#include "values.hpp"

namespace asio = boost::asio;

namespace {

enum status
{
    done = 0,
    refused = 1,
    usage = 2,
    transport = 3,
    deadline = 4,
    internal = 70,  // a bug, as sysexits.h has it
    interrupted = 130,
};

int status_of(cohub::failure const& f)
{
    if (f.code == cohub::errc::timeout) return deadline;
    if (f.code == cohub::errc::cancelled) return interrupted;
    if (f.code == cohub::condition::refused || f.http_status == 413) return refused;
    // The server's word on what was given.
    if (f.code == cohub::errc::invalid_argument && !f.server_message.empty()) return refused;
    // Nothing was sent: what was given cannot be.
    if (f.code == cohub::errc::invalid_argument || f.code == cohub::errc::too_large)
        return f.attempts == 0 ? usage : transport;
    return transport;
}

char const* advice(cohub::failure const& f)
{
    auto const is = [&](cohub::errc e) { return f.code == e; };
    if (is(cohub::errc::unauthorized)) return "; try another key: --api-key-file or COCALC_API_KEY";
    if (is(cohub::errc::tls_untrusted)) return "; try --ca-file with the server's issuer";
    if (is(cohub::errc::resolve_failed)) return "; try another --host";
    if (is(cohub::errc::connect_failed)) return "; try another --host, or later";
    if (is(cohub::errc::timeout)) return "; try a longer --timeout";
    if (is(cohub::errc::rate_limited)) return "; try later";
    if (is(cohub::errc::sign_in_required)) return "; sign in to Pieces OS, or connect its cloud";
    return "";
}

void complain(std::string const& text) { std::cerr << "error: " << text << '\n'; }

using cli::answer;

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
    cli::doors const doors(hub, address_of(r));
    auto const options = cohub::call_options().idempotent(r.idempotent);
    if (r.typed != nullptr) co_return co_await r.typed(doors, r.args.as_object());
    if (r.api == cli::api::project) {
        cohub::project_api const project(doors.channel, doors.address);
        co_return co_await project.call(r.wire, r.args, options, cohub::as_result);
    }
    if (r.api == cli::api::v1) {
        cohub::v1_api const v1(doors.channel);
        boost::json::object fields;
        if (!r.args.is_null()) fields = r.args.as_object();
        auto const sent = co_await v1.call(r.wire, fields, options, cohub::as_result);
        co_return doors.whole(sent);
    }
    co_return co_await hub.call(r.wire, r.args, options, cohub::as_result);
}

// What a table shows of an answer: of API v1's envelope the rows, if it has any.
boost::json::value const& shown(cli::request const& r, boost::json::value const& v)
{
    if (r.api == cli::api::v1)
        if (auto const* const rows = v.as_object().if_contains("results")) return *rows;
    return v;  // NOLINT(bugprone-return-const-ref-from-parameter): the callers keep the answer
}

using cli::text_answer;

// What is to be printed of a hub's answer.
asio::awaitable<text_answer> ask_hub(
    cohub::hub const& hub, cli::settings const& s, cli::request const& r
)
{
    answer const a = co_await ask(hub, r);
    if (!a) co_return a.error();
    if (s.format() == cli::format::table) co_return cli::to_table(shown(r, *a));
    co_return cli::to_json(*a) + '\n';
}

// Runs to the end, or to a signal, and prints what came of it.
int conduct(asio::io_context& io, std::string const& what, asio::awaitable<text_answer> task)
{
    asio::cancellation_signal stop;
    asio::signal_set signals(io, SIGINT, SIGTERM);
    int caught = 0;
    signals.async_wait([&](boost::system::error_code ec, int signal) {
        if (ec) return;
        caught = signal;
        stop.emit(asio::cancellation_type::terminal);
    });

    std::optional<text_answer> outcome;
    std::exception_ptr bug;
    auto const finish = [&](std::exception_ptr e, text_answer a) {
        bug = e;
        outcome = std::move(a);
        signals.cancel();
    };
    asio::co_spawn(io, std::move(task), asio::bind_cancellation_slot(stop.slot(), finish));
    io.run();

    // A coroutine that was cancelled before it began ends with an exception of Asio's.
    if (caught != 0 && (bug || !outcome || !*outcome)) {
        complain(what + ": interrupted");
        return 128 + caught;
    }
    if (bug) std::rethrow_exception(bug);
    if (!*outcome) {
        cohub::failure const& f = outcome->error();
        complain(f.message() + advice(f));
        return status_of(f);
    }
    return cli::print(**outcome) ? done : transport;
}

int run(cli::settings const& s, cli::request const& r)
{
    asio::io_context io(1);
    if (r.api == cli::api::pieces) {
        auto options = s.pieces_options();
        if (!r.application_id.empty()) options.application_id = r.application_id;
        return conduct(io, r.wire, cli::ask_pieces(io, std::move(options), s.format(), r));
    }
    auto options = s.client_options();
    std::optional<cohub::hub> hub;
    try {
        hub.emplace(io, std::move(options));
    } catch (cohub::error const& e) {
        complain(e.what());
        return usage;
    }
    return conduct(io, r.wire, ask_hub(*hub, s, r));
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
    CLI::App app("Asks a CoCalc server, or Pieces OS, from the command line.", "cohub");
    app.set_version_flag("--version", std::string("cohub ") + COHUB_VERSION_STRING);
    app.set_help_all_flag("--help-all", "Help for all methods");
    app.require_subcommand(1)->fallthrough();
    app.footer(
        "Standard output has the result alone, as JSON or with -o table.\n"
        "Exit status: 0 done, 1 the API answered with an error, 2 wrong usage, 3 the transport\n"
        "failed, 4 a deadline passed, 130 interrupted.\n"
        "Example: cohub system user-search ada --limit 5"
    );
    cli::settings s;
    cli::add_global_options(app, s);
    cli::method_commands const methods(app);
    CLI::App* const completion =
        app.add_subcommand("completion", "Print a script that completes commands in a shell");
    completion->require_subcommand(1);
    completion->add_subcommand("bash", "For bash: eval \"$(cohub completion bash)\"");
    try {
        app.parse(argc, argv);
        hide_key(argc, argv);
        if (completion->parsed()) return cli::print(cli::bash_completion(app)) ? done : transport;
        cli::request const r = methods.chosen();
        if (!r.timeout.empty()) s.timeout = r.timeout;
        return run(s, r);
    } catch (CLI::Success const& asked) {
        return app.exit(asked);
    } catch (CLI::ParseError const& e) {
        complain(std::string(e.what()) + "; see cohub --help");
    } catch (cli::usage_error const& e) {
        complain(std::string(e.what()) + "; see cohub --help");
    }
    return usage;
} catch (std::exception const& e) {
    complain(e.what());
    return internal;
}
