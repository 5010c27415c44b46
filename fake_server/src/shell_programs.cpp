// The programs that the fake shell finds on its system: those about the system itself, and the
// lookup of all programs by name.

#include "shell_programs.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <system_error>

#include "shell_number.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

std::tm broken_down(std::int64_t ms)
{
    auto const t = static_cast<std::time_t>(ms / 1000);
    std::tm out{};
    gmtime_r(&t, &out);
    return out;
}

}  // namespace

char read_flags(words_t const& words, std::string_view allowed, arguments& to)
{
    bool ended = false;
    for (std::size_t i = 1; i < words.size(); ++i) {
        std::string const& w = words[i];
        if (ended || w.size() < 2 || w[0] != '-') {
            to.rest.push_back(w);
        } else if (w == "--") {
            ended = true;
        } else {
            for (char const c : w.substr(1)) {
                if (allowed.find(c) == allowed.npos) return c;
                to.flags += c;
            }
        }
    }
    return 0;
}

std::string shown_time(std::int64_t ms, std::string_view format)
{
    static constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::string_view months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm const t = broken_down(ms);
    auto const two = [](int n, char fill = '0') {
        return (n < 10 ? std::string(1, fill) : std::string()) + std::to_string(n);
    };
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size()) {
            out += format[i];
            continue;
        }
        switch (format[++i]) {
            case 's':
                out += std::to_string(ms / 1000);
                break;
            case 'Y':
                out += std::to_string(t.tm_year + 1900);
                break;
            case 'm':
                out += two(t.tm_mon + 1);
                break;
            case 'd':
                out += two(t.tm_mday);
                break;
            case 'e':
                out += two(t.tm_mday, ' ');
                break;
            case 'H':
                out += two(t.tm_hour);
                break;
            case 'M':
                out += two(t.tm_min);
                break;
            case 'S':
                out += two(t.tm_sec);
                break;
            case 'a':
                out += days[t.tm_wday];
                break;
            case 'b':
                out += months[t.tm_mon];
                break;
            case 'Z':
                out += "UTC";
                break;
            case 'F':
                out += shown_time(ms, "%Y-%m-%d");
                break;
            case 'T':
                out += shown_time(ms, "%H:%M:%S");
                break;
            case '%':
                out += '%';
                break;
            default:
                out += '%';
                out += format[i];
        }
    }
    return out;
}

