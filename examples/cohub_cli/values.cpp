#include "values.hpp"

#include <cohub/json/decode.hpp>

#include <boost/json/parse.hpp>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

namespace cli {

namespace {

// The hub refuses larger requests; a device file would never end.
constexpr std::size_t largest = 64 * 1024 * 1024;

std::string read_all(std::string const& what, std::istream& in)
{
    std::string text;
    char chunk[16 * 1024];
    while (in.read(chunk, sizeof chunk), in.gcount() > 0) {
        text.append(chunk, static_cast<std::size_t>(in.gcount()));
        if (text.size() > largest) throw usage_error(what + ": that is more than 64 MiB");
    }
    return text;
}

std::string read_input(std::string const& what)
{
    static bool used = false;
    if (used) throw usage_error(what + ": standard input can be read only once; use @FILE");
    used = true;
    return read_all(what, std::cin);
}

std::string read_file(std::string const& what, std::string const& name)
{
    errno = 0;
    std::ifstream in(name, std::ios::binary);
    if (!in) throw usage_error(what + ": cannot read '" + name + "': " + std::strerror(errno));
    std::string text = read_all(what, in);
    if (in.bad()) throw usage_error(what + ": cannot read '" + name + "' to its end");
    return text;
}

}  // namespace

std::string trimmed(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n";
    auto const first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(blank) - first + 1));
}

std::chrono::milliseconds parse_duration(std::string_view text)
{
    double number = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string_view const unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    double scale = 0;
    if (unit == "ms")
        scale = 1;
    else if (unit == "s")
        scale = 1000;
    else if (unit == "m")
        scale = 60'000;
    else if (unit == "h")
        scale = 3'600'000;
    double const ms = std::round(number * scale);
    // NaN fails both comparisons.
    if (failed != std::errc() || scale == 0 || !(ms >= 1 && ms <= 86'400'000.0))
        throw usage_error(
            "'" + std::string(text) + "' is no duration between 1ms and 24h; write 10s, 500ms or 2m"
        );
    return std::chrono::milliseconds(static_cast<std::int64_t>(ms));
}

std::string read_argument(std::string const& what, std::string const& given)
{
    if (given == "-") return read_input(what);
    if (given.starts_with('@')) return read_file(what, given.substr(1));
    return given;
}

boost::json::value read_json(std::string const& what, std::string const& given)
{
    std::string const text = read_argument(what, given);
    boost::system::error_code ec;
    boost::json::value v = boost::json::parse(text, ec);
    if (ec)
        throw usage_error(
            what + ": not JSON (" + ec.message() + "); give JSON, @FILE, or - for standard input"
        );
    return v;
}

std::string read_json_text(std::string const& what, std::string const& given)
{
    std::string text = trimmed(read_argument(what, given));
    cohub::json::nothing any;
    cohub::json::rules rules;
    rules.max_depth = 64;
    auto const o = cohub::json::decode(text, any, cohub::json::envelope::none, rules);
    if (o.status == cohub::json::outcome::code::bad_json)
        throw usage_error(what + ": not JSON; give JSON, @FILE, or - for standard input");
    return text;
}

std::string read_secret(std::string const& what, std::string const& file)
{
    std::string const text = trimmed(file == "-" ? read_input(what) : read_file(what, file));
    if (text.empty()) throw usage_error(what + ": '" + file + "' is empty");
    return text;
}

}  // namespace cli
