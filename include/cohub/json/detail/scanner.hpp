#ifndef COHUB_JSON_DETAIL_SCANNER_HPP
#define COHUB_JSON_DETAIL_SCANNER_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/text.hpp>
#include <cohub/json/detail/decimal.hpp>

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace cohub::inline abi_0_2::json::detail {

/// No caller may use a greater depth, which keeps the stacks of reader and scanner small.
inline constexpr std::size_t max_depth = 64;

/// @brief Reads one whole JSON text (RFC 8259) and passes what it finds to a handler.
///
/// Bodies are complete before they are decoded, so that the scanner needs no state in which it
/// could stop and continue. It executes a third of the instructions of a parser with such a state,
/// and has a small part of its code to compile. It accepts what Boost.JSON 1.81 accepts and refuses
/// what that refuses, except for cases that a test lists.
template <class Handler>
class scanner
{
public:
    scanner(std::string_view text, Handler& handler, std::size_t depth = 32) noexcept
        : begin_(text.data()),
          p_(text.data()),
          end_(text.data() + text.size()),
          handler_(handler),
          max_depth_(depth < max_depth ? depth : max_depth)
    {
    }

    /// @return false if the text is not JSON; `problem` and `position` say why and where
    bool run()
    {
        skip_blanks();
        if (!value(0)) return false;
        skip_blanks();
        return p_ == end_ || fail("something follows the JSON");
    }

    char const* problem() const noexcept { return problem_; }
    std::size_t position() const noexcept { return static_cast<std::size_t>(p_ - begin_); }

private:
    bool fail(char const* why) noexcept
    {
        problem_ = why;
        return false;
    }

    static bool is_blank(char c) noexcept
    {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    void skip_blanks() noexcept
    {
        while (p_ != end_ && is_blank(*p_)) ++p_;
    }

    bool literal(std::string_view word) noexcept
    {
        if (static_cast<std::size_t>(end_ - p_) < word.size() ||
            std::memcmp(p_, word.data(), word.size()) != 0)
            return fail("neither a value nor a container begins here");
        p_ += word.size();
        return true;
    }

    bool value(std::size_t depth)
    {
        if (p_ == end_) return fail("the text ends too early");
        switch (*p_) {
            case '"': {
                std::string_view text;
                if (!string(text)) return false;
                handler_.on_string(text);
                return true;
            }
            case '{':
                return object(depth + 1);
            case '[':
                return array(depth + 1);
            case 'n':
                if (!literal("null")) return false;
                handler_.on_null();
                return true;
            case 't':
                if (!literal("true")) return false;
                handler_.on_bool(true);
                return true;
            case 'f':
                if (!literal("false")) return false;
                handler_.on_bool(false);
                return true;
            default:
                return number();
        }
    }

    bool object(std::size_t depth)
    {
        if (depth > max_depth_) return fail("nested too deep");
        handler_.on_object_begin();
        ++p_;
        skip_blanks();
        std::size_t n = 0;
        if (p_ != end_ && *p_ == '}') {
            ++p_;
            handler_.on_object_end(n);
            return true;
        }
        for (;;) {
            if (p_ == end_ || *p_ != '"') return fail("a name is missing");
            // The handler usually knows which name comes next: then one comparison is enough.
            std::size_t const known = handler_.expect_key(p_ + 1, end_);
            if (known != 0) {
                p_ += known + 2;
            } else {
                std::string_view name;
                if (!string(name)) return false;
                handler_.on_key(name);
            }
            skip_blanks();
            if (p_ == end_ || *p_ != ':') return fail("a colon is missing");
            ++p_;
            skip_blanks();
            if (!value(depth)) return false;
            ++n;
            skip_blanks();
            if (p_ == end_) return fail("the text ends too early");
            char const c = *p_;
            if (c != ',' && c != '}') return fail("neither a comma nor the end of the object");
            ++p_;
            if (c == '}') break;
            skip_blanks();
        }
        handler_.on_object_end(n);
        return true;
    }

    bool array(std::size_t depth)
    {
        if (depth > max_depth_) return fail("nested too deep");
        handler_.on_array_begin();
        ++p_;
        skip_blanks();
        std::size_t n = 0;
        if (p_ != end_ && *p_ == ']') {
            ++p_;
            handler_.on_array_end(n);
            return true;
        }
        for (;;) {
            if (!value(depth)) return false;
            ++n;
            skip_blanks();
            if (p_ == end_) return fail("the text ends too early");
            char const c = *p_;
            if (c != ',' && c != ']') return fail("neither a comma nor the end of the array");
            ++p_;
            if (c == ']') break;
            skip_blanks();
        }
        handler_.on_array_end(n);
        return true;
    }

    /// Skips characters that represent themselves: no quote, no backslash, ASCII, printable.
    char const* plain_end(char const* p) const noexcept
    {
#if defined(__SSE2__)
        __m128i const quote = _mm_set1_epi8('"');
        __m128i const backslash = _mm_set1_epi8('\\');
        __m128i const blank = _mm_set1_epi8(0x20);
        while (end_ - p >= 16) {
            __m128i const v = _mm_loadu_si128(reinterpret_cast<__m128i const*>(p));
            // As signed numbers, control characters and all characters outside ASCII are less than
            // a blank.
            __m128i const special = _mm_or_si128(
                _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)),
                _mm_cmplt_epi8(v, blank)
            );
            auto const mask = static_cast<unsigned>(_mm_movemask_epi8(special));
            if (mask != 0) return p + std::countr_zero(mask);
            p += 16;
        }
#endif
        while (p != end_ && *p >= 0x20 && *p != '"' && *p != '\\') ++p;
        return p;
    }

    /// The text in place if it has no escapes, otherwise in `scratch_`.
    bool string(std::string_view& out)
    {
        char const* const first = ++p_;
        p_ = plain_end(p_);
        if (p_ != end_ && *p_ == '"') {
            out = std::string_view(first, static_cast<std::size_t>(p_ - first));
            ++p_;
            return true;
        }
        return special_string(first, out);
    }

    bool special_string(char const* first, std::string_view& out)
    {
        bool escaped = false;
        char const* clean = first;  // from here on not yet copied
        for (;;) {
            p_ = plain_end(p_);
            if (p_ == end_) return fail("a text is not closed");
            if (*p_ == '"') break;
            if (*p_ == '\\') {
                if (!escaped) scratch_.clear();
                escaped = true;
                scratch_.append(clean, p_);
                if (!escape()) return false;
                clean = p_;
                continue;
            }
            std::size_t const n = static_cast<unsigned char>(*p_) < 0x80
                                      ? 0
                                      : cohub::detail::utf8_length(std::string_view(
                                            p_, static_cast<std::size_t>(end_ - p_)
                                        ));
            if (n == 0)
                return fail(
                    static_cast<unsigned char>(*p_) < 0x20 ? "a control character inside a text"
                                                           : "a text is not UTF-8"
                );
            p_ += n;
        }
        if (escaped) {
            scratch_.append(clean, p_);
            out = scratch_;
        } else
            out = std::string_view(first, static_cast<std::size_t>(p_ - first));
        ++p_;
        return true;
    }

    bool escape()
    {
        if (end_ - p_ < 2) return fail("a text is not closed");
        char const c = p_[1];
        p_ += 2;
        switch (c) {
            case '"':
            case '\\':
            case '/':
                scratch_ += c;
                return true;
            case 'b':
                scratch_ += '\b';
                return true;
            case 'f':
                scratch_ += '\f';
                return true;
            case 'n':
                scratch_ += '\n';
                return true;
            case 'r':
                scratch_ += '\r';
                return true;
            case 't':
                scratch_ += '\t';
                return true;
            case 'u':
                break;
            default:
                p_ -= 1;
                return fail("an unknown escape");
        }
        std::uint32_t code = 0;
        if (!four_digits(code)) return false;
        if (code >= 0xD800 && code < 0xE000 && !surrogates(code)) return false;
        append_utf8(code);
        return true;
    }

    /// Reads the second half of a surrogate pair. JavaScript may cut a text between the halves, and
    /// writes the remaining half unchanged. U+FFFD replaces it, as in a browser.
    bool surrogates(std::uint32_t& code) noexcept
    {
        std::uint32_t const first = std::exchange(code, 0xFFFD);
        if (first >= 0xDC00 || end_ - p_ < 2 || p_[0] != '\\' || p_[1] != 'u') return true;
        char const* const behind = p_;
        p_ += 2;
        std::uint32_t second = 0;
        if (!four_digits(second)) return false;
        if (second >= 0xDC00 && second < 0xE000)
            code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        else
            p_ = behind;  // a separate escape
        return true;
    }

    bool four_digits(std::uint32_t& code) noexcept
    {
        if (end_ - p_ < 4) return fail("a text is not closed");
        for (int i = 0; i != 4; ++i, ++p_) {
            char const c = *p_;
            std::uint32_t digit = 0;
            if (c >= '0' && c <= '9')
                digit = static_cast<std::uint32_t>(c - '0');
            else if (c >= 'a' && c <= 'f')
                digit = static_cast<std::uint32_t>(c - 'a' + 10);
            else if (c >= 'A' && c <= 'F')
                digit = static_cast<std::uint32_t>(c - 'A' + 10);
            else
                return fail("no hexadecimal digit");
            code = code * 16 + digit;
        }
        return true;
    }

    void append_utf8(std::uint32_t code)
    {
        auto const put = [this](std::uint32_t byte) { scratch_ += static_cast<char>(byte); };
        if (code < 0x80)
            put(code);
        else if (code < 0x800) {
            put(0xC0 | (code >> 6));
            put(0x80 | (code & 63));
        } else if (code < 0x10000) {
            put(0xE0 | (code >> 12));
            put(0x80 | ((code >> 6) & 63));
            put(0x80 | (code & 63));
        } else {
            put(0xF0 | (code >> 18));
            put(0x80 | ((code >> 12) & 63));
            put(0x80 | ((code >> 6) & 63));
            put(0x80 | (code & 63));
        }
    }

    static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

    /// Reads eight digits at once, if there are eight.
    void eight_digits(std::uint64_t& value) noexcept
    {
        if constexpr (std::endian::native != std::endian::little) return;
        std::uint64_t v = 0;
        std::memcpy(&v, p_, 8);
        constexpr std::uint64_t zeros = 0x3030303030303030u, high = 0xF0F0F0F0F0F0F0F0u;
        // If all are between '0' and '9', the high halves are threes, also after adding six.
        if ((v & high) != zeros || ((v + 0x0606060606060606u) & high) != zeros) return;
        v = (v & 0x0F0F0F0F0F0F0F0Fu) * 2561 >> 8;
        v = (v & 0x00FF00FF00FF00FFu) * 6553601 >> 16;
        v = (v & 0x0000FFFF0000FFFFu) * 42949672960001u >> 32;
        value = v;
        p_ += 8;
    }

    bool number()
    {
        char const* const first = p_;
        bool const negative = *p_ == '-';
        if (negative) ++p_;
        if (p_ == end_ || !is_digit(*p_)) {
            p_ = first;
            return fail("neither a value nor a container begins here");
        }
        // 19 digits always fit into 64 bits without a sign; longer numbers take the slow path.
        std::uint64_t magnitude = 0;
        char const* const digits = p_;
        if (end_ - p_ >= 8) eight_digits(magnitude);
        while (p_ != end_ && is_digit(*p_) && p_ - digits < 19)
            magnitude = magnitude * 10 + static_cast<std::uint64_t>(*p_++ - '0');
        if (*digits == '0' && p_ - digits > 1) {
            p_ = digits;
            return fail("a number begins with a zero too many");
        }
        bool const whole = p_ == end_ || (!is_digit(*p_) && *p_ != '.' && *p_ != 'e' && *p_ != 'E');
        constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
        if (whole && magnitude <= most) {
            auto const v = static_cast<std::int64_t>(magnitude);
            handler_.on_int64(negative ? -v : v);
            return true;
        }
        return long_number(first, negative);
    }

    bool long_number(char const* first, bool negative)
    {
        char const* const digits = first + (negative ? 1 : 0);
        p_ = digits;
        while (p_ != end_ && is_digit(*p_)) ++p_;
        bool fraction = false;
        if (p_ != end_ && *p_ == '.') {
            fraction = true;
            ++p_;
            if (p_ == end_ || !is_digit(*p_)) return fail("no digit after the point");
            while (p_ != end_ && is_digit(*p_)) ++p_;
        }
        if (p_ != end_ && (*p_ == 'e' || *p_ == 'E')) {
            fraction = true;
            ++p_;
            if (p_ != end_ && (*p_ == '+' || *p_ == '-')) ++p_;
            if (p_ == end_ || !is_digit(*p_)) return fail("no digit in the exponent");
            while (p_ != end_ && is_digit(*p_)) ++p_;
        }
        std::uint64_t whole = 0;
        if (!fraction && std::from_chars(digits, p_, whole).ec == std::errc()) {
            if (!negative) {
                handler_.on_uint64(whole);
                return true;
            }
            constexpr std::uint64_t lowest = std::uint64_t(1) << 63;
            if (whole <= lowest) {
                handler_.on_int64(static_cast<std::int64_t>(0 - whole));
                return true;
            }
        }
        handler_.on_double(read_decimal(first, p_));
        return true;
    }

    char const* begin_;
    char const* p_;
    char const* end_;
    Handler& handler_;
    std::size_t max_depth_;
    char const* problem_ = nullptr;
    std::string scratch_;
};

}  // namespace cohub::inline abi_0_2::json::detail

#endif
