#include "redaction.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstddef>
#include <optional>
#include <stdexcept>

#include "masking.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr std::string_view pseudonym_begin = "person-";
constexpr std::string_view pseudonym_domain = "example.com";
constexpr std::string_view machine = "192.0.2.1";  // for documentation (RFC 5737)

std::string hex(unsigned char const* bytes, std::size_t n)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < n; ++i) {
        out += digits[bytes[i] >> 4];
        out += digits[bytes[i] & 15];
    }
    return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
// Bytes beyond ASCII belong to names and international domains.
bool is_of_word(char c) { return is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 0x80; }
bool is_of_domain(char c) { return is_of_word(c) || c == '-' || c == '.'; }
// A character before the @ of an address as people have it.
bool is_of_local_part(char c)
{
    return is_of_word(c) ||
           std::string_view("!#$&'*+-./=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_hex(std::string_view s) { return s.find_first_not_of("0123456789abcdefABCDEF") == s.npos; }

// The length of the escape of something beyond ASCII that stands at s[at]: a character in JSON, or
// a byte in a form. 0 when none stands there.
std::size_t escape_length(std::string_view s, std::size_t at)
{
    std::string_view const in_json = s.substr(at, 6);
    if (in_json.size() == 6 && in_json.starts_with("\\u") && is_hex(in_json.substr(2))) {
        bool const is_ascii = in_json.substr(2, 2) == "00" && in_json[4] < '8';
        return is_ascii ? 0 : 6;
    }
    std::string_view const in_form = s.substr(at, 3);
    bool const is_byte = in_form.size() == 3 && in_form[0] == '%' && is_hex(in_form.substr(1));
    return is_byte && in_form[1] >= '8' ? 3 : 0;
}

struct extent
{
    std::size_t begin, end;
};

// The position at which the local part before s[at] begins. An escape of ASCII, as in "\n",
// "\u003c" and "%20", does not belong to it. JSON inside of a JSON string has several backslashes.
std::size_t local_part_before(std::string_view s, std::size_t at)
{
    std::size_t begin = at;
    for (;;) {
        while (begin > 0 && is_of_local_part(s[begin - 1])) --begin;
        if (begin == 0 || begin == at) return begin;
        if (s[begin - 1] == '%' && begin + 2 <= at && is_hex(s.substr(begin, 2))) {
            if (s[begin] < '8') return begin + 2;
            --begin;
        } else if (s[begin - 1] == '\\') {
            bool const is_unit =
                s[begin] == 'u' && begin + 5 <= at && is_hex(s.substr(begin + 1, 4));
            bool const is_ascii = s.substr(begin + 1, 2) == "00" && s[begin + 3] < '8';
            if (!is_unit) return begin + 1;
            if (is_ascii) return begin + 5;
            while (begin > 0 && s[begin - 1] == '\\') --begin;
        } else {
            return begin;
        }
    }
}

// The address whose @ (%40 in a form) stands at s[at].
std::optional<extent> address_around(std::string_view s, std::size_t at, std::size_t sign)
{
    std::size_t begin = local_part_before(s, at);
    // The delimiters of the fields of a form or a path do not belong to the address.
    if (auto const last = s.substr(begin, at - begin).find_last_of("&=?/'"); last != s.npos) {
        begin += last + 1;
    }
    std::size_t end = at + sign;
    while (end < s.size()) {
        std::size_t const n = is_of_domain(s[end]) ? 1 : escape_length(s, end);
        if (n == 0) break;
        end += n;
    }
    while (end > at + sign && !is_of_word(s[end - 1])) --end;
    if (begin == at || end == at + sign) return {};
    return extent{begin, end};
}

// The position after an IPv4 address that begins at s[at], otherwise `at`.
std::size_t ipv4_end(std::string_view s, std::size_t at)
{
    std::size_t i = at;
    for (int part = 0; part < 4; ++part) {
        if (part > 0) {
            if (i >= s.size() || s[i] != '.') return at;
            ++i;
        }
        int value = 0;
        std::size_t digits = 0;
        for (; i < s.size() && is_digit(s[i]) && digits < 3; ++i, ++digits) {
            value = value * 10 + (s[i] - '0');
        }
        if (digits == 0 || value > 255) return at;
    }
    // 1.2.3.4.5 is not an address.
    bool const goes_on = i < s.size() && (is_letter_or_digit(s[i]) ||
                                          (s[i] == '.' && i + 1 < s.size() && is_digit(s[i + 1])));
    return goes_on ? at : i;
}

}  // namespace

std::string redaction::random_salt()
{
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof bytes) != 1) throw std::runtime_error("OpenSSL has no randomness");
    return hex(bytes, sizeof bytes);
}

std::string redaction::pseudonym(std::string_view address) const
{
    std::string const text = salt_ + to_lower(address);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("OpenSSL has no SHA-256");
    }
    return std::string(pseudonym_begin) + hex(digest, 6);
}

std::string redaction::addresses(std::string_view s) const
{
    std::string out;
    out.reserve(s.size());
    std::size_t copied = 0;
    for (std::size_t i = 0; i < s.size();) {
        std::string_view const sign = s[i] == '@' ? "@" : s.substr(i, 3) == "%40" ? "%40" : "";
        if (!sign.empty()) {
            auto const found = address_around(s, i, sign.size());
            if (found && found->begin >= copied) {
                std::string_view const name = s.substr(found->begin, i - found->begin);
                std::string_view const domain =
                    s.substr(i + sign.size(), found->end - i - sign.size());
                bool const is_one = domain == pseudonym_domain && name.starts_with(pseudonym_begin);
                out.append(s.substr(copied, found->begin - copied));
                if (is_one) {
                    out.append(s.substr(found->begin, found->end - found->begin));
                } else {
                    out.append(pseudonym(std::string(name) + "@" + std::string(domain)));
                    out.append(sign).append(pseudonym_domain);
                }
                copied = i = found->end;
                continue;
            }
        } else if (is_digit(s[i]) && (i == 0 || (!is_letter_or_digit(s[i - 1]) && s[i - 1] != '.'))) {
            std::size_t const end = ipv4_end(s, i);
            // The loopback addresses and 0.0.0.0 identify nobody.
            std::string_view const found = s.substr(i, end - i);
            if (end > i && !found.starts_with("127.") && found != "0.0.0.0") {
                out.append(s.substr(copied, i - copied)).append(machine);
                copied = i = end;
                continue;
            }
        }
        ++i;
    }
    return out.append(s.substr(copied));
}

std::string redaction::body(std::string_view method_name, std::string_view text) const
{
    return addresses(masked_body(method_name, text));
}

std::string redaction::answer(std::string_view method_name, std::string_view text) const
{
    return addresses(masked_answer(method_name, text));
}

std::string redaction::text(std::string_view text) const { return addresses(masked_text(text)); }

}  // namespace cohub::inline abi_0_2::fake
