#include "values.hpp"

#include <cohub/json/decode.hpp>

#include <algorithm>
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
    errno = 0;
    std::string text = read_all(what, std::cin);
    if (text.empty() && errno != 0)
        throw usage_error(what + ": cannot read standard input: " + std::strerror(errno));
    return text;
}

std::string read_file(std::string const& what, std::string const& name)
{
    errno = 0;
    std::ifstream in(name, std::ios::binary);
    if (!in) {
        std::error_code const why(errno, std::generic_category());
        std::string const text = what + ": cannot read '" + name + "': " + why.message();
        if (char const* const help = advice(why); *help != '\0') throw system_failure(text + help);
        throw usage_error(text);
    }
    std::string text = read_all(what, in);
    if (in.bad()) throw usage_error(what + ": cannot read '" + name + "' to its end");
    return text;
}

/// Editors put a byte order mark before a text, which is no part of it.
std::string without_mark(std::string const& what, std::string text)
{
    if (text.starts_with("\xEF\xBB\xBF")) return text.substr(3);
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        throw usage_error(what + ": the text is UTF-16; save it as UTF-8");
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

std::string read_json(std::string const& what, std::string const& given, std::size_t depth)
{
    std::string text = trimmed(without_mark(what, read_argument(what, given)));
    cohub::json::nothing any;
    cohub::json::rules rules;
    rules.max_depth = depth;
    auto const o = cohub::json::decode(text, any, cohub::json::envelope::none, rules);
    if (o.status == cohub::json::outcome::code::bad_json) {
        // What follows there repeats what was given.
        std::string const why = o.text.substr(0, o.text.find("; it begins "));
        throw usage_error(
            what + ": not JSON (" + why + "); give JSON, @FILE, or - for standard input"
        );
    }
    return text;
}

std::string read_secret(std::string const& what, std::string const& given)
{
    return trimmed(without_mark(what, read_argument(what, given)));
}

std::string read_text(std::string const& what, std::string const& file)
{
    return without_mark(what, file == "-" ? read_input(what) : read_file(what, file));
}

std::string read_key_file(std::string const& what, std::string const& file)
{
    std::string const text = trimmed(read_text(what, file));
    if (text.empty()) throw usage_error(what + ": '" + file + "' is empty");
    return text;
}

void check_key(std::string const& what, std::string_view key)
{
    auto const is_quote = [](char c) { return c == '"' || c == '\'' || c == '`'; };
    auto const is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    auto const is_in_name = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
    if (key.empty()) throw usage_error(what + " is empty; give a key, or leave it out");
    auto const name = std::find_if_not(key.begin(), key.end(), is_in_name);
    std::string_view const rest(name, key.end());
    // What ends in = may be base64.
    if (is_letter(key.front()) && rest.starts_with('=') &&
        rest.find_first_not_of('=') != std::string_view::npos)
        throw usage_error(what + " has NAME=key; leave NAME= out, the key alone is needed");
    if (is_quote(key.front()) || is_quote(key.back()))
        throw usage_error(what + " has quotes around the key; leave them out");
    if (key.find_first_of(" \t\r\n") != std::string_view::npos)
        throw usage_error(what + " has several words or lines; the key alone is needed");
}

char const* advice(std::error_code const& e)
{
    if (e == std::errc::too_many_files_open)
        return "; the process may have no more descriptors: raise it, e.g. by ulimit -n 256";
    if (e == std::errc::too_many_files_open_in_system)
        return "; the machine has no more descriptors: end other programs, or try later";
    return "";
}

}  // namespace cli
