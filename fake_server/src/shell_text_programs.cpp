// The programs of the fake shell that write and read text.

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <functional>
#include <system_error>

#include "shell_number.hpp"
#include "shell_programs.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

// Handles escapes as `echo -e` and printf do. @return false when `\c` ends all output
bool unescape(std::string_view s, std::string& to)
{
    static constexpr std::string_view letters = "abefnrtv\\", values = "\a\b\033\f\n\r\t\v\\";
    for (std::size_t i = 0; i < s.size(); ++i) {
        if (s[i] != '\\' || i + 1 == s.size()) {
            to += s[i];
            continue;
        }
        char const c = s[++i];
        if (c == 'c') return false;
        if (auto const at = letters.find(c); at != letters.npos) {
            to += values[at];
        } else if (c == '0' || c == 'x') {
            int value = 0;
            std::size_t const most = std::min(s.size(), i + (c == 'x' ? 3 : 4));
            auto const [end, error] =
                std::from_chars(s.data() + i + 1, s.data() + most, value, c == 'x' ? 16 : 8);
            to += static_cast<char>(error == std::errc() ? value : 0);
            i = static_cast<std::size_t>(end - s.data()) - 1;
        } else {
            to += '\\';
            to += c;
        }
    }
    return true;
}

int echo(run_of& r)
{
    bool newline = true, escapes = false;
    std::size_t i = 1;
    for (; i < r.words.size(); ++i) {
        std::string const& w = r.words[i];
        if (w.size() < 2 || w[0] != '-' || w.find_first_not_of("neE", 1) != w.npos) break;
        for (char const c : w) {
            if (c == 'n') newline = false;
            if (c == 'e') escapes = true;
            if (c == 'E') escapes = false;
        }
    }
    std::string text;
    for (std::size_t first = i; i < r.words.size(); ++i) {
        if (i > first) text += ' ';
        if (!escapes) {
            text += r.words[i];
        } else if (!unescape(r.words[i], text)) {
            newline = false;
            break;
        }
    }
    r.out(newline ? text + '\n' : text);
    return 0;
}

std::string padded(std::string text, std::string const& flags, std::size_t width)
{
    if (text.size() >= width) return text;
    std::size_t const missing = width - text.size();
    if (flags.find('-') != flags.npos) return text + std::string(missing, ' ');
    if (flags.find('0') != flags.npos) {
        std::size_t const sign = text.starts_with('-') ? 1 : 0;
        return text.insert(sign, missing, '0');
    }
    return std::string(missing, ' ') + text;
}

// A short format may produce a long text. The text is written, and so counted, in parts of this
// size.
constexpr std::size_t flush_size = 1'000'000;

int print_formatted(run_of& r)
{
    if (r.words.size() < 2) return r.complain("usage: printf format [arguments]", 2);
    std::string format;
    unescape(r.words[1], format);
    std::size_t next = 2;
    bool more = true;
    while (more) {
        std::string text;
        std::size_t const before = next;
        for (std::size_t i = 0; i < format.size(); ++i) {
            if (format[i] != '%') {
                text += format[i];
                continue;
            }
            std::string flags, width, precision;
            for (++i; i < format.size() && (format[i] == '-' || format[i] == '0'); ++i) {
                flags += format[i];
            }
            std::string* number = &width;
            for (; i < format.size() &&
                   (std::isdigit(static_cast<unsigned char>(format[i])) || format[i] == '.');
                 ++i) {
                if (format[i] == '.') {
                    number = &precision;
                } else if (number->size() < 3) {
                    *number += format[i];
                }
            }
            if (i == format.size()) break;
            if (format[i] == '%') {
                text += '%';
                continue;
            }
            std::string const value = next < r.words.size() ? r.words[next] : "";
            ++next;
            std::string shown;
            char buffer[64];
            switch (format[i]) {
                case 's':
                    shown = precision.empty() ? value : value.substr(0, std::stoul(precision));
                    break;
                case 'b':
                    unescape(value, shown);
                    break;
                case 'c':
                    shown = value.substr(0, 1);
                    break;
                case 'd':
                case 'i':
                    shown = std::to_string(integer_of(value));
                    break;
                case 'x':
                    std::snprintf(
                        buffer,
                        sizeof buffer,
                        "%llx",
                        static_cast<unsigned long long>(integer_of(value))
                    );
                    shown = buffer;
                    break;
                case 'f':
                    std::snprintf(
                        buffer,
                        sizeof buffer,
                        "%.*f",
                        precision.empty() ? 6 : std::min(20, std::stoi(precision)),
                        std::clamp(number_of(value), -1e30, 1e30)
                    );
                    shown = buffer;
                    break;
                default:
                    return r.complain(
                        "`" + std::string(1, format[i]) + "': invalid format character"
                    );
            }
            text += padded(std::move(shown), flags, width.empty() ? 0 : std::stoul(width));
            if (text.size() > flush_size) {
                r.out(text);
                text.clear();
            }
        }
        r.out(text);
        more = next < r.words.size() && next > before;
    }
    return 0;
}

