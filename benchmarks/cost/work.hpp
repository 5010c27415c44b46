#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "responder/answers.hpp"

/// The programs of `cost` and `compare` share this, so that they do the same work and report it in
/// the same way.
namespace bench {

/// Defined in programs that are linked with counting.cpp; null in the others.
struct counts
{
    static constexpr std::size_t kinds = 14;

    std::uint64_t allocations = 0;
    std::uint64_t bytes = 0;
    std::array<std::uint64_t, kinds> system_calls{};
};
extern "C" __attribute__((weak)) counts const* cohub_bench_counts() noexcept;
extern "C" __attribute__((weak)) char const* cohub_bench_system_call(std::size_t kind) noexcept;

struct work
{
    std::string mode;
    long count = 0;
    std::string what;
    std::size_t in_flight = 1;
    std::size_t connections = 0;  // 0: one for each call in flight
    bool multi = false;           // the library uses its locks
    std::size_t threads = 1;
    bool a_hub_each = false;  // instead of one for all threads
    std::string host, port, ca_file;

    bool large() const { return what == "large"; }
    std::size_t users() const { return large() ? large_users : small_users; }
    std::size_t pool() const { return connections != 0 ? connections : in_flight; }
    std::string url() const { return "https://" + host + ':' + port; }
    std::string_view base() const { return large() ? large_path : small_path; }
    /// Calls before counting begins. After them, connections, tickets and buffers exist.
    long warm_up() const { return std::max<long>(100, 8 * static_cast<long>(in_flight)); }
};

inline constexpr char const* api_key = "sk-abcdefQWERTY0909000001";

/// @throws std::runtime_error that says what is wrong
inline work read_arguments(int argc, char** argv)
{
    work w;
    std::array<std::string*, 4> const places{&w.what, &w.host, &w.port, &w.ca_file};
    std::size_t place = 0;
    for (int i = 1; i < argc; ++i) {
        std::string_view const a = argv[i];
        auto const number = [&] {
            if (++i >= argc) throw std::runtime_error(std::string(a) + " needs a number");
            return static_cast<std::size_t>(std::atol(argv[i]));
        };
        if (a == "--inflight")
            w.in_flight = std::max<std::size_t>(1, number());
        else if (a == "--connections")
            w.connections = number();
        else if (a == "--multi")
            w.multi = true;
        else if (a == "--threads")
            w.threads = std::max<std::size_t>(1, number());
        else if (a == "--a-hub-each")
            w.a_hub_each = true;
        else if (w.mode.empty())
            w.mode = a;
        else if (w.count == 0)
            w.count = std::atol(argv[i]);
        else if (place < places.size())
            *places[place++] = a;
        else
            throw std::runtime_error("what is '" + std::string(a) + "'?");
    }
    if (place != places.size() || w.count <= 0)
        throw std::runtime_error(
            std::string("usage: ") + argv[0] +
            " calls N small|large HOST PORT CA [--inflight K] [--connections C] [--multi]\n"
            "       ... threads N small HOST PORT CA --threads T [--a-hub-each] [--inflight K]\n"
            "       ... idle N small HOST PORT CA        N open connections at rest\n"
            "       ... connect N full|resumed HOST PORT CA   N connections, one call on each"
        );
    // A thousand connections need more than the 1,024 files of a common default.
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    return w;
}

inline std::uint64_t resident_bytes()
{
    std::ifstream in("/proc/self/statm");
    std::uint64_t total = 0, resident = 0;
    in >> total >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// @brief Time, CPU and counts between `begin` and `end`, and the line that reports them.
class meter
{
public:
    void begin()
    {
        ::getrusage(RUSAGE_SELF, &usage_);
        if (cohub_bench_counts != nullptr) counts_ = *cohub_bench_counts();
        start_ = std::chrono::steady_clock::now();
    }

    void end(long calls)
    {
        auto const wall = std::chrono::steady_clock::now() - start_;
        rusage now{};
        ::getrusage(RUSAGE_SELF, &now);
        auto const n = static_cast<double>(calls);
        double const seconds = std::chrono::duration<double>(wall).count();
        double const user = micros(now.ru_utime) - micros(usage_.ru_utime);
        double const system = micros(now.ru_stime) - micros(usage_.ru_stime);
        std::printf(
            "calls=%ld seconds=%.6f per_second=%.0f cpu_us=%.3f user_us=%.3f system_us=%.3f",
            calls,
            seconds,
            n / seconds,
            (user + system) / n,
            user / n,
            system / n
        );
        if (cohub_bench_counts != nullptr) count(n);
    }

private:
    static double micros(timeval t)
    {
        return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
    }

    void count(double n) const
    {
        counts const now = *cohub_bench_counts();
        auto const per = [n](std::uint64_t a, std::uint64_t b) {
            return static_cast<double>(a - b) / n;
        };
        std::printf(" allocations=%.3f", per(now.allocations, counts_.allocations));
        std::printf(" bytes=%.1f", per(now.bytes, counts_.bytes));
        double all = 0;
        for (std::size_t i = 0; i < counts::kinds; ++i) {
            double const each = per(now.system_calls[i], counts_.system_calls[i]);
            all += each;
            if (each >= 0.0005) std::printf(" %s=%.3f", cohub_bench_system_call(i), each);
        }
        std::printf(" system_calls=%.3f", all);
    }

    std::chrono::steady_clock::time_point start_;
    rusage usage_{};
    counts counts_{};
};

}  // namespace bench
