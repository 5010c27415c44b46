#include "record.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <random>
#include <thread>
#include <utility>

#include "arguments.hpp"

#if defined(__clang__)
#define COHUB_BENCH_COMPILER "clang " __clang_version__
#else
#define COHUB_BENCH_COMPILER "g++ " __VERSION__
#endif

namespace bench {

namespace {

constexpr std::string_view separator = "; ";

bool is_several(std::string const& all) { return all.find(separator) != std::string::npos; }

// `one; other`, each of them once.
void append_new(std::string& all, std::string_view more)
{
    while (!more.empty()) {
        std::string const one(more.substr(0, more.find(separator)));
        more.remove_prefix(std::min(more.size(), one.size() + separator.size()));
        if (all.empty())
            all = one;
        else if (("; " + all + "; ").find("; " + one + "; ") == std::string::npos)
            all += "; " + one;
    }
}

std::string kinds_of(setting const& s)
{
    if (!s.kinds.empty()) return s.kinds;
    if (!s.stages.empty()) return "open loop in stages";
    return s.rate > 0 ? "open loop" : "closed loop";
}

std::string number(double n)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", n);
    return text;
}

void refuse_doubles(std::vector<record> const& runs, std::vector<std::string> const& names)
{
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (auto const& p : runs[i].what.parts) {
            auto const [first, is_new] = seen.emplace(p.id, i);
            if (!is_new)
                throw usage_error(
                    "'" + names[first->second] + "' and '" + names[i] +
                    "' have the same run in them; name each run once"
                );
        }
}

}  // namespace

setting describe_setting(load const& work)
{
    setting s;
    std::ifstream in("/proc/cpuinfo");
    std::string row, model = "unknown processor";
    while (std::getline(in, row))
        if (row.starts_with("model name")) {
            model = row.substr(row.find(':') + 2);
            break;
        }
    s.machine = model + " x " + std::to_string(std::thread::hardware_concurrency());
    s.build = COHUB_BENCH_COMPILER ", " COHUB_BENCH_FLAGS;
#if !defined(__OPTIMIZE__)
    s.build += " (not optimized: no figures to keep)";
#endif
    std::time_t const now = std::time(nullptr);
    std::tm utc{};
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", ::gmtime_r(&now, &utc));
    s.when = text;
    s.concurrency = work.concurrency;
    s.threads = work.threads;
    s.rate = work.pace.rate();
    s.stages = work.pace.text();
    s.mix = work.methods.text();
    s.timeout_ms = work.timeout.count();
    return s;
}

std::string new_run_id()
{
    std::random_device random;
    std::string id;
    for (int i = 0; i < 4; ++i) {
        char text[16];
        std::snprintf(text, sizeof text, "%08x", static_cast<unsigned>(random()));
        id += text;
    }
    return id;
}

std::string host_name()
{
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) != 0) return "unknown host";
    return name;
}

record merged(std::vector<record> const& runs, std::vector<std::string> const& names)
{
    refuse_doubles(runs, names);
    record sum = runs.front();
    sum.with.command = "merge";
    sum.verdicts.clear();
    sum.compared.reset();
    sum.with.kinds = kinds_of(sum.with);
    for (std::size_t i = 1; i < runs.size(); ++i) {
        record const& r = runs[i];
        sum.what.add(r.what);
        auto& s = sum.with;
        append_new(s.target, r.with.target);
        append_new(s.machine, r.with.machine);
        append_new(s.build, r.with.build);
        append_new(s.stages, r.with.stages);
        append_new(s.mix, r.with.mix);
        append_new(s.kinds, kinds_of(r.with));
        s.when = std::min(s.when, r.with.when);
        s.concurrency += r.with.concurrency;
        s.connections += r.with.connections;
        s.threads += r.with.threads;
        s.rate = s.rate > 0 && r.with.rate > 0 ? s.rate + r.with.rate : 0;
        s.timeout_ms = std::max(s.timeout_ms, r.with.timeout_ms);
        bool const both_seen = sum.seen_requests >= 0 && r.seen_requests >= 0;
        sum.seen_requests = both_seen ? sum.seen_requests + r.seen_requests : -1;
        sum.seen_connections = both_seen ? sum.seen_connections + r.seen_connections : -1;
    }
    if (!is_several(sum.with.kinds)) sum.with.kinds.clear();
    return sum;
}

std::vector<std::string> mixture(setting const& sum)
{
    std::vector<std::string> all;
    auto const differ = [&all](std::string const& what, std::string const& values) {
        if (is_several(values)) all.push_back(what + values);
    };
    differ("", sum.kinds);
    differ("stages ", sum.stages);
    differ("mix ", sum.mix);
    return all;
}

std::vector<std::string> differences(setting const& before, setting const& now)
{
    std::vector<std::string> all;
    auto const differ = [&all](char const* what, std::string const& a, std::string const& b) {
        auto const shown = [](std::string const& s) { return s.empty() ? "none" : s; };
        if (a != b) all.push_back(std::string(what) + ' ' + shown(b) + ", was " + shown(a));
    };
    auto const count = [](std::uint64_t n) { return std::to_string(n); };
    differ("target", before.target, now.target);
    differ("machine", before.machine, now.machine);
    differ("calls in flight", count(before.concurrency), count(now.concurrency));
    differ("connections", count(before.connections), count(now.connections));
    differ("threads", count(before.threads), count(now.threads));
    if (!before.kinds.empty() || !now.kinds.empty())
        differ("kind of load", kinds_of(before), kinds_of(now));
    differ("rate", number(before.rate), number(now.rate));
    differ("stages", before.stages, now.stages);
    differ("mix", before.mix, now.mix);
    return all;
}

std::string percentile_name(double percent) { return "p" + number(percent); }

}  // namespace bench