// The text of each operand in turn, or the input when there are no operands.
int for_each_text(
    run_of& r,
    words_t const& names,
    std::function<void(std::string const& name, std::string const& text)> const& use
)
{
    if (names.empty()) {
        r.s.charge(r.io.in->size());
        use("", *r.io.in);
    }
    int code = 0;
    for (std::string const& name : names) {
        if (name == "-") {
            r.s.charge(r.io.in->size());
            use(name, *r.io.in);
            continue;
        }
        try {
            std::string const& text = r.s.files().read(r.s.path(name));
            r.s.charge(text.size());
            use(name, text);
        } catch (file_error const& error) {
            code = r.complain(name + ": " + error.what());
        }
    }
    return code;
}

int cat(run_of& r)
{
    arguments a;
    if (char const bad = read_flags(r.words, "u", a)) return r.bad_option(bad, 1);
    return for_each_text(r, a.rest, [&](std::string const&, std::string const& text) {
        r.out(text);
    });
}

std::vector<std::string_view> lines_of(std::string_view text)
{
    auto lines = split(text, "\n");
    if (lines.back().empty()) lines.pop_back();
    return lines;
}

int head_or_tail(run_of& r)
{
    std::size_t count = 10;
    words_t names;
    for (std::size_t i = 1; i < r.words.size(); ++i) {
        std::string w = r.words[i];
        if (w == "-n" && i + 1 < r.words.size()) {
            w = r.words[++i];
        } else if (w.starts_with("-n")) {
            w = w.substr(2);
        } else if (w.size() > 1 && w[0] == '-') {
            w = w.substr(1);
        } else {
            names.push_back(w);
            continue;
        }
        auto const [end, error] = std::from_chars(w.data(), w.data() + w.size(), count);
        if (error != std::errc()) return r.complain("invalid number of lines: '" + w + "'");
    }
    bool const tail = r.words[0] == "tail";
    return for_each_text(r, names, [&](std::string const&, std::string const& text) {
        auto const lines = lines_of(text);
        std::size_t const shown = std::min(count, lines.size());
        std::size_t const first = tail ? lines.size() - shown : 0;
        for (std::size_t i = 0; i < shown; ++i) r.out(std::string(lines[first + i]) + '\n');
    });
}

int wc(run_of& r)
{
    arguments a;
    if (char const bad = read_flags(r.words, "lwc", a)) return r.bad_option(bad, 1);
    return for_each_text(r, a.rest, [&](std::string const& name, std::string const& text) {
        std::string line;
        auto const add = [&](char flag, std::size_t n) {
            if (!a.flags.empty() && !has_flag(a, flag)) return;
            line += (line.empty() ? "" : " ") + std::to_string(n);
        };
        add('l', static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
        add('w', words(text).size());
        add('c', text.size());
        r.out(line + (name.empty() ? "" : " " + name) + '\n');
    });
}

int sort_lines(run_of& r)
{
    arguments a;
    if (char const bad = read_flags(r.words, "ru", a)) return r.bad_option(bad, 2);
    words_t lines;
    int const code = for_each_text(r, a.rest, [&](std::string const&, std::string const& text) {
        for (std::string_view const line : lines_of(text)) lines.emplace_back(line);
    });
    std::sort(lines.begin(), lines.end());
    if (has_flag(a, 'u')) lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    if (has_flag(a, 'r')) std::reverse(lines.begin(), lines.end());
    for (std::string const& line : lines) r.out(line + '\n');
    return code;
}

int seq(run_of& r)
{
    std::int64_t first = 1, step = 1, last = 1;
    auto const number = [&](std::size_t i) {
        return static_cast<std::int64_t>(std::clamp(number_of(r.words[i]), -1e9, 1e9));
    };
    if (r.words.size() < 2) return r.complain("missing operand");
    last = number(r.words.size() - 1);
    if (r.words.size() > 2) first = number(1);
    if (r.words.size() > 3) step = number(2);
    if (step == 0) return r.complain("invalid Zero increment value: '0'");
    for (std::int64_t i = first; step > 0 ? i <= last : i >= last; i += step) {
        r.out(std::to_string(i) + '\n');
    }
    return 0;
}

constexpr std::array programs = std::to_array<named_program>({
    {"cat", cat},
    {"echo", echo},
    {"head", head_or_tail},
    {"printf", print_formatted},
    {"seq", seq},
    {"sort", sort_lines},
    {"tail", head_or_tail},
    {"wc", wc},
});

}  // namespace

std::span<named_program const> text_programs() { return programs; }

}  // namespace cohub::inline abi_0_2::fake
