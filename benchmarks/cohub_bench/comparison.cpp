#include "comparison.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>

#include "record.hpp"

namespace bench {

namespace {

constexpr std::size_t fewest_intervals = 8;
constexpr int draws = 400;
/// So many calls have to be beyond a percentile.
constexpr double fewest_beyond = 10;

/// What is compared, in the order of `changes`.
struct figure
{
    change::kind what;
    double percent;
};

/// The intervals of a run in a form that is quickly added up.
class sample
{
public:
    explicit sample(timeline const& all)
    {
        auto const& from = all.intervals();
        // The first one and the last one are rarely whole.
        for (std::size_t i = 1; i + 1 < from.size(); ++i) add(from[i]);
        for (auto& r : rows_) r.counts.resize(values_.size());
    }

    std::size_t size() const { return rows_.size(); }

    /// @brief The figures of the intervals in `drawn`, on the scale on which they are compared.
    std::vector<double> figures(
        std::vector<std::size_t> const& drawn, std::vector<figure> const& wanted
    ) const
    {
        std::vector<std::uint64_t> counts(values_.size());
        std::uint64_t answered = 0, failed = 0;
        double sum = 0;
        for (std::size_t const d : drawn) {
            auto const& r = rows_[d];
            for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += r.counts[i];
            answered += r.answered;
            failed += r.failed;
            sum += r.sum;
        }
        std::vector<double> out;
        out.reserve(wanted.size());
        for (auto const& f : wanted) {
            if (f.what == change::kind::errors)
                out.push_back(share(failed, answered));
            else if (f.what == change::kind::rate)
                out.push_back(std::log(std::max(1.0, static_cast<double>(answered))));
            else if (f.percent == 0)
                out.push_back(std::log(std::max(1.0, sum / std::max(1.0, double(answered)))));
            else
                out.push_back(std::log(std::max(1.0, percentile(counts, answered, f.percent))));
        }
        return out;
    }

private:
    struct row
    {
        std::vector<std::uint32_t> counts;  // by place in `values_`
        std::uint64_t answered = 0, failed = 0;
        double sum = 0;
    };

    void add(timeline::interval const& from)
    {
        row r;
        r.answered = from.latencies.count();
        r.failed = from.failed;
        r.sum = static_cast<double>(from.latencies.sum());
        from.latencies.for_each([&](std::uint64_t last, std::uint64_t count) {
            auto const at = place_of(static_cast<double>(last));
            r.counts.resize(std::max(r.counts.size(), at + 1));
            r.counts[at] += static_cast<std::uint32_t>(count);
        });
        rows_.push_back(std::move(r));
    }

    // Values are kept in ascending order; a new one moves what the rows have of those behind it.
    std::size_t place_of(double value)
    {
        auto const found = std::lower_bound(values_.begin(), values_.end(), value);
        auto const at = found - values_.begin();
        if (found == values_.end() || *found != value) {
            values_.insert(found, value);
            for (auto& r : rows_)
                if (r.counts.size() > static_cast<std::size_t>(at))
                    r.counts.insert(r.counts.begin() + at, 0);
        }
        return static_cast<std::size_t>(at);
    }

    static double share(std::uint64_t failed, std::uint64_t answered)
    {
        double const all = static_cast<double>(failed) + static_cast<double>(answered);
        return all > 0 ? 100 * static_cast<double>(failed) / all : 0;
    }

    double percentile(
        std::vector<std::uint64_t> const& counts, std::uint64_t answered, double percent
    ) const
    {
        double const wanted = percent / 100 * static_cast<double>(answered);
        double seen = 0;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            seen += static_cast<double>(counts[i]);
            if (seen >= wanted && seen > 0) return values_[i];
        }
        return values_.empty() ? 0 : values_.back();
    }

