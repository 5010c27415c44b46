#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <cmath>
#include <limits>
#include <utility>

#include "arguments.hpp"
#include "output.hpp"
#include "run_file.hpp"

namespace bench {

namespace {

namespace json = boost::json;

// More than any run has, and so little that sums of some thousands are right.
constexpr std::uint64_t most_calls = std::uint64_t(1) << 50;

/// What is wrong with a file, without its name.
struct damage
{
    std::string what;
};

/// An object of the file, and how it is called.
class node
{
public:
    node(json::value const& v, std::string where) : where_(std::move(where))
    {
        if (!v.is_object()) throw damage{"'" + where_ + "' is no object"};
        object_ = &v.get_object();
    }

    json::value const& at(char const* name) const
    {
        auto const* const v = object_->if_contains(name);
        if (v == nullptr) throw damage{"'" + path(name) + "' is missing"};
        return *v;
    }
    bool has(char const* name) const { return object_->contains(name); }
    bool is_null(char const* name) const { return at(name).is_null(); }
    node child(char const* name) const { return {at(name), path(name)}; }
    json::array const& list(char const* name) const
    {
        if (!at(name).is_array()) throw damage{"'" + path(name) + "' is no list"};
        return at(name).get_array();
    }
    /// @brief Without control characters: it comes to a terminal.
    std::string text(char const* name) const
    {
        if (!at(name).is_string()) throw damage{"'" + path(name) + "' is no text"};
        return printable(at(name).get_string());
    }
    double real(char const* name) const
    {
        auto const n = at(name).is_number() ? at(name).to_number<double>() : -1;
        if (!(n >= 0)) throw damage{"'" + path(name) + "' is no number"};
        return n;
    }
    std::int64_t integer(char const* name) const
    {
        if (!at(name).is_int64()) throw damage{"'" + path(name) + "' is no whole number"};
        return at(name).get_int64();
    }
    /// @param most 2^50 unless told otherwise
    std::uint64_t count(char const* name, std::uint64_t most = most_calls) const
    {
        return count_of(at(name), path(name), most);
    }
    std::chrono::nanoseconds time(char const* name) const
    {
        return std::chrono::nanoseconds(
            static_cast<std::int64_t>(count(name, std::uint64_t(1) << 62))
        );
    }

    std::string path(char const* name) const { return where_.empty() ? name : where_ + '.' + name; }

