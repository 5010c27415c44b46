#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cohub_bench/record.hpp"

namespace bench_tests {

/// A run whose calls are made up: one after the other, by the times that they are told.
class made_up_run
{
public:
    using nanoseconds = std::chrono::nanoseconds;

    /// @param began in ms since 1970
    explicit made_up_run(std::string id, std::int64_t began = 1'700'000'000'000)
        : began_(std::chrono::milliseconds(began))
    {
        run_.with.target = "https://made.up";
        run_.with.machine = "none";
        run_.with.build = "none";
        run_.with.when = "2026-11-30T12:00:00Z";
        run_.with.concurrency = run_.with.connections = 4;
        run_.with.mix = "user_search=1";
        run_.what.by_method.push_back({"user_search", 0, 0, {}});
        run_.what.efforts.push_back({std::chrono::seconds(1), std::chrono::milliseconds(100), {}});
        part_.id = std::move(id);
        part_.machine = "host-" + part_.id;
        part_.began = std::chrono::system_clock::time_point(
            std::chrono::duration_cast<std::chrono::system_clock::duration>(began_)
        );
    }

    void answer(nanoseconds at, nanoseconds latency)
    {
        auto& o = run_.what;
        ++o.sent;
        ++o.answered;
        o.users += 2;
        o.latencies.record(latency);
        o.by_method[0].latencies.record(latency);
        ++o.by_method[0].answered;
        o.over_time.answered(slot(at), latency);
        o.took = std::max(o.took, at);
    }
    void fail(nanoseconds at, nanoseconds latency, char const* kind, int status)
    {
        auto& o = run_.what;
        ++o.sent;
        ++o.failed;
        o.failed_latencies.record(latency);
        ++o.by_method[0].failed;
        o.over_time.failed(slot(at));
        auto& e = o.errors[{kind, status}];
        ++e.count;
        e.message = std::string("it was ") + kind;
        o.took = std::max(o.took, at);
    }

    bench::record record() const
    {
        bench::record r = run_;
        bench::part p = part_;
        p.took = r.what.took;
        p.sent = r.what.sent;
        p.answered = r.what.answered;
        p.failed = r.what.failed;
        r.what.parts.push_back(p);
        return r;
    }

private:
    std::int64_t slot(nanoseconds at) const
    {
        return bench::timeline::slot_at(
            part_.began + std::chrono::duration_cast<std::chrono::system_clock::duration>(at)
        );
    }

    std::chrono::milliseconds began_;
    bench::record run_;
    bench::part part_;
};

}  // namespace bench_tests
