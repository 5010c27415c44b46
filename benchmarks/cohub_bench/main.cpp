// cohub-bench lookup: user lookups against the embedded fake server, or against --host.
// cohub-bench merge: adds up what several of those wrote.
// cohub-bench soak: a long run against a server that fails now and then.
//
// Exit status: 0 if every call was answered rightly and every assertion holds (soak: none was lost
// or doubled), 1 if not, 2 for wrong usage, 130 interrupted (143: by SIGTERM).

#include <cohub/core/error.hpp>

#include <CLI/CLI.hpp>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "progress.hpp"

namespace bench {

void complain(std::string const& text) { std::cerr << "error: " << printable(text) << '\n'; }

int run_soak(arguments const& a)
{
    auto const o = soak(a.soak, [&](soak_outcome const& now) {
        if (tells_progress(a)) show_progress(now);
    });
    end_progress(a);
    bool const is_told = written([&] { print(as_text(o)); });
    if (o.signal != 0) return signalled + o.signal;
    if (!o.is_flat()) complain("memory or descriptors grow");
    if (o.faults == 0) complain("no fault was met, so this shows nothing; give more --calls");
    if (!o.most_succeed()) {
        complain("more than one of ten calls failed, so this shows little");
    }
    return is_told && o.good() ? done : failed;
}

namespace {

void allow_many_files()
{
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

int run_command(arguments const& a)
{
    switch (a.what) {
        case command::merge:
            return run_merge(a);
        case command::soak:
            return run_soak(a);
        case command::lookup:
            break;
    }
    return run_lookup(a);
}

// What an option could change, of which the library does not know.
std::string advice(cohub::failure const& f)
{
    return f.code == cohub::errc::tls_untrusted ? "; try --ca-file" : "";
}

// Help or the version, which CLI11 throws.
int tell(CLI::App const& app, CLI::Success const& asked)
{
    std::ostringstream text;
    app.exit(asked, text, text);
    return written([&] { print(text.str()); }) ? done : failed;
}

}  // namespace

}  // namespace bench

int main(int argc, char** argv)
try {
    bench::occupy_standard_descriptors();
    // A reader that goes away is an error like any other.
    ::signal(SIGPIPE, SIG_IGN);
    std::vector<std::string> given = bench::take_arguments(argc, argv);
    std::reverse(given.begin(), given.end());  // as CLI11 takes them
    bench::arguments a;
    CLI::App app("Puts load on a CoCalc server and tells how long answers take.", "cohub-bench");
    bench::describe(app, a);
    try {
        app.parse(std::move(given));
        bench::allow_many_files();
        return bench::run_command(a);
    } catch (CLI::Success const& asked) {
        return bench::tell(app, asked);
    } catch (CLI::ParseError const& e) {
        bench::complain(std::string(e.what()) + "; see cohub-bench --help");
    } catch (bench::usage_error const& e) {
        bench::complain(std::string(e.what()) + "; see cohub-bench --help");
    } catch (bench::rehearsal_error const& e) {
        bench::complain(
            "the rehearsal failed: " + std::string(e.what()) + bench::advice(e.why()) +
            "; no load was sent, and no file was written; --warmup 0s sends the load without a "
            "rehearsal"
        );
        return bench::failed;
    } catch (cohub::error const& e) {
        bench::complain(e.what());
        // What was given cannot even be tried.
        bool const is_usage = e.code() == cohub::errc::invalid_argument && e.attempts() == 0;
        return is_usage ? bench::usage : bench::failed;
    }
    return bench::usage;
} catch (std::exception const& e) {
    bench::complain(e.what());
    return bench::failed;
}
