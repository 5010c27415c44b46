// The report as a page: one file, light and dark, without scripts and without anything from
// elsewhere.

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "chart.hpp"
#include "report.hpp"

namespace bench {

namespace {

constexpr char const* style =
    R"css(
:root{color-scheme:light dark;--bg:#fff;--fg:#1d2430;--dim:#5b6675;--soft:#f3f5f8;--rule:#dde2e9;
--now:#1763b6;--old:#a86a00;--slow:#7c4dbd;--bad:#c02b2b;--good:#1b7a43}
@media(prefers-color-scheme:dark){:root{--bg:#14181f;--fg:#dfe5ee;--dim:#98a4b5;--soft:#1d232d;
--rule:#313a47;--now:#6cb0ff;--old:#e0a94a;--slow:#b998f0;--bad:#ff7b72;--good:#5fc98a}}
body{font:15px/1.5 system-ui,sans-serif;max-width:900px;margin:2em auto;padding:0 1em;
color:var(--fg);background:var(--bg)}
h1{font-size:1.5em;margin:0}h2{font-size:1.15em;margin:2em 0 .4em}p{margin:.3em 0}
.dim,figcaption,.legend{color:var(--dim)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px;margin:1.2em 0}
.tiles div{background:var(--soft);border-radius:8px;padding:.6em .9em}
.tiles b{display:block;font-size:1.35em;font-variant-numeric:tabular-nums}
.tiles span{color:var(--dim);font-size:.85em}
.note{border-left:4px solid var(--old);background:var(--soft);padding:.6em .9em;margin:.8em 0}
.note.bad{border-color:var(--bad)}
pre{background:var(--soft);padding:1em;overflow:auto;border-radius:8px;font-size:13px}
figure{margin:1.2em 0}figcaption{font-weight:600;color:var(--fg)}
svg{width:100%;height:auto;display:block}svg text{font-size:12px;fill:var(--dim)}
.g{stroke:var(--rule)}.zero{stroke:var(--dim)}
polyline{fill:none;stroke-width:1.8;stroke-linejoin:round}
polyline.now{stroke:var(--now)}polyline.old{stroke:var(--old);stroke-dasharray:5 3}
polyline.slow{stroke:var(--slow)}polyline.p99{stroke:var(--old)}
rect.now,circle.now{fill:var(--now)}rect.bad,circle.bad{fill:var(--bad)}circle.good{fill:var(--good)}
circle.dimmed{fill:var(--dim)}.tip{fill:transparent}.tip:hover{fill:var(--fg);fill-opacity:.08}
.whisker{stroke-width:3;stroke-linecap:round}.whisker.bad{stroke:var(--bad)}
.whisker.good{stroke:var(--good)}.whisker.dimmed{stroke:var(--dim)}
.legend{font-size:.85em}.legend i{display:inline-block;width:14px;height:3px;margin:0 6px 3px 0}
.legend span{margin-right:1.2em}i.now{background:var(--now)}i.old,i.p99{background:var(--old)}
i.slow{background:var(--slow)}i.bad{background:var(--bad)}i.good{background:var(--good)}
i.dimmed{background:var(--dim)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.3em .6em;border-bottom:1px solid var(--rule)}
th:first-child,td:first-child,td.text{text-align:left}th{font-weight:600;color:var(--dim)}
td.bad{color:var(--bad)}td.good{color:var(--good)}.scroll{overflow-x:auto}
)css";

void tile(std::string& to, std::string const& value, std::string const& what)
{
    to += "<div><b>" + escaped(value) + "</b><span>" + escaped(what) + "</span></div>";
}

void tiles(std::string& to, record const& r)
{
    outcome const& o = r.what;
    to += "<div class=\"tiles\">";
    tile(to, rate_text(o.per_second()) + " /s", "answers");
    auto const& shown = r.percentiles;
    if (o.answered != 0) {
        // The one in the middle, and one near the end that is not the very last.
        double const last = shown.size() > 1 ? shown[shown.size() - 2] : shown.back();
        for (double const p : {shown.front(), last})
            tile(
                to,
                duration_text(static_cast<double>(o.latencies.percentile(p).count())),
                percentile_name(p)
            );
        tile(to, duration_text(static_cast<double>(o.latencies.max().count())), "slowest");
    }
    tile(to, std::to_string(o.sent), "calls");
    tile(to, std::to_string(o.not_answered()), "without a right answer");
    to += "</div>\n";
}

void notes(std::string& to, record const& r)
{
    outcome const& o = r.what;
    auto const note = [&to](std::string const& text, bool is_bad) {
        to += "<p class=\"note" + std::string(is_bad ? " bad" : "") + "\">" + escaped(text) +
              "</p>\n";
    };
    if (o.signal != 0) note("The run was interrupted: it has what was measured until then.", true);
    for (auto const& v : r.verdicts)
        if (!v.holds) note(v.text + " does not hold: " + v.figure, true);
    if (o.unsent != 0)
        note(std::to_string(o.unsent) + " calls were due and could not be sent in time.", true);
    if (!o.rehearsal_failure.empty()) note("Note: " + rehearsal_note(o) + '.', false);
    if (auto const why = bottleneck(o); !why.empty()) note("Note: " + why + '.', false);
}

// The edges of a histogram's bars, on a scale on which each doubling takes the same room.
struct log_scale
{
    double low, high;  // ns
    explicit log_scale(histogram const& h)
        : low(std::max(1.0, static_cast<double>(h.min().count()) * 0.98)),
          high(std::max(low * 1.5, static_cast<double>(h.max().count()) * 1.02))
    {
    }
    double share(double ns) const { return std::log(ns / low) / std::log(high / low); }
    double at(double share) const { return low * std::pow(high / low, share); }
};

std::vector<double> bars_of(histogram const& h, log_scale const& scale, std::size_t bars)
{
    std::vector<double> counts(bars);
    if (h.count() == 0) return counts;
    h.for_each([&](std::uint64_t last, std::uint64_t count) {
        double const share = scale.share(std::max(1.0, static_cast<double>(last)));
        auto const at = std::clamp(share, 0.0, 1.0) * static_cast<double>(bars);
        counts[std::min(bars - 1, static_cast<std::size_t>(at))] +=
            100 * static_cast<double>(count) / static_cast<double>(h.count());
    });
    return counts;
}

void distribution(std::string& to, outcome const& o, outcome const* before)
{
    histogram range = o.latencies;
    if (before != nullptr) range.merge(before->latencies);
    log_scale const scale(range);
    constexpr std::size_t bars = 80;
    auto const now = bars_of(o.latencies, scale, bars);
    auto const then = before != nullptr ? bars_of(before->latencies, scale, bars) : now;
    chart c("Distribution of the latency", "Share of the calls by latency, on a logarithmic scale");
    double const highest = std::max(
        *std::max_element(now.begin(), now.end()), *std::max_element(then.begin(), then.end())
    );
    c.y_axis(highest, " %");
    auto const first = static_cast<int>(std::floor(std::log10(scale.low)));
    auto const last = static_cast<int>(std::ceil(std::log10(scale.high)));
    for (int power = first; power < last; ++power)
        for (double const f : {1.0, 2.0, 5.0}) {
            double const duration = f * std::pow(10, power);
            double const at = scale.share(duration);
            if (at >= 0 && at <= 0.98) c.x_label(at, duration_text(duration));
        }
    chart::points old_line;
    for (std::size_t i = 0; i < bars; ++i) {
        double const from = static_cast<double>(i) / bars, till = static_cast<double>(i + 1) / bars;
        std::string tip = duration_text(scale.at(from)) + " to " + duration_text(scale.at(till));
        put(tip, ": %.3g %%", now[i]);
        if (now[i] > 0) c.bar(from, till, c.y(now[i]), "now", tip);
        old_line.emplace_back((from + till) / 2, c.y(then[i]));
    }
    if (before != nullptr) {
        c.line(old_line, "old");
        c.legend({{"now", "this run"}, {"old", "the old run"}});
    }
    to += c.done();
}

// By percentile on a scale on which each further nine takes the same room.
void percentiles(std::string& to, outcome const& o, outcome const* before)
{
    double const nines = std::log10(std::max<double>(10, static_cast<double>(o.latencies.count())));
    chart c("Latency by percentile", "Latency by percentile, with more room for the slow calls");
    double highest = millis(o.latencies.max());
    if (before != nullptr) highest = std::max(highest, millis(before->latencies.max()));
    c.y_axis(highest, " ms");
    c.x_label(0, "0 %");
    for (int n = 1; n <= static_cast<int>(nines); ++n) {
        std::string text;
        put(text, "%.*f %%", std::max(0, n - 2), 100 - 100 * std::pow(10, -n));
        c.x_label(n / nines, text);
    }
    auto const curve = [&](histogram const& h) {
        chart::points points;
        for (int i = 0; i <= 200; ++i) {
            double const share = i / 200.0;
            double const percent = 100 - 100 * std::pow(10, -share * nines);
            points.emplace_back(share, c.y(millis(h.percentile(percent))));
        }
        return points;
    };
    if (before != nullptr) {
        c.line(curve(before->latencies), "old");
        c.legend({{"now", "this run"}, {"old", "the old run"}});
    }
    c.line(curve(o.latencies), "now");
    to += c.done();
}

/// A column of the charts over time.
struct column
{
    double answered = 0, failed = 0, slowest = 0;  // a second, a second, ms
};

/// The slots as at most some 120 columns, less the ones at the ends, which are not whole.
struct columns
{
    std::vector<column> all;
    double width = 0;  // s

    explicit columns(timeline const& t)
    {
        auto const& slots = t.slots();
        std::size_t const together = std::max<std::size_t>(1, (slots.size() + 119) / 120);
        width = seconds(timeline::slot_width) * static_cast<double>(together);
        for (std::size_t i = 1; i + together < slots.size(); i += together) {
            column c;
            for (std::size_t j = i; j < i + together; ++j) {
                c.answered += static_cast<double>(slots[j].answered) / width;
                c.failed += static_cast<double>(slots[j].failed) / width;
                c.slowest = std::max(c.slowest, millis(slots[j].slowest));
            }
            all.push_back(c);
        }
    }

    double length() const { return width * static_cast<double>(all.size()); }
    template <class Of>
    double highest(Of const& of) const
    {
        double most = 0;
        for (auto const& c : all) most = std::max(most, of(c));
        return most;
    }
    double begin(std::size_t i) const
    {
        return static_cast<double>(i) / static_cast<double>(all.size());
    }
};

void time_labels(chart& c, columns const& over_time)
{
    double const step = round_step(over_time.length() / 6);
    for (int i = 0; i * step <= over_time.length() * 0.98; ++i) {
        std::string text;
        put(text, "%.4g s", i * step);
        c.x_label(i * step / over_time.length(), text);
    }
}

void rate_over_time(std::string& to, columns const& over_time)
{
    chart c("Answers a second", "Answers a second over time", 200);
    c.y_axis(over_time.highest([](column const& k) { return k.answered; }), " /s");
    time_labels(c, over_time);
    chart::points points;
    for (std::size_t i = 0; i < over_time.all.size(); ++i) {
        double const from = over_time.begin(i), till = over_time.begin(i + 1);
        double const rate = over_time.all[i].answered;
        points.emplace_back((from + till) / 2, c.y(rate));
        std::string tip;
        put(tip, "at %.3g s: %s a second", from * over_time.length(), rate_text(rate).c_str());
        c.tip(from, till, tip);
    }
    c.line(points, "now");
    to += c.done();
}

void latency_over_time(std::string& to, outcome const& o, columns const& over_time)
{
    chart c("Latency over time", "Median, p99 and slowest answer over time", 230);
    double const highest = over_time.highest([](column const& k) { return k.slowest; });
    c.y_axis(highest, " ms");
    time_labels(c, over_time);
    chart::points slowest, median, high;
    for (std::size_t i = 0; i < over_time.all.size(); ++i) {
        double const from = over_time.begin(i), till = over_time.begin(i + 1);
        slowest.emplace_back((from + till) / 2, c.y(over_time.all[i].slowest));
    }
    timeline const& t = o.over_time;
    // The first column begins with the second slot.
    auto const first = static_cast<double>(t.first_slot() + 1);
    double const slots = over_time.length() / seconds(timeline::slot_width);
    for (std::size_t i = 0; i < t.intervals().size(); ++i) {
        auto const& h = t.intervals()[i].latencies;
        auto const begin = static_cast<double>(
            (t.first_interval() + static_cast<std::int64_t>(i)) * t.interval_length()
        );
        auto const length = static_cast<double>(t.interval_length());
        double const from = (begin - first) / slots, till = (begin + length - first) / slots;
        double const middle = (from + till) / 2;
        if (h.count() == 0 || middle < 0 || middle > 1) continue;
        double const p50 = millis(h.percentile(50)), p99 = millis(h.percentile(99));
        median.emplace_back(middle, c.y(p50));
        high.emplace_back(middle, c.y(p99));
        std::string tip;
        put(tip, "at %.3g s: p50 %.3g ms, p99 %.3g ms", middle * over_time.length(), p50, p99);
        c.tip(std::max(0.0, from), std::min(1.0, till), tip);
    }
    c.line(slowest, "slow");
    c.line(high, "p99");
    c.line(median, "now");
    c.legend({{"now", "p50"}, {"p99", "p99"}, {"slow", "slowest"}});
    to += c.done();
}

void errors_over_time(std::string& to, columns const& over_time)
{
    double const highest = over_time.highest([](column const& k) { return k.failed; });
    if (highest == 0) {
        to += "<p class=\"dim\">No call failed at any time.</p>\n";
        return;
    }
    chart c("Errors a second", "Failed calls a second over time", 150);
    c.y_axis(highest, " /s");
    time_labels(c, over_time);
    for (std::size_t i = 0; i < over_time.all.size(); ++i) {
        double const failed = over_time.all[i].failed;
        if (failed == 0) continue;
        std::string tip;
        put(tip, "at %.3g s: %.3g errors a second", over_time.begin(i) * over_time.length(), failed
        );
        c.bar(over_time.begin(i), over_time.begin(i + 1), c.y(failed), "bad", tip);
    }
    to += c.done();
}

void over_time(std::string& to, outcome const& o)
{
    columns const all(o.over_time);
    if (all.all.size() < 2) {
        to +=
            "<h2>Over time</h2>\n<p class=\"dim\">The run is too short for charts over time.</p>\n";
        return;
    }
    to += "<h2>Over time</h2>\n";
    rate_over_time(to, all);
    latency_over_time(to, o, all);
    errors_over_time(to, all);
}

// For the colours: more of a latency or of errors is worse, more of a rate is better.
char const* judgement(change const& c)
{
    if (!c.is_told()) return "dimmed";
    return (c.by > 0) == (c.what == change::kind::rate) ? "good" : "bad";
}

void comparison_chart(std::string& to, comparison const& compared)
{
    std::vector<change const*> rows;
    for (auto const& c : compared.changes)
        if (c.unknown.empty() && c.what != change::kind::errors) rows.push_back(&c);
    if (rows.empty()) return;
    double reach = 2;  // percent
    for (auto const* const c : rows)
        reach = std::max(
            {reach,
             std::abs(c->by),
             std::min(200.0, std::abs(c->low)),
             std::min(200.0, std::abs(c->high))}
        );
    auto const x = [reach](double percent) {
        return std::clamp(0.5 + percent / reach / 2, 0.0, 1.0);
    };
    chart chart(
        "What changed, in percent of the old run",
        "Change of each figure with its interval of confidence",
        60 + 30 * static_cast<double>(rows.size())
    );
    for (double const part : {-1.0, -0.5, 0.0, 0.5, 1.0}) {
        std::string text;
        put(text, part == 0 ? "0 %%" : "%+.3g %%", reach * part);
        chart.x_label(x(reach * part), text);
        chart.x_line(x(reach * part), part == 0 ? "zero" : "g");
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        change const& c = *rows[i];
        double const y = 1 - (static_cast<double>(i) + 0.5) / static_cast<double>(rows.size());
        chart.row_label(y, c.name());
        chart.whisker(x(c.low), x(c.high), y, judgement(c));
        chart.dot(x(c.by), y, judgement(c), c.name() + ": " + c.text());
    }
    chart.legend({{"dimmed", "within the noise"}, {"good", "better"}, {"bad", "worse"}});
    to += chart.done();
}

void comparison_part(std::string& to, record const& r)
{
    auto const& c = *r.compared;
    to += "<h2>Compared with the old run</h2>\n<p class=\"dim\">" + escaped(c.name) + " of " +
          escaped(c.when) + "; " + std::to_string(c.intervals_now) + " and " +
          std::to_string(c.intervals_before) + " intervals.";
    put(to,
        " In brackets, and as a line in the chart: what is %.0f %% certain.</p>\n",
        comparison::confidence);
    std::string others;
    for (auto const& d : c.differences) others += "<br>" + escaped(d);
    if (!others.empty()) to += "<p class=\"note\">It was not the same load:" + others + "</p>\n";
    comparison_chart(to, c);
    to +=
        "<div class=\"scroll\"><table><tr><th>figure</th><th>old</th><th>now</th><th>change</th>"
        "</tr>\n";
    for (auto const& one : c.changes)
        to += "<tr><td>" + one.name() + "</td><td>" + figure_text(one, one.before) + "</td><td>" +
              figure_text(one, one.now) + "</td><td class=\"" + judgement(one) + "\">" +
              escaped(one.text()) + "</td></tr>\n";
    to += "</table></div>\n";
}

void shares(
    std::string& to, char const* title, std::vector<share> const& all, std::vector<double> const& p
)
{
    if (all.empty()) return;
    to += "<h2>" + std::string(title) +
          "</h2>\n<div class=\"scroll\"><table><tr><th></th><th>answered</th><th>errors</th>";
    for (double const percent : p) to += "<th>" + percentile_name(percent) + "</th>";
    to += "<th>slowest</th></tr>\n";
    for (auto const& s : all) {
        to += "<tr><td>" + escaped(s.name) + "</td><td>" + std::to_string(s.answered) + "</td><td" +
              (s.failed != 0 ? " class=\"bad\">" : ">") + std::to_string(s.failed) + "</td>";
        for (double const percent : p)
            to += "<td>" +
                  duration_text(static_cast<double>(s.latencies.percentile(percent).count())) +
                  "</td>";
        to +=
            "<td>" + duration_text(static_cast<double>(s.latencies.max().count())) + "</td></tr>\n";
    }
    to += "</table></div>\n";
}

void errors(std::string& to, outcome const& o)
{
    if (o.errors.empty()) return;
    to +=
        "<h2>Errors</h2>\n<div class=\"scroll\"><table><tr><th>kind</th><th>HTTP status</th>"
        "<th>calls</th><th>share</th><th>message</th></tr>\n";
    for (auto const& [kind, e] : o.errors) {
        to += "<tr><td>" + escaped(kind.name) + "</td><td>" +
              (kind.http_status == 0 ? "none" : std::to_string(kind.http_status)) + "</td><td>" +
              std::to_string(e.count) + "</td><td>";
        put(to, "%.3g %%", 100 * static_cast<double>(e.count) / static_cast<double>(o.sent));
        to += "</td><td>" + escaped(e.message) + "</td></tr>\n";
    }
    to += "</table></div>\n";
}

}  // namespace

std::string as_html(record const& r, outcome const* before)
{
    outcome const& o = r.what;
    bool const is_comparable = before != nullptr && before->answered != 0 && o.answered != 0;
    if (!is_comparable) before = nullptr;
    std::string page =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>cohub-bench</title>\n"
        "<style>" +
        std::string(style) + "</style></head><body>\n";
    page += "<h1>cohub-bench " + escaped(r.with.command) + "</h1>\n<p>" + escaped(r.with.target) +
            "<br><span class=\"dim\">" + escaped(r.with.when) + "; " + escaped(shape(r.with)) +
            "<br>" + escaped(r.with.machine) + "<br>" + escaped(r.with.build) + "</span></p>\n";
    tiles(page, r);
    notes(page, r);
    if (r.compared) comparison_part(page, r);
    page += "<h2>Latency</h2>\n";
    if (o.answered != 0) {
        distribution(page, o, before);
        percentiles(page, o, before);
    } else {
        page += "<p class=\"dim\">No call was answered.</p>\n";
    }
    over_time(page, o);
    errors(page, o);
    if (o.by_method.size() > 1) shares(page, "By method", o.by_method, r.percentiles);
    shares(page, "By stage", o.by_stage, r.percentiles);
    page += "<h2>All figures</h2>\n<pre>" + escaped(figures(r)) + "</pre>\n";
    return page + "</body></html>\n";
}

}  // namespace bench
