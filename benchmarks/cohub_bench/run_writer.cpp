#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cmath>
#include <map>
#include <utility>

#include "output.hpp"
#include "run_file.hpp"

namespace bench {

namespace {

namespace json = boost::json;

template <class Number>
json::value null_if(bool is_null, Number n)
{
    if (is_null) return nullptr;
    return n;
}

template <unsigned Bits>
json::object histogram_json(basic_histogram<Bits> const& h)
{
    json::array buckets;
    h.for_each([&](std::uint64_t last, std::uint64_t count) {
        buckets.push_back(json::array{last, count});
    });
    json::object o;
    o["bits"] = Bits;
    o["count"] = h.count();
    o["min_ns"] = h.min().count();
    o["max_ns"] = h.max().count();
    o["sum_ns"] = h.sum();
    o["buckets"] = std::move(buckets);
    return o;
}

json::value latency_json(histogram const& h, std::vector<double> const& percentiles)
{
    if (h.count() == 0) return nullptr;
    json::object latency;
    latency["min"] = h.min().count();
    for (double const p : percentiles) latency[percentile_name(p)] = h.percentile(p).count();
    latency["max"] = h.max().count();
    latency["mean"] = std::llround(h.mean());
    return latency;
}

// Times in their two forms: as people want to know them, and exactly, for `merge`.
void write_times(
    json::object& to,
    std::string const& name,
    histogram const& h,
    std::vector<double> const& percentiles
)
{
    to[name + "_ns"] = latency_json(h, percentiles);
    to[name + "_histogram"] = histogram_json(h);
}

// Counts by what `label` makes of a kind.
template <class Label>
json::object errors_by(outcome const& o, Label const& label)
{
    std::map<std::string, std::uint64_t> counts;
    for (auto const& [kind, e] : o.errors) counts[label(kind, e)] += e.count;
    json::object all;
    for (auto const& [name, n] : counts) all[name] = n;
    return all;
}

json::array error_list(outcome const& o)
{
    json::array all;
    for (auto const& [kind, e] : o.errors) {
        json::object one;
        one["kind"] = kind.name;
        one["status"] = kind.http_status;
        one["message"] = e.message;
        one["count"] = e.count;
        all.push_back(std::move(one));
    }
    return all;
}

json::array shares_json(std::vector<share> const& shares, std::vector<double> const& percentiles)
{
    json::array all;
    for (auto const& s : shares) {
        json::object one;
        one["name"] = s.name;
        one["answered"] = s.answered;
        one["failed"] = s.failed;
        write_times(one, "latency", s.latencies, percentiles);
        all.push_back(std::move(one));
    }
    return all;
}

json::value timeline_json(timeline const& t)
{
    if (t.is_dropped()) return nullptr;
    json::array slots, intervals;
    for (auto const& s : t.slots())
        slots.push_back(json::array{s.answered, s.failed, s.slowest.count()});
    for (auto const& i : t.intervals()) {
        json::object one;
        one["failed"] = i.failed;
        one["latency_histogram"] = histogram_json(i.latencies);
        intervals.push_back(std::move(one));
    }
    json::object o;
    o["slot_ms"] = timeline::slot_width.count();
    o["first_slot"] = t.first_slot();
    o["slots"] = std::move(slots);
    o["interval_slots"] = t.interval_length();
    o["first_interval"] = t.first_interval();
    o["intervals"] = std::move(intervals);
    return o;
}

json::array parts_json(outcome const& o)
{
    json::array all;
    for (auto const& p : o.parts) {
        json::object one;
        one["run"] = p.id;
        one["machine"] = p.machine;
        one["began_ns"] =
            std::chrono::duration_cast<std::chrono::nanoseconds>(p.began.time_since_epoch())
                .count();
        one["took_ns"] = p.took.count();
        one["requests"] = p.sent;
        one["answered"] = p.answered;
        one["failed"] = p.failed;
        one["per_second"] = p.per_second();
        all.push_back(std::move(one));
    }
    return all;
}

json::array efforts_json(outcome const& o)
{
    json::array all;
    for (auto const& e : o.efforts) {
        json::object one;
        one["took_ns"] = e.took.count();
        one["cpu_ns"] = e.cpu.count();
        one["waiting_ns"] = e.waiting.count();
        all.push_back(std::move(one));
    }
    return all;
}

json::array verdicts_json(record const& r)
{
    json::array all;
    for (auto const& v : r.verdicts) {
        json::object one;
        one["assert"] = v.text;
        one["figure"] = v.figure;
        one["holds"] = v.holds;
        all.push_back(std::move(one));
    }
    return all;
}

json::value comparison_json(std::optional<comparison> const& c)
{
    if (!c) return nullptr;
    json::array changes, differences;
    for (auto const& one : c->changes) {
        json::object o;
        o["figure"] = one.name();
        o["before"] = one.before;
        o["now"] = one.now;
        bool const is_unknown = !one.unknown.empty();
        o["by_percent"] = null_if(is_unknown, one.by);
        o["low_percent"] = null_if(is_unknown, one.low);
        o["high_percent"] = null_if(is_unknown, one.high);
        o["told_from_noise"] = one.is_told();
        o["text"] = one.text();
        changes.push_back(std::move(o));
    }
    for (auto const& d : c->differences) differences.emplace_back(d);
    json::object o;
    o["with"] = c->name;
    o["when"] = c->when;
    o["confidence_percent"] = comparison::confidence;
    o["intervals_before"] = c->intervals_before;
    o["intervals_now"] = c->intervals_now;
    o["changes"] = std::move(changes);
    o["differences"] = std::move(differences);
    return o;
}

void write_setting(json::object& all, record const& r)
{
    setting const& s = r.with;
    all["schema"] = schema_version;
    all["command"] = s.command;
    all["target"] = s.target;
    all["machine"] = s.machine;
    all["build"] = s.build;
    all["when"] = s.when;
    all["concurrency"] = s.concurrency;
    all["max_connections"] = s.connections;
    all["threads"] = s.threads;
    all["rate_wanted"] = null_if(s.rate <= 0, s.rate);
    all["stages_wanted"] = s.stages;
    all["mix_wanted"] = s.mix;
    if (!s.kinds.empty()) all["kinds_wanted"] = s.kinds;
    all["timeout_ms"] = null_if(s.timeout_ms == 0, s.timeout_ms);
    json::array percentiles;
    for (double const p : r.percentiles) percentiles.emplace_back(p);
    all["percentiles"] = std::move(percentiles);
}

void write_counts(json::object& all, outcome const& o)
{
    all["requests"] = o.sent;
    all["answered"] = o.answered;
    all["failed"] = o.failed;
    all["unanswered"] = o.unanswered;
    all["unsent"] = o.unsent;
    all["beforehand"] = o.beforehand;
    if (!o.rehearsal_failure.empty()) all["rehearsal_failure"] = o.rehearsal_failure;
    all["interrupted"] = null_if(o.signal == 0, o.signal);
    all["reached"] = o.reached == phase::measuring ? "measuring"
                     : o.reached == phase::warm_up ? "warm-up"
                     : o.reached == phase::waiting ? "waiting"
                                                   : "rehearsal";
    all["users"] = o.users;
    all["took_ns"] = o.took.count();
    all["per_second"] = o.per_second();
    all["oldest_unanswered_ns"] = o.oldest_unanswered.count();
}

void write_errors(json::object& all, outcome const& o)
{
    all["errors"] = errors_by(o, [](auto const&, auto const& e) { return e.message; });
    all["errors_by_kind"] = errors_by(o, [](auto const& kind, auto const&) { return kind.name; });
    all["errors_by_status"] = errors_by(o, [](auto const& kind, auto const&) {
        return kind.http_status == 0 ? "none" : std::to_string(kind.http_status);
    });
    all["error_list"] = error_list(o);
    all["first_error"] = o.first_error;
}

}  // namespace

std::string as_json(record const& r)
{
    outcome const& o = r.what;
    json::object connections;
    connections["opened"] = o.connections.opened;
    connections["established"] = o.connections.established;
    connections["reused"] = o.connections.reused;
    connections["resumed"] = o.connections.resumed;

    json::object all;
    write_setting(all, r);
    write_counts(all, o);
    write_errors(all, o);
    all["bottleneck"] = bottleneck(o);
    all["assertions"] = verdicts_json(r);
    all["comparison"] = comparison_json(r.compared);
    all["connections"] = std::move(connections);
    if (r.seen_requests >= 0) {
        json::object server;
        server["requests"] = r.seen_requests;
        server["connections"] = r.seen_connections;
        all["server"] = std::move(server);
    }
    all["parts"] = parts_json(o);
    all["efforts"] = efforts_json(o);
    all["methods"] = shares_json(o.by_method, r.percentiles);
    all["stages"] = shares_json(o.by_stage, r.percentiles);
    write_times(all, "latency", o.latencies, r.percentiles);
    write_times(all, "failed_latency", o.failed_latencies, r.percentiles);
    write_times(all, "send_lag", o.send_lag, r.percentiles);
    all["timeline"] = timeline_json(o.over_time);
    // Names of files need not be UTF-8, and JSON must be.
    return valid_utf8(json::serialize(all)) + '\n';
}

}  // namespace bench
