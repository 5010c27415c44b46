#include "arguments.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <system_error>

#include "output.hpp"

namespace bench {

namespace {

// Why no call can carry such a text; null: it can.
char const* problem_of(std::string_view line)
{
    if (valid_utf8(line) != line) return "is not UTF-8; convert the file";
    constexpr std::size_t rest_of_request = 1024;
    if (boost::json::serialize(boost::json::string(line)).size() + rest_of_request >
        cohub::limit_options().max_request)
        return "is longer than a call can carry; leave it out";
    return nullptr;
}

std::string_view without_mark(std::string_view text)
{
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    return text;
}

// What is in the file, a line each, without blanks and empty lines.
std::vector<std::string> read_lines(std::string const& option, std::string const& name)
{
    std::vector<std::string> lines;
    std::string const text = read_file(option, name);
    std::size_t number = 0;
    for (std::string_view rest = without_mark(text); !rest.empty();) {
        auto const line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        ++number;
        if (char const* const problem = problem_of(line))
            throw usage_error(
                option + ": line " + std::to_string(number) + " of '" + name + "' " + problem
            );
        if (!trimmed(line).empty()) lines.emplace_back(trimmed(line));
    }
    if (lines.empty()) throw usage_error(option + ": there is none in '" + name + "'");
    return lines;
}

schedule pace_of(arguments const& a)
{
    if (!a.stages.empty()) return schedule::of_stages(a.stages);
    if (a.rate.empty()) return {};
    auto const [rate, rest] = read_number(a.rate);
    // NaN fails both comparisons.
    if (!rate || !rest.empty() || !(*rate >= 0.001 && *rate <= 1e7))
        throw usage_error(
            "--rate: '" + a.rate + "' is no number between 0.001 and 10000000 (calls a second)"
        );
    return schedule::constant(*rate);
}

std::optional<std::chrono::system_clock::time_point> start_of(arguments const& a)
{
    if (a.start_at.empty()) return std::nullopt;
    auto const [seconds, rest] = read_number(a.start_at);
    std::chrono::duration<double> const since_1970(seconds.value_or(0));
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    auto const from_now = since_1970 - std::chrono::duration<double>(now);
    if (!seconds || !rest.empty() || !(since_1970.count() >= 0 && from_now.count() < longest_run))
        throw usage_error(
            "--start-at: '" + a.start_at +
            "' is no time in the next 24 hours; write seconds since 1970, as in "
            "--start-at $(($(date +%s) + 30))"
        );
    if (from_now.count() < 0)
        throw usage_error(
            "--start-at: that was " + std::to_string(static_cast<long long>(-from_now.count())) +
            " s ago, by this machine's clock; give a later time, so that all machines can be ready"
        );
    return std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(since_1970)
    );
}

}  // namespace

std::vector<std::string> take_arguments(int argc, char** argv)
{
    constexpr std::string_view option = "--api-key", with_value = "--api-key=";
    std::vector<std::string> taken(argv + std::min(argc, 1), argv + argc);
    for (int i = 1; i < argc; ++i) {
        std::string_view const given = argv[i];
        if (given == option && i + 1 < argc)
            std::memset(argv[i + 1], '*', std::strlen(argv[i + 1]));
        else if (given.starts_with(with_value))
            std::memset(argv[i] + with_value.size(), '*', given.size() - with_value.size());
    }
    return taken;
}