    static std::uint64_t count_of(
        json::value const& v, std::string const& path, std::uint64_t most = most_calls
    )
    {
        std::uint64_t n = 0;
        if (v.is_uint64())
            n = v.get_uint64();
        else if (v.is_int64() && v.get_int64() >= 0)
            n = static_cast<std::uint64_t>(v.get_int64());
        else
            throw damage{"'" + path + "' is no count"};
        if (n > most) throw damage{"'" + path + "' is too large"};
        return n;
    }

private:
    json::object const* object_ = nullptr;
    std::string where_;
};

template <unsigned Bits>
void read_histogram(node const& in, basic_histogram<Bits>& h)
{
    if (auto const bits = in.count("bits"); bits != Bits)
        throw damage{
            "'" + in.path("bits") + "' is " + std::to_string(bits) +
            ", another precision than the " + std::to_string(Bits) + " of this cohub-bench"};
    std::vector<std::pair<std::uint64_t, std::uint64_t>> filled;
    auto const& buckets = in.list("buckets");
    filled.reserve(buckets.size());
    for (auto const& b : buckets) {
        if (!b.is_array() || b.get_array().size() != 2)
            throw damage{"'" + in.path("buckets") + "' has what is no pair"};
        filled.emplace_back(
            node::count_of(b.get_array()[0], in.path("buckets")),
            node::count_of(b.get_array()[1], in.path("buckets"))
        );
    }
    auto made = basic_histogram<Bits>::restored(
        filled,
        in.count("min_ns"),
        in.count("max_ns"),
        in.count("sum_ns", std::numeric_limits<std::uint64_t>::max())
    );
    if (!made || made->count() != in.count("count"))
        throw damage{"the numbers of '" + in.path("buckets") + "' don't add up"};
    h = std::move(*made);
}

void read_errors(node const& in, outcome& o)
{
    for (auto const& v : in.list("error_list")) {
        node const one(v, "error_list");
        error_kind kind{one.text("kind"), static_cast<int>(one.count("status", 999))};
        o.errors[std::move(kind)] = {one.count("count"), one.text("message")};
    }
    o.first_error = in.text("first_error");
}

std::vector<share> read_shares(node const& in, char const* name)
{
    std::vector<share> all;
    for (auto const& v : in.list(name)) {
        node const one(v, name);
        share s{one.text("name"), one.count("answered"), one.count("failed"), {}};
        read_histogram(one.child("latency_histogram"), s.latencies);
        if (s.latencies.count() != s.answered)
            throw damage{"the numbers of '" + std::string(name) + "' don't add up"};
        all.push_back(std::move(s));
    }
    return all;
}

void read_timeline(node const& all, timeline& t)
{
    if (all.is_null("timeline")) return t.drop();
    node const in = all.child("timeline");
    std::vector<timeline::slot> slots;
    std::vector<timeline::interval> intervals;
    slots.reserve(in.list("slots").size());
    for (auto const& v : in.list("slots")) {
        if (!v.is_array() || v.get_array().size() != 3)
            throw damage{"'timeline.slots' has what is no slot"};
        auto const at = [&](std::size_t i) {
            return node::count_of(v.get_array()[i], "timeline.slots");
        };
        slots.push_back({at(0), at(1), std::chrono::nanoseconds(static_cast<std::int64_t>(at(2)))});
    }
    intervals.reserve(in.list("intervals").size());
    for (auto const& v : in.list("intervals")) {
        node const one(v, "timeline.intervals");
        timeline::interval i;
        i.failed = one.count("failed");
        read_histogram(one.child("latency_histogram"), i.latencies);
        intervals.push_back(std::move(i));
    }
    bool const is_timeline =
        in.count("slot_ms") == timeline::slot_width.count() && t.restore(
                                                                   in.integer("first_slot"),
                                                                   std::move(slots),
                                                                   in.integer("interval_slots"),
                                                                   in.integer("first_interval"),
                                                                   std::move(intervals)
                                                               );
    if (!is_timeline) throw damage{"'timeline' is none that cohub-bench writes"};
}

void read_parts(node const& in, outcome& o)
{
    for (auto const& v : in.list("parts")) {
        node const one(v, "parts");
        part p;
        p.id = one.text("run");
        p.machine = one.text("machine");
        p.began = std::chrono::system_clock::time_point(
            std::chrono::duration_cast<std::chrono::system_clock::duration>(one.time("began_ns"))
        );
        p.took = one.time("took_ns");
        p.sent = one.count("requests");
        p.answered = one.count("answered");
        p.failed = one.count("failed");
        o.parts.push_back(std::move(p));
    }
    for (auto const& v : in.list("efforts")) {
        node const one(v, "efforts");
        o.efforts.push_back({one.time("took_ns"), one.time("cpu_ns"), one.time("waiting_ns")});
    }
}

void read_setting(node const& in, record& r)
{
    setting& s = r.with;
    s.command = in.text("command");
    s.target = in.text("target");
    s.machine = in.text("machine");
    s.build = in.text("build");
    s.when = in.text("when");
    s.concurrency = in.count("concurrency");
    s.connections = in.count("max_connections");
    s.threads = in.count("threads");
    s.rate = in.is_null("rate_wanted") ? 0 : in.real("rate_wanted");
    s.stages = in.text("stages_wanted");
    s.mix = in.text("mix_wanted");
    if (in.has("kinds_wanted")) s.kinds = in.text("kinds_wanted");
    s.timeout_ms = in.is_null("timeout_ms") ? 0 : static_cast<std::int64_t>(in.count("timeout_ms"));
    r.percentiles.clear();
    for (auto const& v : in.list("percentiles")) {
        double const p = v.is_number() ? v.to_number<double>() : 0;
        if (!(p > 0 && p <= 100)) throw damage{"'percentiles' has what is none"};
        r.percentiles.push_back(p);
    }
}

void read_counts(node const& in, outcome& o)
{
    o.sent = in.count("requests");
    o.answered = in.count("answered");
    o.failed = in.count("failed");
    o.unanswered = in.count("unanswered");
    o.unsent = in.count("unsent");
    o.beforehand = in.count("beforehand");
    if (in.has("rehearsal_failure")) o.rehearsal_failure = in.text("rehearsal_failure");
    o.signal = in.is_null("interrupted") ? 0 : static_cast<int>(in.count("interrupted", 64));
    auto const reached = in.text("reached");
    o.reached = reached == "measuring" ? phase::measuring
                : reached == "warm-up" ? phase::warm_up
                : reached == "waiting" ? phase::waiting
                                       : phase::rehearsal;
    o.users = in.count("users");
    o.took = in.time("took_ns");
    o.oldest_unanswered = in.time("oldest_unanswered_ns");
    node const connections = in.child("connections");
    o.connections.opened = connections.count("opened");
    // Files of version 0.2.0 have no such count.
    o.connections.established =
        connections.has("established") ? connections.count("established") : o.connections.opened;
    o.connections.reused = connections.count("reused");
    o.connections.resumed = connections.count("resumed");
}

void expect(std::uint64_t a, std::uint64_t b, char const* what)
{
    if (a != b)
        throw damage{
            std::string(what) + " don't add up: " + std::to_string(a) + " and " +
            std::to_string(b)};
}

// The same number is in several places of a file.
void check(outcome const& o)
{
    expect(o.sent, o.answered + o.failed + o.unanswered, "the calls");
    expect(o.latencies.count(), o.answered, "the latencies");
    expect(o.failed_latencies.count(), o.failed, "the latencies of the failures");
    std::uint64_t errors = 0, answered = 0, failed = 0;
    for (auto const& [kind, e] : o.errors) errors += e.count;
    expect(errors, o.failed, "the errors");
    for (auto const& p : o.parts) answered += p.answered;
    for (auto const& p : o.parts) failed += p.failed;
    if (o.reached == phase::measuring || !o.parts.empty()) {
        expect(answered, o.answered, "the parts' answers");
        expect(failed, o.failed, "the parts' failures");
    }
    for (auto const* const shares : {&o.by_method, &o.by_stage}) {
        if (shares->empty()) continue;
        answered = failed = 0;
        for (auto const& s : *shares) answered += s.answered;
        for (auto const& s : *shares) failed += s.failed;
        expect(answered, o.answered, "the answers by method or stage");
        expect(failed, o.failed, "the failures by method or stage");
    }
    if (o.over_time.is_dropped()) return;
    answered = failed = 0;
    for (auto const& s : o.over_time.slots()) answered += s.answered;
    for (auto const& s : o.over_time.slots()) failed += s.failed;
    expect(answered, o.answered, "the answers over time");
    expect(failed, o.failed, "the failures over time");
    answered = failed = 0;
    for (auto const& i : o.over_time.intervals()) answered += i.latencies.count();
    for (auto const& i : o.over_time.intervals()) failed += i.failed;
    expect(answered, o.answered, "the answers of the intervals");
    expect(failed, o.failed, "the failures of the intervals");
}

record read_all(node const& in)
{
    record r;
    outcome& o = r.what;
    read_setting(in, r);
    read_counts(in, o);
    read_errors(in, o);
    read_histogram(in.child("latency_histogram"), o.latencies);
    read_histogram(in.child("failed_latency_histogram"), o.failed_latencies);
    read_histogram(in.child("send_lag_histogram"), o.send_lag);
    o.by_method = read_shares(in, "methods");
    o.by_stage = read_shares(in, "stages");
    read_timeline(in, o.over_time);
    read_parts(in, o);
    if (auto const* const v = in.at("latency_ns").if_object(); v != nullptr && o.answered != 0)
        expect(
            node::count_of(v->at("max"), "latency_ns.max"),
            static_cast<std::uint64_t>(o.latencies.max().count()),
            "the longest latencies"
        );
    if (in.has("server")) {
        node const server = in.child("server");
        r.seen_requests = static_cast<long long>(server.count("requests"));
        r.seen_connections = static_cast<long long>(server.count("connections"));
    }
    check(o);
    return r;
}

int schema_of(json::value const& v, std::string const& file)
{
    auto const* const object = v.if_object();
    auto const* const schema = object != nullptr ? object->if_contains("schema") : nullptr;
    if (schema == nullptr || !schema->is_int64() || !object->contains("requests"))
        throw usage_error(file + " was not written by cohub-bench lookup --json");
    return static_cast<int>(schema->get_int64());
}

}  // namespace

record read_run(std::string const& option, std::string const& name, std::string_view text)
{
    std::string const file = option + (option.empty() ? "" : ": ") + "'" + name + "'";
    std::string const remedy = "; measure again, or fetch the file again from where it was written";
    boost::system::error_code ec;
    json::value const parsed = json::parse(json::string_view(text.data(), text.size()), ec);
    if (ec) throw usage_error(file + " is damaged: it is no JSON, or not all of it" + remedy);
    if (int const schema = schema_of(parsed, file); schema != schema_version)
        throw usage_error(
            file + " has schema " + std::to_string(schema) + ", and this cohub-bench reads " +
            std::to_string(schema_version) +
            "; use the version of cohub-bench that wrote it, or measure again with this one"
        );
    try {
        return read_all(node(parsed, {}));
    } catch (damage const& d) {
        throw usage_error(file + " cannot be used: " + d.what + remedy);
    } catch (std::exception const& e) {
        throw usage_error(file + " is damaged: " + e.what() + remedy);
    }
}

}  // namespace bench
