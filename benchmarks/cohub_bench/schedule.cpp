#include "schedule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "arguments.hpp"

namespace bench {

namespace {

constexpr double highest_rate = 1e7;

[[noreturn]] void refuse(std::string_view stage)
{
    throw usage_error(
        "--stages: '" + std::string(stage) +
        "' is no stage; write TIME:RATE or, for a ramp, TIME:FROM-TO, as in 10s:100,30s:100-1000 "
        "(calls a second, up to 10000000)"
    );
}

double read_rate(std::string_view& text, std::string_view stage)
{
    auto const [number, rest] = read_number(text);
    // NaN fails both comparisons.
    if (!number || !(*number >= 0 && *number <= highest_rate)) refuse(stage);
    text = rest;
    return *number;
}

schedule::stage read_stage(std::string_view text)
{
    auto const colon = text.find(':');
    if (colon == std::string_view::npos) refuse(text);
    schedule::stage s;
    s.text = text;
    s.length = std::chrono::duration<double>(
                   parse_time("--stages", trimmed(text.substr(0, colon)), longest_run)
    )
                   .count();
    if (!(s.length > 0)) refuse(text);
    std::string_view rates = trimmed(text.substr(colon + 1));
    s.from = s.to = read_rate(rates, text);
    if (rates.starts_with('-')) {
        rates.remove_prefix(1);
        s.to = read_rate(rates, text);
    }
    if (!rates.empty()) refuse(text);
    return s;
}

}  // namespace

schedule schedule::constant(double per_second)
{
    schedule s;
    s.rate_ = per_second;
    return s;
}

schedule schedule::of_stages(std::string_view text)
{
    schedule all;
    double begin = 0, before = 0;
    for (bool more = true; more;) {
        auto const comma = text.find(',');
        more = comma != std::string_view::npos;
        stage s = read_stage(trimmed(text.substr(0, comma)));
        if (more) text.remove_prefix(comma + 1);
        s.begin = begin;
        s.before = before;
        begin += s.length;
        before += s.calls();
        all.stages_.push_back(std::move(s));
    }
    if (!(before >= 1))
        throw usage_error("--stages: no call is due in them; give higher rates or longer times");
    if (begin > longest_run) throw usage_error("--stages: together they are longer than a day");
    return all;
}

schedule schedule::beginning() const
{
    for (auto const& s : stages_)
        if (s.calls() > 0) return constant(s.from > 0 ? s.from : s.to);
    return *this;
}

double schedule::length() const
{
    return stages_.empty() ? 0 : stages_.back().begin + stages_.back().length;
}

std::size_t schedule::stage_of(std::uint64_t i) const
{
    auto const number = static_cast<double>(i);
    for (std::size_t k = 0; k < stages_.size(); ++k)
        if (number < stages_[k].before + stages_[k].calls()) return k;
    return stages_.empty() ? 0 : stages_.size() - 1;
}

double schedule::due(std::uint64_t i) const
{
    auto const number = static_cast<double>(i);
    if (rate_ > 0) return number / rate_;
    if (stages_.empty()) return 0;
    auto const& s = stages_[stage_of(i)];
    double const within = number - s.before;
    if (within >= s.calls()) return std::numeric_limits<double>::infinity();
    // within = from t + slope t^2 / 2, solved without the difference of like numbers.
    double const slope = (s.to - s.from) / s.length;
    double const root = std::sqrt(std::max(0.0, s.from * s.from + 2 * slope * within));
    return s.begin + (within > 0 ? 2 * within / (s.from + root) : 0);
}

double schedule::calls_by(double seconds) const
{
    if (rate_ > 0) return seconds * rate_;
    double all = 0;
    for (auto const& s : stages_) {
        double const t = std::clamp(seconds - s.begin, 0.0, s.length);
        all += s.from * t + (s.to - s.from) / s.length * t * t / 2;
    }
    return all;
}

std::uint64_t schedule::due_before(double seconds) const
{
    // The first call is due at 0, so that 2.5 calls are three. 200 calls may be 200.0000000001 in
    // doubles.
    return static_cast<std::uint64_t>(std::ceil(calls_by(seconds) * (1 - 1e-12)));
}

std::string schedule::text() const
{
    std::string all;
    for (auto const& s : stages_) all += (all.empty() ? "" : ",") + s.text;
    return all;
}

}  // namespace bench