namespace {

int date(run_of& r)
{
    std::string format = "%a %b %e %T %Z %Y";
    for (std::size_t i = 1; i < r.words.size(); ++i) {
        std::string const& w = r.words[i];
        if (w == "-Is" || w == "-Iseconds" || w == "--iso-8601=seconds") {
            format = "%FT%T+00:00";
        } else if (w == "-I" || w == "--iso-8601") {
            format = "%F";
        } else if (w.starts_with('+')) {
            format = w.substr(1);
        } else if (w != "-u" && w != "--utc") {
            return r.complain("invalid date '" + w + "'");
        }
    }
    r.out(shown_time(r.s.now(), format) + '\n');
    return 0;
}

int sleep(run_of& r)
{
    if (r.words.size() < 2) return r.complain("missing operand");
    double seconds = 0;
    for (std::size_t i = 1; i < r.words.size(); ++i) {
        std::string_view text = r.words[i];
        double unit = 1;
        if (text.ends_with('s') || text.ends_with('m') || text.ends_with('h') ||
            text.ends_with('d')) {
            char const u = text.back();
            unit = u == 'm' ? 60 : u == 'h' ? 3600 : u == 'd' ? 86400 : 1;
            text.remove_suffix(1);
        }
        double n = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
        if (error != std::errc() || end != text.data() + text.size() || !(n >= 0)) {
            return r.complain("invalid time interval '" + r.words[i] + "'");
        }
        seconds += n * unit;
    }
    r.s.sleep(static_cast<std::int64_t>(std::llround(std::min(seconds, 1e9) * 1000)));
    return 0;
}

int uname(run_of& r)
{
    arguments a;
    if (char const bad = read_flags(r.words, "asnrvmo", a)) return r.bad_option(bad, 1);
    static constexpr std::array parts = std::to_array<std::pair<char, std::string_view>>({
        {'s', "Linux"},
        {'n', "project"},
        {'r', "6.1.0-fake"},
        {'v', "#1 SMP"},
        {'m', "x86_64"},
        {'o', "GNU/Linux"},
    });
    if (a.flags.empty()) a.flags = "s";
    std::string line;
    for (auto const& [flag, text] : parts) {
        if (!has_flag(a, flag) && !has_flag(a, 'a')) continue;
        line.append(line.empty() ? "" : " ").append(text);
    }
    r.out(line + '\n');
    return 0;
}

int env(run_of& r)
{
    if (r.words[0] == "printenv" && r.words.size() > 1) {
        int code = 0;
        for (std::size_t i = 1; i < r.words.size(); ++i) {
            auto const at = r.s.env().find(r.words[i]);
            if (at == r.s.env().end()) {
                code = 1;
            } else {
                r.out(at->second + '\n');
            }
        }
        return code;
    }
    for (auto const& [name, value] : r.s.env()) r.s.charge(name.size() + value.size());
    environment const before = r.s.env();
    std::size_t i = 1;
    for (; i < r.words.size() && r.words[i].find('=') != std::string::npos; ++i) {
        auto const equals = r.words[i].find('=');
        r.s.env()[r.words[i].substr(0, equals)] = r.words[i].substr(equals + 1);
    }
    int code = 0;
    if (i < r.words.size()) {
        words_t const rest(r.words.begin() + static_cast<std::ptrdiff_t>(i), r.words.end());
        auto const done = r.s.dispatch(rest, r.io, false);
        code = done ? *done : r.complain("'" + rest[0] + "': No such file or directory", 127);
    } else {
        for (auto const& [name, value] : r.s.env()) r.out(name + '=' + value + '\n');
    }
    r.s.env() = before;
    return code;
}

// `test`, and `[` without its closing bracket.
int test(run_of& r)
{
    words_t w(r.words.begin() + 1, r.words.end());
    if (r.words[0] == "[") {
        if (w.empty() || w.back() != "]") return r.complain("missing `]'", 2);
        w.pop_back();
    }
    bool negated = false;
    while (!w.empty() && w[0] == "!") {
        negated = !negated;
        w.erase(w.begin());
    }
    bool holds = false;
    if (w.size() == 1) {
        holds = !w[0].empty();
    } else if (w.size() == 2) {
        file_entry const* const e = r.s.files().find(r.s.path(w[1]));
        if (w[0] == "-e") holds = e != nullptr;
        if (w[0] == "-f") holds = e && !e->is_directory();
        if (w[0] == "-d") holds = e && e->is_directory();
        if (w[0] == "-s") holds = e && !e->content.empty();
        if (w[0] == "-n") holds = !w[1].empty();
        if (w[0] == "-z") holds = w[1].empty();
    } else if (w.size() == 3) {
        double const x = number_of(w[0]), y = number_of(w[2]);
        if (w[1] == "=" || w[1] == "==") holds = w[0] == w[2];
        if (w[1] == "!=") holds = w[0] != w[2];
        if (w[1] == "-eq") holds = x == y;
        if (w[1] == "-ne") holds = x != y;
        if (w[1] == "-lt") holds = x < y;
        if (w[1] == "-le") holds = x <= y;
        if (w[1] == "-gt") holds = x > y;
        if (w[1] == "-ge") holds = x >= y;
    }
    return holds != negated ? 0 : 1;
}

int nested_shell(run_of& r)
{
    if (r.words.size() > 2 && (r.words[1] == "-c" || r.words[1] == "-lc")) {
        words_t rest(r.words.begin() + 3, r.words.end());
        if (rest.empty()) rest.push_back(r.words[0]);
        return r.s.nested(r.words[2], std::move(rest), r.io);
    }
    if (r.words.size() < 2) return r.s.nested(*r.io.in, {r.words[0]}, r.io);
    try {
        std::string const text = r.s.files().read(r.s.path(r.words[1]));
        return r.s.nested(text, words_t(r.words.begin() + 1, r.words.end()), r.io);
    } catch (file_error const& error) {
        return r.complain(r.words[1] + ": " + error.what(), 127);
    }
}

constexpr std::array programs = std::to_array<named_program>({
    {"[", test},
    {"bash", nested_shell},
    {"date", date},
    {"env", env},
    {"false", [](run_of&) { return 1; }},
    {"hostname",
     [](run_of& r) {
         r.out("project\n");
         return 0;
     }},
    {"printenv", env},
    {"sh", nested_shell},
    {"sleep", sleep},
    {"test", test},
    {"true", [](run_of&) { return 0; }},
    {"uname", uname},
    {"whoami",
     [](run_of& r) {
         r.out("user\n");
         return 0;
     }},
});

}  // namespace

std::optional<int> run_shell_program(shell& s, std::vector<std::string> const& words, shell_io io)
{
    std::string_view name = words[0];
    for (std::string_view const directory : {"/bin/", "/usr/bin/"}) {
        if (name.starts_with(directory)) name.remove_prefix(directory.size());
    }
    for (std::span<named_program const> const table :
         {std::span<named_program const>(programs), text_programs(), file_programs()}) {
        auto const at = std::find_if(table.begin(), table.end(), [&](auto const& p) {
            return p.first == name;
        });
        if (at == table.end()) continue;
        std::vector<std::string> plain = words;
        plain[0] = name;
        run_of r{s, plain, io};
        return at->second(r);
    }
    return {};
}

}  // namespace cohub::inline abi_0_2::fake
