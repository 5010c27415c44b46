// cohub-bench lookup: user lookups against the embedded fake server, or against --host.
// cohub-bench soak: a long run against a server that fails now and then.
//
// Exit status: 0 if every call was answered rightly (soak: none was lost or doubled), 1 if not, 2
// for wrong usage, 130 interrupted.

#include <cohub/fake_server.hpp>

#include <CLI/CLI.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "load.hpp"
#include "report.hpp"
#include "soak.hpp"

namespace {

class usage_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

struct arguments
{
    std::string host, api_key, ca_file, duration = "10s", warm_up = "1s", json, html;
    std::string progress = "auto";
    std::size_t concurrency = 64, connections = 64;
    std::uint64_t requests = 0;
    double rate = 0;
    bench::soak_plan soak;
    bool soaks = false;
};

std::chrono::nanoseconds parse_time(std::string const& text, double longest_seconds)
{
    double number = -1;
    char const* const end = text.data() + text.size();
    auto const [rest, failed] = std::from_chars(text.data(), end, number);
    std::string_view const unit(rest, static_cast<std::size_t>(end - rest));
    double const scale = unit == "ms" ? 0.001 : unit == "s" ? 1 : unit == "m" ? 60 : 0;
    double const seconds = number * scale;
    if (failed != std::errc() || scale == 0 || !(seconds >= 0 && seconds <= longest_seconds))
        throw usage_error(
            "'" + text + "' is no time up to " + std::to_string(static_cast<int>(longest_seconds)) +
            "s; write 10s, 500ms or 2m"
        );
    return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

void describe_soak(CLI::App& app, arguments& a)
{
    CLI::App& soak = *app.add_subcommand(
        "soak", "calls for long to a server of which one connection after the other fails"
    );
    soak.option_defaults()->always_capture_default();
    soak.add_option("--calls", a.soak.calls, "Calls in all")
        ->check(CLI::Range(1000, 1'000'000'000));
    soak.add_option(
            "--connections", a.soak.connections, "Connections that are to fail, one way or another"
    )
        ->check(CLI::Range(100, 10'000'000));
    soak.add_option("--concurrency", a.soak.concurrency, "Calls in flight")
        ->check(CLI::Range(1, 10'000));
    soak.add_option("--seed", a.soak.seed, "Of the faults")->check(CLI::Range(0u, ~0u));
    soak.add_option("--progress", a.progress, "A line on standard error while it runs")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    soak.callback([&a] { a.soaks = true; });
}

void describe(CLI::App& app, arguments& a)
{
    app.set_version_flag("--version", "cohub-bench " COHUB_VERSION_STRING);
    app.require_subcommand(1);
    CLI::App& lookup = *app.add_subcommand("lookup", "user_search, over and over");
    lookup.option_defaults()->always_capture_default();
    lookup.add_option("--host", a.host, "Server to load; without it an embedded fake one")
        ->type_name("URL");
    lookup.add_option("--api-key", a.api_key, "API key for --host; else $COCALC_API_KEY")
        ->type_name("KEY");
    lookup.add_option("--ca-file", a.ca_file, "Issuers to trust; else $SSL_CERT_FILE")
        ->type_name("PEM");
    lookup.add_option("--concurrency", a.concurrency, "Calls in flight")
        ->check(CLI::Range(1, 100'000));
    lookup.add_option("--connections", a.connections, "Connections at most")
        ->check(CLI::Range(1, 65'535));
    auto* const duration = lookup.add_option("--duration", a.duration, "How long: 10s, 500ms, 2m");
    lookup.add_option("--requests", a.requests, "How many, in place of how long")
        ->check(CLI::Range(1, 100'000'000))
        ->excludes(duration);
    lookup.add_option("--rate", a.rate, "Open loop: so many a second, latencies from when due")
        ->check(CLI::Range(0.1, 1e7));
    lookup.add_option("--warmup", a.warm_up, "Load before the measuring begins; 0s: none");
    lookup.add_option("--json", a.json, "Write all figures there")->type_name("FILE");
    lookup.add_option("--report", a.html, "Write a page with charts there")->type_name("FILE");
    lookup.add_option("--progress", a.progress, "A line on standard error while it runs")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    describe_soak(app, a);
}

bench::load load_of(arguments const& a)
{
    bench::load work;
    work.concurrency = a.concurrency;
    work.requests = a.requests;
    work.duration = parse_time(a.duration, 3600);
    work.warm_up = parse_time(a.warm_up, 600);
    work.rate = a.rate;
    work.steady_data = a.host.empty();
    if (work.duration.count() == 0) throw usage_error("--duration must be more than nothing");
    return work;
}

bench::progress progress_line(arguments const& a)
{
    bool const terminal = ::isatty(STDERR_FILENO) == 1;
    if (a.progress == "never" || (a.progress == "auto" && !terminal))
        return [](bench::outcome const&, std::chrono::nanoseconds) {};
    return [terminal](bench::outcome const& o, std::chrono::nanoseconds elapsed) {
        double const seconds = std::chrono::duration<double>(elapsed).count();
        auto const ms = std::chrono::duration<double, std::milli>(o.latencies.percentile(99));
        std::fprintf(
            stderr,
            "%s%6.1f s  %llu answered  %llu errors  %.0f req/s  p99 %.2f ms%s",
            terminal ? "\r\033[K" : "",
            seconds,
            static_cast<unsigned long long>(o.answered),
            static_cast<unsigned long long>(o.failed),
            static_cast<double>(o.answered) / seconds,
            ms.count(),
            terminal ? "" : "\n"
        );
        std::fflush(stderr);
    };
}

void write_file(std::string const& name, std::string const& text)
{
    std::ofstream out(name, std::ios::binary);
    out << text;
    out.close();
    if (!out) throw std::runtime_error("cannot write '" + name + "'; name another place");
}

void allow_many_files()
{
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

int run_soak(arguments const& a)
{
    allow_many_files();
    bool const terminal = ::isatty(STDERR_FILENO) == 1;
    bool const tells = a.progress == "always" || (a.progress == "auto" && terminal);
    auto const o = bench::soak(a.soak, [&](bench::soak_outcome const& now) {
        if (!tells) return;
        std::fprintf(
            stderr,
            "%s%6.1f s  %llu calls  %llu lost  %llu doubled  %zu MiB  %zu descriptors%s",
            terminal ? "\r\033[K" : "",
            now.seconds,
            static_cast<unsigned long long>(now.calls),
            static_cast<unsigned long long>(now.lost),
            static_cast<unsigned long long>(now.doubled),
            now.memory_now >> 20,
            now.descriptors_now,
            terminal ? "" : "\n"
        );
        std::fflush(stderr);
    });
    if (tells && terminal) std::fputs("\r\033[K", stderr);
    std::cout << bench::as_text(o) << std::flush;
    if (!o.is_flat()) std::cerr << "error: memory or descriptors grow\n";
    if (!o.works()) std::cerr << "error: too few calls succeed, or there was no fault\n";
    return o.good() ? 0 : 1;
}

int run(arguments const& a)
{
    if (a.soaks) return run_soak(a);
    bench::load const work = load_of(a);
    allow_many_files();

    auto options = cohub::options::from_env();
    std::optional<cohub::fake_server> server;
    if (a.host.empty()) {
        server.emplace();
        options.host = server->url();
        options.api_key = server->api_key();
        options.tls.ca_file.clear();
        options.tls.ca_pem = server->ca_pem();
    } else {
        options.host = a.host;
        if (!a.api_key.empty()) options.api_key = a.api_key;
        if (!a.ca_file.empty()) options.tls.ca_file = a.ca_file;
    }
    options.pool.max_connections = a.connections;
    // Repetitions would hide what goes wrong.
    options.retry.max_attempts = 1;

    bench::setting s = bench::describe_setting();
    s.target = server ? "embedded fake server (TLS)" : options.host;
    s.connections = a.connections;
    s.work = work;
    std::size_t rehearsed = 0;
    auto const started = [&] {
        if (server) rehearsed = server->journal().count("system.userSearch");
    };
    auto const o = bench::run(options, work, started, progress_line(a));
    if (a.progress != "never" && ::isatty(STDERR_FILENO) == 1) std::fputs("\r\033[K", stderr);
    if (server) {
        std::size_t const seen = server->journal().count("system.userSearch") - rehearsed;
        s.seen_requests = static_cast<long long>(seen);
        s.seen_connections = static_cast<long long>(server->journal().connections());
    }
    std::cout << bench::as_text(s, o) << std::flush;
    if (!a.json.empty()) write_file(a.json, bench::as_json(s, o));
    if (!a.html.empty()) write_file(a.html, bench::as_html(s, o));
    if (o.interrupted) return 130;
    if (s.seen_requests >= 0 && static_cast<std::uint64_t>(s.seen_requests) != o.sent) {
        std::cerr << "error: the server saw " << s.seen_requests << " calls, " << o.sent
                  << " were made\n";
        return 1;
    }
    return o.good() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv)
try {
    arguments a;
    CLI::App app("Puts load on a CoCalc server and tells how long answers take.", "cohub-bench");
    describe(app, a);
    try {
        app.parse(argc, argv);
        return run(a);
    } catch (CLI::Success const& asked) {
        return app.exit(asked);
    } catch (CLI::ParseError const& e) {
        std::cerr << "error: " << e.what() << "; see cohub-bench --help\n";
    } catch (usage_error const& e) {
        std::cerr << "error: " << e.what() << "; see cohub-bench --help\n";
    }
    return 2;
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