load load_of(arguments const& a)
{
    load work;
    work.concurrency = a.concurrency;
    work.threads = a.threads;
    if (work.threads > work.concurrency)
        throw usage_error(
            "--threads: each thread needs a call in flight; give a --concurrency of " +
            std::to_string(a.threads) + " or more, or fewer threads"
        );
    if (work.threads > a.connections)
        throw usage_error(
            "--threads: each thread needs a connection; give --connections " +
            std::to_string(a.threads) + " or more, or fewer threads"
        );
    work.requests = a.requests;
    work.duration = parse_time("--duration", a.duration, longest_run);
    if (work.duration.count() == 0) throw usage_error("--duration: it must be more than nothing");
    work.warm_up = parse_time("--warmup", a.warm_up, 600);
    work.pace = pace_of(a);
    work.start_at = start_of(a);
    if (!a.timeout.empty()) {
        work.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
            parse_time("--timeout", a.timeout, longest_run)
        );
        if (work.timeout.count() == 0) throw usage_error("--timeout: it must be 1ms at least");
    }
    if (!a.mixed.empty()) work.methods = mix(a.mixed);
    work.steady_data = a.host.empty();
    if (!a.queries.empty()) work.queries = read_lines("--queries", a.queries);
    if (!a.ids.empty()) work.account_ids = read_lines("--ids", a.ids);
    if (work.methods.has(method::get_names) && work.account_ids.empty() && !a.host.empty())
        throw usage_error(
            "--mix: get_names needs account ids; give --ids FILE, which has one a line"
        );
    return work;
}

std::vector<double> percentiles_of(arguments const& a)
{
    std::vector<double> all;
    std::string_view text = a.percentiles;
    for (bool more = true; more;) {
        auto const comma = text.find(',');
        more = comma != std::string_view::npos;
        auto const [percent, rest] = read_number(trimmed(text.substr(0, comma)));
        // NaN fails both comparisons.
        if (!percent || !rest.empty() || !(*percent > 0 && *percent <= 100) || all.size() == 20)
            throw usage_error(
                "--percentiles: '" + a.percentiles +
                "' is no list of up to 20 numbers between 0 and 100; write 50,90,99.9"
            );
        // More digits than a name shows.
        all.push_back(std::round(*percent * 1e4) / 1e4);
        if (more) text.remove_prefix(comma + 1);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    if (all.front() <= 0)
        throw usage_error("--percentiles: the smallest that can be told is 0.0001");
    return all;
}

std::vector<assertion> assertions_of(arguments const& a)
{
    std::vector<assertion> all(a.asserted.begin(), a.asserted.end());
    bool const is_relative =
        std::any_of(all.begin(), all.end(), [](assertion const& one) { return one.is_relative(); });
    if (is_relative && a.compared.empty())
        throw usage_error("--assert: a bound for a change needs --compare OLD.json");
    return all;
}

std::string key_of(arguments const& a)
{
    if (a.api_key_file.empty()) return a.api_key;
    std::string const text = read_file("--api-key-file", a.api_key_file);
    std::string_view const key = trimmed(without_mark(text));
    if (key.empty()) throw usage_error("--api-key-file: '" + a.api_key_file + "' is empty");
    if (key.find_first_of(" \t\r\n\"'") != std::string_view::npos)
        throw usage_error(
            "--api-key-file: '" + a.api_key_file +
            "' has more than a key; it must hold nothing else"
        );
    return std::string(key);
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n";
    auto const first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::pair<std::optional<double>, std::string_view> read_number(std::string_view text)
{
    double number = 0;
    char const* const end = text.data() + text.size();
    auto const [rest, failed] = std::from_chars(text.data(), end, number);
    if (failed != std::errc()) return {std::nullopt, text};
    return {number, std::string_view(rest, static_cast<std::size_t>(end - rest))};
}

std::chrono::nanoseconds parse_time(
    std::string const& option, std::string_view text, double longest_seconds
)
{
    auto const [number, unit] = read_number(text);
    double const scale = unit == "ms"  ? 0.001
                         : unit == "s" ? 1
                         : unit == "m" ? 60
                         : unit == "h" ? 3600
                                       : 0;
    double const seconds = number.value_or(-1) * scale;
    // NaN fails both comparisons.
    if (scale == 0 || !(seconds >= 0 && seconds <= longest_seconds))
        throw usage_error(
            option + ": '" + std::string(text) + "' is no time up to " +
            std::to_string(static_cast<int>(longest_seconds)) + "s; write 10s, 500ms or 2m"
        );
    return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

}  // namespace bench
