#include "progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "report.hpp"

namespace bench {

namespace {

// A progress line takes the place of the last one on a terminal.
char const* line_begin() { return ::isatty(STDERR_FILENO) == 1 ? "\r\033[K" : ""; }
char const* line_end() { return ::isatty(STDERR_FILENO) == 1 ? "" : "\n"; }

}  // namespace

bool tells_progress(arguments const& a)
{
    return a.progress == "always" || (a.progress == "auto" && ::isatty(STDERR_FILENO) == 1);
}

std::string progress_text(outcome const& o, std::chrono::nanoseconds elapsed)
{
    std::string text;
    double const seconds = std::chrono::duration<double>(elapsed).count();
    if (seconds < 0) {
        put(text, "starts in %.1f s", -seconds);
        return text;
    }
    put(text,
        "%s%6.1f s  %llu answered  %llu errors  %.0f req/s",
        o.reached == phase::warm_up ? "warm-up " : "",
        seconds,
        static_cast<unsigned long long>(o.answered),
        static_cast<unsigned long long>(o.failed),
        o.per_second());
    auto const ms = std::chrono::duration<double, std::milli>(o.latencies.percentile(99));
    if (o.answered != 0) put(text, "  p99 %.2f ms", ms.count());
    return text;
}

progress progress_line(arguments const& a)
{
    if (!tells_progress(a)) return {};
    return [](outcome const& o, std::chrono::nanoseconds elapsed) {
        std::fprintf(stderr, "%s%s%s", line_begin(), progress_text(o, elapsed).c_str(), line_end());
        std::fflush(stderr);
    };
}

void show_progress(soak_outcome const& now)
{
    std::fprintf(
        stderr,
        "%s%6.1f s  %llu calls  %llu lost  %llu doubled  %zu MiB  %zu descriptors%s",
        line_begin(),
        now.seconds,
        static_cast<unsigned long long>(now.calls),
        static_cast<unsigned long long>(now.lost),
        static_cast<unsigned long long>(now.doubled),
        now.memory_now >> 20,
        now.descriptors_now,
        line_end()
    );
    std::fflush(stderr);
}

void end_progress(arguments const& a)
{
    if (tells_progress(a)) std::fputs(line_begin(), stderr);
}

}  // namespace bench
