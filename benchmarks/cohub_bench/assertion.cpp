#include "assertion.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>

#include "arguments.hpp"

namespace bench {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();

double latency_of_all(outcome const& o, double percent)
{
    auto const all = static_cast<double>(o.sent + o.unsent);
    // 99.9 % of 1,000 is 999.0000000000001 in doubles.
    double const wanted = std::max(1.0, std::ceil(percent / 100 * all * (1 - 1e-9)));
    auto const answered = static_cast<double>(o.answered);
    if (wanted > answered) return never;
    return static_cast<double>(o.latencies.percentile(100 * wanted / answered).count());
}

template <class Number>
std::string formatted(char const* format, Number number)
{
    char text[64];
    std::snprintf(text, sizeof text, format, number);
    return text;
}

}  // namespace

assertion::assertion(std::string_view text) : text_(text)
{
    auto const sign = text.find_first_of("<>");
    if (sign == std::string_view::npos)
        throw usage_error(
            "--assert: '" + text_ + "' has no bound; write p99<20ms, errors<0.1% or rate>1000"
        );
    std::size_t const length = text.substr(sign + 1).starts_with('=') ? 2 : 1;
    bool const less = text[sign] == '<';
    if (length == 2)
        how_ = less ? relation::less_or_equal : relation::greater_or_equal;
    else
        how_ = less ? relation::less : relation::greater;
    read_subject(trimmed(text.substr(0, sign)));
    read_bound(trimmed(text.substr(sign + length)));
}

void assertion::read_subject(std::string_view name)
{
    if (name == "errors") {
        what_ = subject::errors;
    } else if (name == "rate") {
        what_ = subject::rate;
    } else if (name == "max") {
        what_ = subject::latency;
    } else {
        auto const [percent, rest] = read_number(name.starts_with('p') ? name.substr(1) : "");
        if (!percent || !rest.empty() || !(*percent > 0 && *percent <= 100))
            throw usage_error(
                "--assert: '" + text_ + "' is about none of p50, p99.9, max, errors and rate"
            );
        percent_ = *percent;
    }
}

void assertion::read_bound(std::string_view bound)
{
    if (bound.ends_with('%') && (bound.starts_with('+') || bound.starts_with('-'))) {
        std::string_view const number = bound.substr(bound.starts_with('+') ? 1 : 0);
        auto const [percent, rest] = read_number(number.substr(0, number.size() - 1));
        bool const is_bound = percent && rest.empty() && *percent > -100 && *percent < never;
        if (!is_bound || what_ == subject::errors)
            throw usage_error(
                "--assert: '" + text_ +
                "' is no bound for a change; write p99<+10% or rate>-5%, with --compare"
            );
        is_relative_ = true;
        bound_ = *percent;
        return;
    }
    if (what_ == subject::latency) {
        bound_ = static_cast<double>(parse_time("--assert", bound, 3600).count());
        return;
    }
    auto const [number, unit] = read_number(bound);
    bool const is_share = what_ == subject::errors && unit == "%";
    if (!number || !(*number >= 0 && *number < never) || !(unit.empty() || is_share))
        throw usage_error("--assert: '" + text_ + "' has a bound that is no number");
    if (is_share) what_ = subject::error_share;
    bound_ = *number;
}

double assertion::measured(outcome const& o) const
{
    switch (what_) {
        case subject::latency:
            return latency_of_all(o, percent_);
        case subject::errors:
            return static_cast<double>(o.not_answered());
        case subject::error_share:
            return 100 * static_cast<double>(o.not_answered()) / static_cast<double>(o.sent);
        case subject::rate:
            break;
    }
    return o.per_second();
}

std::string assertion::shown(double figure, outcome const& o) const
{
    switch (what_) {
        case subject::latency:
            if (figure < never) return formatted("%.3f ms", figure / 1e6);
            return "no time is enough, since " + std::to_string(o.not_answered() + o.unsent) +
                   " of " + std::to_string(o.sent + o.unsent) + " calls had no right answer";
        case subject::errors:
            return formatted("%.0f", figure);
        case subject::error_share:
            return formatted("%.4g %%", figure);
        case subject::rate:
            break;
    }
    return formatted("%.6g a second", figure);
}

bool assertion::holds_for(double figure) const
{
    switch (how_) {
        case relation::less:
            return figure < bound_;
        case relation::less_or_equal:
            return figure <= bound_;
        case relation::greater:
            return figure > bound_;
        case relation::greater_or_equal:
            break;
    }
    return figure >= bound_;
}

verdict assertion::judge(outcome const& o, comparison const* compared) const
{
    if (is_relative_) return judge_change(compared);
    verdict v;
    v.text = text_;
    if (o.sent == 0) {
        v.figure = "no call was made";
        return v;
    }
    double const figure = measured(o);
    v.figure = shown(figure, o);
    v.holds = holds_for(figure);
    return v;
}

// It does not hold if no value that the change may have would do.
verdict assertion::judge_change(comparison const* compared) const
{
    verdict v;
    v.text = text_;
    auto const what = what_ == subject::rate ? change::kind::rate : change::kind::latency;
    auto const* const c = compared == nullptr ? nullptr : compared->find(what, percent_);
    if (c == nullptr) {
        v.figure = "there is nothing to compare it with";
        return v;
    }
    v.figure = c->text();
    v.holds = c->unknown.empty() && (holds_for(c->low) || holds_for(c->high));
    return v;
}

}  // namespace bench
