#include "progress.hpp"

#include <unistd.h>

#include <cstdio>

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

progress progress_line(arguments const& a)
{
    if (!tells_progress(a)) return {};
    return [](outcome const& o, std::chrono::nanoseconds elapsed) {
        double const seconds = std::chrono::duration<double>(elapsed).count();
        if (seconds < 0) {
            std::fprintf(stderr, "%sstarts in %.1f s%s", line_begin(), -seconds, line_end());
            std::fflush(stderr);
            return;
        }
        auto const ms = std::chrono::duration<double, std::milli>(o.latencies.percentile(99));
        std::fprintf(
            stderr,
            "%s%s%6.1f s  %llu answered  %llu errors  %.0f req/s",
            line_begin(),
            o.reached == phase::warm_up ? "warm-up " : "",
            seconds,
            static_cast<unsigned long long>(o.answered),
            static_cast<unsigned long long>(o.failed),
            o.per_second()
        );
        if (o.answered != 0) std::fprintf(stderr, "  p99 %.2f ms", ms.count());
        std::fputs(line_end(), stderr);
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
