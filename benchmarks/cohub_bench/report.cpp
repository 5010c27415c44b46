#include "report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#if defined(__clang__)
#define COHUB_BENCH_COMPILER "clang " __clang_version__
#else
#define COHUB_BENCH_COMPILER "g++ " __VERSION__
#endif

namespace bench {

namespace {

namespace json = boost::json;

struct point
{
    double percent;
    char const* name;
};
constexpr std::array points{
    point{50, "p50"}, point{90, "p90"}, point{99, "p99"}, point{99.9, "p99.9"}};

__attribute__((format(printf, 2, 3))) void put(std::string& to, char const* format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    to += line;
}

double millis(std::chrono::nanoseconds t)
{
    return std::chrono::duration<double, std::milli>(t).count();
}
double seconds(std::chrono::nanoseconds t) { return std::chrono::duration<double>(t).count(); }
unsigned long long big(std::uint64_t n) { return n; }

std::string shape(setting const& s)
{
    std::string text = std::to_string(s.work.concurrency) + " in flight on at most " +
                       std::to_string(s.connections) + " connections, ";
    if (s.work.rate > 0)
        put(text, "open loop at %.0f a second", s.work.rate);
    else
        text += "closed loop";
    return text;
}

std::string html(std::string const& text)
{
    std::string out;
    for (char const c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

constexpr double left = 70, right = 20, top = 15, bottom = 40, width = 800, height = 260;
double x_at(double share) { return left + share * (width - left - right); }
double y_at(double share) { return height - bottom - share * (height - top - bottom); }

// A number for the top of an axis: 1, 2 or 5 times a power of ten.
double round_up(double v)
{
    if (v <= 0) return 1;
    double const power = std::pow(10, std::floor(std::log10(v)));
    for (double const f : {1.0, 2.0, 5.0})
        if (v <= f * power) return f * power;
    return 10 * power;
}

void begin_chart(std::string& to, char const* title, char const* unit, double highest)
{
    put(to, "<h2>%s</h2>\n<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">\n", title, width, height);
    for (int i = 0; i <= 4; ++i) {
        double const y = y_at(i / 4.0);
        put(to,
            "<line class=\"g\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>",
            left,
            width - right,
            y,
            y);
        put(to,
            "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%.6g%s</text>\n",
            left - 6,
            y + 4,
            highest * i / 4,
            unit);
    }
}

void x_label(std::string& to, double share, std::string const& text)
{
    put(to,
        "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%s</text>\n",
        x_at(share),
        height - bottom + 20,
        text.c_str());
}

void line(std::string& to, std::vector<std::pair<double, double>> const& shares)
{
    to += "<polyline points=\"";
    for (auto const& [x, y] : shares) put(to, "%.1f,%.1f ", x_at(x), y_at(y));
    to += "\"/>\n</svg>\n";
}

// By percentile on a scale on which each further nine takes the same room.
void latency_chart(std::string& to, outcome const& o)
{
    double const nines = std::log10(std::max<double>(10, static_cast<double>(o.latencies.count())));
    double const highest = round_up(millis(o.latencies.max()));
    begin_chart(to, "Latency by percentile", " ms", highest);
    x_label(to, 0, "0 %");
    for (int n = 1; n <= static_cast<int>(nines); ++n) {
        char text[32];
        std::snprintf(
            text, sizeof text, "%.*f %%", std::max(0, n - 2), 100 - 100 * std::pow(10, -n)
        );
        x_label(to, n / nines, text);
    }
    std::vector<std::pair<double, double>> shares;
    for (int i = 0; i <= 200; ++i) {
        double const share = i / 200.0;
        double const percent = 100 - 100 * std::pow(10, -share * nines);
        shares.emplace_back(share, millis(o.latencies.percentile(percent)) / highest);
    }
    line(to, shares);
}

void throughput_chart(std::string& to, outcome const& o)
{
    // At most some 120 points, each over as many slots as that takes.
    std::size_t const together = std::max<std::size_t>(1, o.over_time.size() / 120);
    double const stretch = seconds(slot::width) * static_cast<double>(together);
    std::vector<double> rates;
    // The last slot is rarely whole, and would look like a breakdown.
    for (std::size_t i = 0; i + together < o.over_time.size(); i += together) {
        std::uint64_t n = 0;
        for (std::size_t j = i; j < i + together; ++j) n += o.over_time[j].answered;
        rates.push_back(static_cast<double>(n) / stretch);
    }
    if (rates.size() < 2) return;
    double const highest = round_up(*std::max_element(rates.begin(), rates.end()));
    begin_chart(to, "Answers a second over time", "", highest);
    std::vector<std::pair<double, double>> shares;
    shares.reserve(rates.size());
    auto const last = static_cast<double>(rates.size() - 1);
    for (std::size_t i = 0; i < rates.size(); ++i)
        shares.emplace_back(static_cast<double>(i) / last, rates[i] / highest);
    for (int i = 0; i <= 4; ++i) {
        char text[32];
        std::snprintf(text, sizeof text, "%.1f s", i / 4.0 * last * stretch);
        x_label(to, i / 4.0, text);
    }
    line(to, shares);
}

std::string figures(outcome const& o)
{
    std::string text;
    put(text,
        "requests     %llu in %.2f s, %llu users found\n",
        big(o.sent),
        seconds(o.took),
        big(o.users));
    put(text, "errors       %llu\n", big(o.failed));
    for (auto const& [what, n] : o.errors) put(text, "  %-10llu %s\n", big(n), what.c_str());
    if (!o.first_error.empty()) text += "  the first: " + o.first_error + '\n';
    if (o.unsent != 0)
        put(text, "unsent       %llu: the server does not keep up with --rate\n", big(o.unsent));
    put(text, "rate         %.0f req/s\n", o.per_second());
    text += "latency      ";
    for (auto const& p : points)
        put(text, "%s %.3f  ", p.name, millis(o.latencies.percentile(p.percent)));
    put(text, "max %.3f ms\n", millis(o.latencies.max()));
    put(text,
        "connections  %llu opened, %llu reused, %llu resumed\n",
        big(o.connections.opened),
        big(o.connections.reused),
        big(o.connections.resumed));
    return text;
}

}  // namespace

setting describe_setting()
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
    return s;
}

std::string as_text(setting const& s, outcome const& o)
{
    std::string text = "cohub-bench lookup " + s.target + ": " + shape(s) + '\n';
    text += s.machine + "; " + s.build + '\n' + figures(o);
    if (s.seen_requests >= 0)
        put(text,
            "server saw   %lld requests on %lld connections\n",
            s.seen_requests,
            s.seen_connections);
    return text;
}

std::string as_json(setting const& s, outcome const& o)
{
    json::object latency;
    latency["min"] = o.latencies.min().count();
    for (auto const& p : points) latency[p.name] = o.latencies.percentile(p.percent).count();
    latency["max"] = o.latencies.max().count();
    latency["mean"] = std::llround(o.latencies.mean());
    json::object errors;
    for (auto const& [what, n] : o.errors) errors[what] = n;
    json::array over_time;
    for (auto const& t : o.over_time) {
        json::object stretch;
        stretch["answered"] = t.answered;
        stretch["slowest_ns"] = t.slowest.count();
        over_time.push_back(std::move(stretch));
    }
    json::object connections;
    connections["opened"] = o.connections.opened;
    connections["reused"] = o.connections.reused;
    connections["resumed"] = o.connections.resumed;

    json::object all;
    all["command"] = "lookup";
    all["target"] = s.target;
    all["machine"] = s.machine;
    all["build"] = s.build;
    all["when"] = s.when;
    all["concurrency"] = s.work.concurrency;
    all["max_connections"] = s.connections;
    if (s.work.rate > 0)
        all["rate_wanted"] = std::llround(s.work.rate);
    else
        all["rate_wanted"] = nullptr;
    all["requests"] = o.sent;
    all["answered"] = o.answered;
    all["failed"] = o.failed;
    all["unsent"] = o.unsent;
    all["users"] = o.users;
    all["took_ns"] = o.took.count();
    all["per_second"] = std::llround(o.per_second());
    all["latency_ns"] = std::move(latency);
    all["errors"] = std::move(errors);
    all["connections"] = std::move(connections);
    if (s.seen_requests >= 0) {
        json::object server;
        server["requests"] = s.seen_requests;
        server["connections"] = s.seen_connections;
        all["server"] = std::move(server);
    }
    all["slot_ms"] = slot::width.count();
    all["over_time"] = std::move(over_time);
    return json::serialize(all) + '\n';
}

std::string as_html(setting const& s, outcome const& o)
{
    std::string page =
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>cohub-bench</title>\n"
        "<style>body{font:15px/1.5 system-ui,sans-serif;max-width:860px;margin:2em auto;"
        "padding:0 1em;color:#222;background:#fff}pre{background:#f4f4f4;padding:1em;"
        "overflow:auto}svg{width:100%}svg text{font-size:12px;fill:#555}.g{stroke:#ddd}"
        "polyline{fill:none;stroke:#0a66c2;stroke-width:2}h2{font-size:1.1em}"
        "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}pre{"
        "background:#242424}svg text{fill:#aaa}.g{stroke:#333}polyline{stroke:#6ab0ff}}"
        "</style>\n<h1>cohub-bench lookup</h1>\n";
    page += "<p>" + html(s.target) + ", " + html(s.when) + "<br>" + html(shape(s)) + "<br>";
    page +=
        html(s.machine) + "<br>" + html(s.build) + "</p>\n<pre>" + html(figures(o)) + "</pre>\n";
    if (o.latencies.count() != 0) latency_chart(page, o);
    throughput_chart(page, o);
    return page + "</html>\n";
}

}  // namespace bench
