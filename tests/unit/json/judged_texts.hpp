// Makes JSON from a grammar and then damages it, to compare two readers.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>

namespace cohub::tests {

using namespace std::string_view_literals;

/// A text, and how deep its containers may be nested.
struct judged_text
{
    std::string text;
    std::size_t max_depth = 32;
};

/// The numbers of the engine are used directly, so that the texts are the same with every standard
/// library.
class judged_texts
{
public:
    explicit judged_texts(unsigned seed) : random_(seed) {}

    judged_text next()
    {
        judged_text s;
        out_.clear();
        if (number(12) == 0) {
            s.max_depth = pick(depths);
            nested(s.max_depth);
        } else {
            if (number(20) == 0) s.max_depth = number(4);
            blank();
            value(0, number(8));
            blank();
        }
        if (number(2) == 0)
            for (std::size_t n = 1 + number(3); n != 0; --n) damage();
        if (number(300) == 0) widen();
        s.text = out_;
        return s;
    }

    std::string next_number()
    {
        out_.clear();
        any_number();
        return out_;
    }

private:
    std::size_t number(std::size_t below) { return random_() % below; }

    template <class T, std::size_t N>
    T pick(std::array<T, N> const& from)
    {
        return from[number(N)];
    }

    void blank()
    {
        if (number(6) == 0) out_ += pick(blanks);
    }

    /// @param kind the kind of the element; its neighbours are mostly of the same kind
    void value(std::size_t level, std::size_t kind)
    {
        switch (kind) {
            case 0:
            case 1:
                if (level < 4) return array(level + 1);
                [[fallthrough]];
            case 2:
            case 3:
                if (level < 4) return object(level + 1);
                [[fallthrough]];
            case 4:
                return string();
            case 5:
                out_ += pick(literals);
                return;
            default:
                return any_number();
        }
    }

    void array(std::size_t level)
    {
        bool const mixed = number(2) == 0;
        std::size_t kind = number(8);
        out_ += '[';
        blank();
        for (std::size_t n = number(5); n != 0; --n) {
            value(level, kind);
            blank();
            if (n != 1) out_ += ',', blank();
            if (mixed) kind = number(8);
        }
        out_ += ']';
    }

    void object(std::size_t level)
    {
        bool const mixed = number(2) == 0;
        std::size_t kind = number(8);
        out_ += '{';
        blank();
        for (std::size_t n = number(5); n != 0; --n) {
            if (number(4) == 0)
                string();
            else
                out_.append("\"").append(pick(names)).append("\"");
            blank();
            out_ += ':';
            blank();
            value(level, kind);
            blank();
            if (n != 1) out_ += ',', blank();
            if (mixed) kind = number(8);
        }
        out_ += '}';
    }

    /// About as many nested containers as are allowed, or as the library allows at most.
    void nested(std::size_t allowed)
    {
        std::size_t const about = number(2) == 0 ? allowed : std::min<std::size_t>(allowed, 64);
        std::size_t const depth = about + number(5) - std::min<std::size_t>(about, 2);
        std::string closing;
        for (std::size_t i = 0; i != depth; ++i) {
            bool const is_array = number(2) == 0;
            out_ += is_array ? "["sv : "{\"a\":"sv;
            closing += is_array ? ']' : '}';
        }
        value(4, number(4) == 0 ? 4 : 6);
        out_.append(closing.rbegin(), closing.rend());
    }

    void string()
    {
        out_ += '"';
        for (std::size_t n = number(5); n != 0; --n) switch (number(12)) {
                case 0:
                    escaped(number(0x10000));
                    break;
                case 1:
                    escaped(0xD800 + number(0x400));
                    escaped(0xDC00 + number(0x400));
                    break;
                case 2:
                    out_.append(number(40), 'x');
                    break;
                case 3:
                    if (number(4) == 0) out_ += pick(bad_characters);
                    break;
                case 4:
                case 5:
                    out_ += pick(escapes);
                    break;
                case 6:
                case 7:
                    out_ += pick(characters);
                    break;
                default:
                    out_ += pick(names);
            }
        out_ += '"';
    }

    void escaped(std::size_t code)
    {
        std::array<char, 8> text;
        std::snprintf(
            text.data(), text.size(), number(2) ? "\\u%04x" : "\\u%04X", static_cast<unsigned>(code)
        );
        out_ += text.data();
    }

    void digits(std::size_t n)
    {
        for (; n != 0; --n) out_ += static_cast<char>('0' + number(10));
    }

    void any_number()
    {
        switch (number(8)) {
            case 0:
                out_ += pick(edges);
                return;
            case 1:
                out_ += std::to_string(static_cast<int>(number(2000)) - 1000);
                return;
            case 2:
                return random_double();
            case 3:
                return halfway();
            default:
                break;
        }
        if (number(3) == 0) out_ += number(40) == 0 ? '+' : '-';
        switch (number(6)) {
            case 0:
                out_ += '0';
                if (number(20) == 0) digits(1);
                break;
            case 1:
                if (number(10) != 0) out_ += '1';
                break;
            default:
                out_ += static_cast<char>('1' + number(9));
                digits(number(4) == 0 ? number(30) : number(6));
        }
        if (number(2) == 0) {
            out_ += '.';
            if (number(4) == 0) out_.append(number(30), '0');
            digits(number(40) == 0 ? 0 : 1 + number(number(4) == 0 ? 30 : 4));
        }
        if (number(3) == 0) {
            out_ += number(2) ? 'e' : 'E';
            if (number(2) == 0) out_ += number(2) ? '+' : '-';
            switch (number(24)) {
                case 0:
                    break;
                case 1:
                    out_.append(number(20), '0');
                    return digits(1);
                case 2:
                    return digits(4 + number(8));
                case 3:
                case 4:
                case 5:
                case 6:
                    out_ += std::to_string(290 + number(45));
                    return;
                default:
                    return digits(1 + number(2));
            }
        }
    }

