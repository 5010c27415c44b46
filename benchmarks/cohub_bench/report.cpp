#include "report.hpp"

#include <signal.h>

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <ctime>

#include "output.hpp"

namespace bench {

namespace {

unsigned long long big(std::uint64_t n) { return n; }

void latency_row(
    std::string& text, char const* name, histogram const& h, std::vector<double> const& percentiles
)
{
    put(text, "%-13s", name);
    for (double const p : percentiles)
        put(text, "%s %.3f  ", percentile_name(p).c_str(), millis(h.percentile(p)));
    put(text, "max %.3f ms\n", millis(h.max()));
}

void error_rows(std::string& text, outcome const& o)
{
    put(text, "errors       %llu", big(o.failed));
    if (o.failed != 0)
        put(text, " (%.3g %%)", 100 * static_cast<double>(o.failed) / static_cast<double>(o.sent));
    text += '\n';
    for (auto const& [kind, e] : o.errors) {
        put(text, "  %llu  %s, ", big(e.count), kind.name.c_str());
        text += kind.http_status == 0 ? "no status" : "HTTP " + std::to_string(kind.http_status);
        text += ": " + e.message + '\n';
    }
    if (!o.first_error.empty()) text += "  first: " + o.first_error + '\n';
    if (o.unanswered != 0)
        put(text,
            "unanswered   %llu: they had no answer when the run ended, the oldest for %.2f s\n",
            big(o.unanswered),
            seconds(o.oldest_unanswered));
    if (o.unsent != 0)
        put(text,
            "unsent       %llu: the %s does not keep up with what was due\n",
            big(o.unsent),
            bottleneck(o).empty() ? "server" : "load tool");
}

std::string connections_row(cohub::connection_stats const& c)
{
    std::string text;
    put(text, "connections  %llu opened", big(c.established));
    if (c.opened != c.established) put(text, " (of %llu attempts)", big(c.opened));
    put(text, ", %llu reused, %llu resumed\n", big(c.reused), big(c.resumed));
    return text;
}

void interruption_row(std::string& text, outcome const& o)
{
    if (o.signal == 0) return;
    put(text, "interrupted  by %s ", o.signal == SIGINT ? "SIGINT" : "SIGTERM");
    if (o.reached == phase::measuring)
        put(text, "after %.2f s\n", seconds(o.took));
    else
        put(text,
            "%s: nothing was measured\n",
            o.reached == phase::waiting     ? "before the start"
            : o.reached == phase::rehearsal ? "in the rehearsal"
                                            : "in the warm-up");
}

void share_rows(
    std::string& text,
    char const* title,
    std::vector<share> const& shares,
    std::vector<double> const& percentiles
)
{
    if (shares.empty()) return;
    text += title;
    text += '\n';
    for (auto const& s : shares) {
        put(text,
            "  %-22s %llu answered, %llu errors",
            s.name.c_str(),
            big(s.answered),
            big(s.failed));
        if (s.answered != 0) {
            text += "  ";
            latency_row(text, "", s.latencies, percentiles);
        } else {
            text += '\n';
        }
    }
}

std::string time_of_day(std::chrono::system_clock::time_point t)
{
    auto const since = t.time_since_epoch();
    auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
    auto const whole = static_cast<std::time_t>(ms / 1000);
    std::tm utc{};
    char text[32];
    std::strftime(text, sizeof text, "%H:%M:%S", ::gmtime_r(&whole, &utc));
    std::string all = text;
    put(all, ".%03d", static_cast<int>(ms % 1000));
    return all;
}

// Whose figures were added, and whether their rates may be.
void part_rows(std::string& text, record const& r)
{
    outcome const& o = r.what;
    if (o.parts.size() < 2) return;
    put(text,
        "runs         %zu within %.2f s, all of them under way for %.2f s, by their machines' "
        "clocks\n",
        o.parts.size(),
        seconds(o.span()),
        seconds(o.together()));
    for (auto const& p : o.parts)
        put(text,
            "  %s from %s UTC for %.2f s: %llu requests, %llu answered, %llu errors, %s req/s\n",
            p.machine.c_str(),
            time_of_day(p.began).c_str(),
            seconds(p.took),
            big(p.sent),
            big(p.answered),
            big(p.failed),
            rate_text(p.per_second()).c_str());
    for (auto const& d : mixture(r.with)) text += "  not the same load: " + d + '\n';
    auto const shortest = std::min_element(o.parts.begin(), o.parts.end(), [](auto& a, auto& b) {
        return a.took < b.took;
    });
    if (o.together() < shortest->took / 10 * 9)
        text +=
            "note         the runs were not all at the same time: their rates are added all the "
            "same\n";
    if (o.over_time.is_dropped())
        text += "note         the runs are more than a day apart: there is no time line\n";
}

void comparison_rows(std::string& text, comparison const& c)
{
    put(text,
        "compared     with %s of %s: %zu intervals now, %zu then; in brackets what is %.0f %% "
        "certain\n",
        printable(c.name).c_str(),
        c.when.c_str(),
        c.intervals_now,
        c.intervals_before,
        comparison::confidence);
    for (auto const& d : c.differences) text += "  not the same load: " + d + '\n';
    for (auto const& one : c.changes)
        put(text,
            "  %-7s %s, was %s: %s\n",
            one.name().c_str(),
            figure_text(one, one.now).c_str(),
            figure_text(one, one.before).c_str(),
            one.text().c_str());
}

}  // namespace

void put(std::string& to, char const* format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int const length = std::vsnprintf(nullptr, 0, format, arguments);
    va_end(arguments);
    std::size_t const before = to.size();
    to.resize(before + static_cast<std::size_t>(std::max(length, 0)) + 1);
    std::vsnprintf(to.data() + before, to.size() - before, format, again);
    va_end(again);
    to.pop_back();  // the zero
}

std::string rehearsal_note(outcome const& o)
{
    return "the rehearsal failed: " + o.rehearsal_failure + "; the load was sent all the same";
}

double millis(std::chrono::nanoseconds t)
{
    return std::chrono::duration<double, std::milli>(t).count();
}
double seconds(std::chrono::nanoseconds t) { return std::chrono::duration<double>(t).count(); }

std::string duration_text(double ns)
{
    std::string text;
    if (ns < 1e6)
        put(text, "%.3g us", ns / 1e3);
    else if (ns < 1e9)
        put(text, "%.3g ms", ns / 1e6);
    else
        put(text, "%.3g s", ns / 1e9);
    return text;
}

std::string rate_text(double per_second)
{
    std::string text;
    put(text, per_second < 10 ? "%.2f" : "%.0f", per_second);
    return text;
}

std::string figure_text(change const& c, double figure)
{
    std::string text;
    if (c.what == change::kind::rate) return rate_text(figure) + " req/s";
    if (c.what == change::kind::errors)
        put(text, "%.3g %%", figure);
    else
        put(text, "%.3f ms", figure / 1e6);
    return text;
}

std::string shape(setting const& s)
{
    std::string text = std::to_string(s.concurrency) + " in flight on at most " +
                       std::to_string(s.connections) + " connections, ";
    if (s.threads != 1) text += std::to_string(s.threads) + " threads, ";
    if (!s.kinds.empty())
        text += "loads that differ (" + s.kinds + ')';
    else if (!s.stages.empty())
        text += "open loop in stages " + s.stages;
    else if (s.rate > 0)
        put(text, "open loop at %.6g a second", s.rate);
    else
        text += "closed loop";
    if (s.mix.find_first_of(",;") != std::string::npos) text += ", mix " + s.mix;
    return text;
}

std::string figures(record const& r)
{
    outcome const& o = r.what;
    std::string text;
    interruption_row(text, o);
    part_rows(text, r);
    if (o.beforehand != 0)
        put(text,
            "beforehand   %llu requests of the rehearsal and the warm-up, counted nowhere below\n",
            big(o.beforehand));
    if (!o.rehearsal_failure.empty()) text += "note         " + rehearsal_note(o) + '\n';
    put(text,
        "requests     %llu in %.2f s, %llu users found\n",
        big(o.sent),
        seconds(o.took),
        big(o.users));
    error_rows(text, o);
    text += "rate         " + rate_text(o.per_second()) + " req/s\n";
    if (o.answered != 0)
        latency_row(text, "latency", o.latencies, r.percentiles);
    else
        text += "latency      none: no call was answered\n";
    if (o.failed != 0) latency_row(text, "of errors", o.failed_latencies, r.percentiles);
    if (o.by_method.size() > 1) share_rows(text, "by method", o.by_method, r.percentiles);
    share_rows(text, "by stage", o.by_stage, r.percentiles);
    for (auto const& v : r.verdicts)
        text += "assert       " + v.text + ": " + v.figure +
                (v.holds ? ", holds\n" : ", does not hold\n");
    text += connections_row(o.connections);
    if (auto const why = bottleneck(o); !why.empty()) text += "note         " + why + '\n';
    return text;
}

std::string as_text(record const& r)
{
    std::string text =
        "cohub-bench " + r.with.command + ' ' + r.with.target + ": " + shape(r.with) + '\n';
    text += r.with.machine + "; " + r.with.build + '\n' + figures(r);
    if (r.compared) comparison_rows(text, *r.compared);
    if (r.seen_requests >= 0)
        put(text,
            "server saw   %lld requests on %lld connections\n",
            r.seen_requests,
            r.seen_connections);
    return text;
}

}  // namespace bench