    std::vector<double> values_;
    std::vector<row> rows_;
};

/// How much each figure of a run varies by chance.
struct spread
{
    std::vector<double> variances;
    double freedom = 1;  // degrees of it
};

spread bootstrap(sample const& run, std::vector<figure> const& wanted, std::mt19937_64& random)
{
    auto const n = run.size();
    auto const block = static_cast<std::size_t>(std::lround(std::cbrt(static_cast<double>(n))));
    double const blocks = static_cast<double>(n) / static_cast<double>(block);
    std::vector<double> sums(wanted.size()), squares(wanted.size());
    std::vector<double> const origin = [&] {
        std::vector<std::size_t> all(n);
        for (std::size_t i = 0; i < n; ++i) all[i] = i;
        return run.figures(all, wanted);
    }();
    std::vector<std::size_t> drawn(n);
    for (int d = 0; d < draws; ++d) {
        for (std::size_t i = 0, from = 0; i < n; ++i) {
            if (i % block == 0) from = static_cast<std::size_t>(random() % n);
            drawn[i] = (from + i % block) % n;
        }
        auto const figures = run.figures(drawn, wanted);
        for (std::size_t k = 0; k < wanted.size(); ++k) {
            double const off = figures[k] - origin[k];
            sums[k] += off;
            squares[k] += off * off;
        }
    }
    spread s;
    s.freedom = std::max(1.0, blocks - 1);
    s.variances.reserve(wanted.size());
    for (std::size_t k = 0; k < wanted.size(); ++k) {
        double const mean = sums[k] / draws;
        double const variance = std::max(0.0, squares[k] / draws - mean * mean);
        s.variances.push_back(variance * blocks / s.freedom);
    }
    return s;
}

// Welch and Satterthwaite: of the sum of two variances that are known so well.
double freedom_of_sum(double a, double freedom_a, double b, double freedom_b)
{
    double const below = a * a / freedom_a + b * b / freedom_b;
    return below > 0 ? std::max(1.0, (a + b) * (a + b) / below) : freedom_a + freedom_b;
}

double value_of(outcome const& o, figure const& f)
{
    switch (f.what) {
        case change::kind::rate:
            return o.per_second();
        case change::kind::errors:
            return o.sent == 0
                       ? 0
                       : 100 * static_cast<double>(o.not_answered()) / static_cast<double>(o.sent);
        case change::kind::latency:
            break;
    }
    return f.percent == 0 ? o.latencies.mean()
                          : static_cast<double>(o.latencies.percentile(f.percent).count());
}

// What a figure varies by however alike the intervals are.
double least_variance(outcome const& o, figure const& f)
{
    auto const square = [](double x) { return x * x; };
    // The time that calls are counted in begins and ends within a call.
    if (f.what == change::kind::rate)
        return square(1e-3) + square(1 / std::max(1.0, static_cast<double>(o.answered)));
    if (f.what == change::kind::errors) {
        auto const all = static_cast<double>(std::max<std::uint64_t>(1, o.sent));
        double const share = (static_cast<double>(o.not_answered()) + 1) / (all + 2);
        return square(100) * share * (1 - share) / all;
    }
    // A value lies anywhere in its bucket.
    return f.percent == 0 ? 0 : square(std::pow(2.0, 1.0 - coarse_histogram::bits)) / 12;
}

std::string why_unknown(figure const& f, outcome const& before, outcome const& now)
{
    if (f.what == change::kind::errors) return {};
    auto const fewer = static_cast<double>(std::min(before.answered, now.answered));
    if (fewer == 0) return "one of the runs has no answered call";
    if (f.what == change::kind::rate || f.percent == 0) return {};
    double const beyond = 1 - f.percent / 100;
    if (fewer * beyond >= fewest_beyond * (1 - 1e-9)) return {};
    if (beyond < 1e-9) return "one call decides about it";
    char text[64];
    std::snprintf(
        text, sizeof text, "it takes %.0f calls", std::ceil(fewest_beyond / beyond * (1 - 1e-9))
    );
    return text;
}

}  // namespace

std::string change::name() const
{
    if (what == kind::rate) return "rate";
    if (what == kind::errors) return "errors";
    return percent == 0 ? "mean" : percentile_name(percent);
}

std::string change::text() const
{
    if (!unknown.empty()) return "cannot be told: " + unknown;
    char line[128];
    char const* const unit = what == kind::errors ? " points" : " %";
    if (!is_told()) {
        std::snprintf(
            line,
            sizeof line,
            "no change that can be distinguished from noise (%+.3g to %+.3g%s)",
            low,
            high,
            unit
        );
        return line;
    }
    char const* const direction = what == kind::latency ? (by > 0 ? "slower" : "faster")
                                  : what == kind::rate  ? (by > 0 ? "higher" : "lower")
                                                        : (by > 0 ? "more" : "fewer");
    double const a = std::min(std::abs(low), std::abs(high));
    double const b = std::max(std::abs(low), std::abs(high));
    std::snprintf(
        line,
        sizeof line,
        "%s by %.3g%s (%.3g to %.3g%s)",
        direction,
        std::abs(by),
        unit,
        a,
        b,
        unit
    );
    return line;
}

change const* comparison::find(change::kind what, double percent) const
{
    for (auto const& c : changes)
        if (c.what == what && (what != change::kind::latency || c.percent == percent)) return &c;
    return nullptr;
}

comparison compare(
    outcome const& before, outcome const& now, std::vector<double> const& percentiles
)
{
    std::vector<figure> wanted{{change::kind::rate, 0}, {change::kind::latency, 0}};
    for (double const p : percentiles) wanted.push_back({change::kind::latency, p});
    wanted.push_back({change::kind::errors, 0});

    sample const old_run(before.over_time), new_run(now.over_time);
    comparison c;
    c.intervals_before = old_run.size();
    c.intervals_now = new_run.size();
    bool const is_short = std::min(old_run.size(), new_run.size()) < fewest_intervals;
    spread a, b;
    if (!is_short) {
        std::mt19937_64 random(1);  // the same files give the same text
        a = bootstrap(old_run, wanted, random);
        b = bootstrap(new_run, wanted, random);
    }
    for (std::size_t k = 0; k < wanted.size(); ++k) {
        change one;
        one.what = wanted[k].what;
        one.percent = wanted[k].percent;
        one.before = value_of(before, wanted[k]);
        one.now = value_of(now, wanted[k]);
        one.unknown = is_short ? "a run is too short; both need 2 s at least"
                               : why_unknown(wanted[k], before, now);
        if (one.unknown.empty()) {
            bool const is_share = one.what == change::kind::errors;
            double const va = std::max(a.variances[k], least_variance(before, wanted[k]));
            double const vb = std::max(b.variances[k], least_variance(now, wanted[k]));
            double const freedom = freedom_of_sum(va, a.freedom, vb, b.freedom);
            double const t = boost::math::quantile(
                boost::math::students_t(freedom), 0.5 + comparison::confidence / 200
            );
            double const reach = t * std::sqrt(va + vb);
            auto const shown = [is_share](double x) { return is_share ? x : 100 * std::expm1(x); };
            double const middle =
                is_share ? one.now - one.before
                         : std::log(std::max(one.now, 1e-9) / std::max(one.before, 1e-9));
            one.by = shown(middle);
            one.low = shown(middle - reach);
            one.high = shown(middle + reach);
        }
        c.changes.push_back(std::move(one));
    }
    return c;
}

}  // namespace bench