    void random_double()
    {
        std::uint64_t const high = random_();
        auto const v = std::bit_cast<double>(high << 32 | random_());
        if (!std::isfinite(v)) return;
        std::array<char, 40> text;
        std::snprintf(text.data(), text.size(), number(2) ? "%.17g" : "%.16g", v);
        out_ += text.data();
    }

    /// The number halfway between two doubles, with all its digits; or a little more.
    void halfway()
    {
        double const fraction = static_cast<double>(random_()) / 4294967296;
        double const v = std::ldexp(1 + fraction, static_cast<int>(number(120)) - 60);
        double const next = std::nextafter(v, HUGE_VAL);
        std::array<char, 200> text;
        std::snprintf(
            text.data(), text.size(), "%.150Lg", v + (static_cast<long double>(next) - v) / 2
        );
        out_ += text.data();
        if (number(2) == 0 && std::string_view(text.data()).find('.') != std::string_view::npos)
            out_ += "01";
    }

    void damage()
    {
        if (out_.empty()) return;
        std::size_t const at = number(out_.size());
        switch (number(6)) {
            case 0:
                out_.erase(at, 1 + number(3));
                break;
            case 1:
                out_.insert(at, 1, bytes[number(bytes.size())]);
                break;
            case 2:
                out_[at] = bytes[number(bytes.size())];
                break;
            case 3:
                out_.insert(at, out_.substr(at, number(20)));
                break;
            case 4:
                if (number(3) == 0)
                    out_.insert(0, pick(fragments));
                else
                    out_.insert(at, pick(fragments));
                break;
            default:
                if (number(4) == 0)
                    out_.resize(at);
                else
                    out_ += out_[at];
        }
    }

    /// The same text as UTF-16.
    void widen()
    {
        std::string wide = number(2) ? "\xff\xfe" : "";
        for (char const c : out_) wide.append(1, c).append(1, '\0');
        out_ = wide;
    }

    static constexpr std::string_view bytes =
        "\"\\{}[]:,0123456789+-.eEtfnu/'aA \t\r\n\0\b\f\v\x1f\x7f\x80\xbf\xc0\xe2\xed\xf0\xf4\xff"sv;
    static constexpr std::array<std::size_t, 6> depths{32, 32, 64, 64, 100, 3};
    static constexpr std::array<std::string_view, 5> blanks{" ", "\n", "\t", "\r\n", "  "};
    static constexpr std::array<std::string_view, 3> literals{"true", "false", "null"};
    static constexpr std::array<std::string_view, 10> names{
        "", "a", "b", "id", "name", "names", "longer_name", "longer_name_", "error", "\\u0061"};
    static constexpr std::array<std::string_view, 8> escapes{
        "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"};
    static constexpr std::array<std::string_view, 14> characters{
        "\x7f",
        "\xc2\x80",
        "\xc3\xa9",
        "\xdf\xbf",
        "\xe0\xa0\x80",
        "\xe2\x80\xa8",
        "\xe2\x82\xac",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xef\xbb\xbf",
        "\xef\xbf\xbf",
        "\xf0\x90\x80\x80",
        "\xf0\x9f\x98\x80",
        "\xf4\x8f\xbf\xbf",
    };
    static constexpr std::array<std::string_view, 26> bad_characters{
        "\x80",
        "\xbf",
        "\xc0\xaf",
        "\xc1\xbf",
        "\xc3",
        "\xe0\x80\xaf",
        "\xe0\x9f\xbf",
        "\xe2\x82",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x80\x80\xaf",
        "\xf0\x8f\xbf\xbf",
        "\xf0\x9f\x98",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "\xff",
        "\x1f",
        "\n",
        "\\x41",
        "\\u12",
        "\\u00g0",
        "\\ud83d",
        "\\udc00",
        "\\ud800\\u0041",
        "\\ud800\\",
    };
    static constexpr std::array<std::string_view, 30> edges{
        "-0",
        "-0.0",
        "0e0",
        "0e-99999999999",
        "9007199254740991",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "9999999999999999999",
        "18446744073709551615",
        "18446744073709551616",
        "-18446744073709551615",
        "100000000000000000000",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1e309",
        "1.5e400",
        "-1.5e400",
        "2.2250738585072014e-308",
        "2.2250738585072011e-308",
        "5e-324",
        "-3e-324",
        "2e-324",
        "1e-400",
        "1e2147483647",
        "1e2147483648",
        "-1e-99999999999999999999",
    };
    static constexpr std::array<std::string_view, 32> fragments{
        "NaN",   "-Infinity", "inf",  "True", "nul",          "undefined", "+1",       ".5",
        "1.",    "-",         "0x1F", "01",   "-01",          "1e",        "1e+",      "1_0",
        "/*c*/", "//c\n",     "#",    "'a'",  "\xef\xbb\xbf", "\xfe\xff",  "\xc2\xa0", "\f",
        "\0"sv,  ",",         "[]",   "{}",   "\"a\":",       "\\u",       "\\ud800",  "e400",
    };

    std::mt19937 random_;
    std::string out_;
};

}  // namespace cohub::tests
