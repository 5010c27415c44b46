#ifndef COHUB_TRANSPORT_DETAIL_IMPL_REDACTION_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_REDACTION_IPP

#include <cohub/transport/detail/redaction.hpp>
#include <cohub/transport/detail/request_rules.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL std::string base64(std::string_view text)
{
    std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
    int const n = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<unsigned char const*>(text.data()),
        static_cast<int>(text.size())
    );
    out.resize(static_cast<std::size_t>(n));
    return out;
}

inline std::string hex(std::string_view text, std::string_view digits)
{
    std::string out;
    out.reserve(2 * text.size());
    for (char const c : text) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

/// How many characters of `text` represent `c`, in any notation; 0: none.
inline std::size_t spelled(std::string_view text, char c) noexcept
{
    if (text.empty()) return 0;
    bool const begins_escapes = c == '%' || c == '\\' || c == '&';
    if (text.front() == c && !begins_escapes) return 1;
    auto const u = static_cast<unsigned char>(c);
    auto const is_number = [u](std::string_view digits, int base) {
        unsigned value = 0;
        auto const r = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
        return r.ec == std::errc() && r.ptr == digits.data() + digits.size() && value == u;
    };
    if (text.front() == '%' && text.size() >= 3 && is_number(text.substr(1, 2), 16)) return 3;
    for (std::string_view const escape : {"\\u", "\\x"}) {
        std::size_t const size = escape[1] == 'u' ? 6 : 4;
        if (text.starts_with(escape) && text.size() >= size &&
            is_number(text.substr(2, size - 2), 16))
            return size;
    }
    std::size_t const literal = text.front() == c ? 1 : 0;
    if (!text.starts_with("&#")) return literal;
    std::size_t const end = text.substr(0, 10).find(';');
    if (end == std::string_view::npos) return literal;
    bool const in_hex = text[2] == 'x' || text[2] == 'X';
    std::size_t const begin = in_hex ? 3 : 2;
    return is_number(text.substr(begin, end - begin), in_hex ? 16 : 10) ? end + 1 : literal;
}

COHUB_DECL redaction::redaction(secret const& key) : key_(key.reveal())
{
    std::string* form = forms_;
    auto const never_show = [&form](std::string text) {
        if (text.size() > most_shown) *form = std::move(text);
        ++form;
    };
    never_show(hex(key_, "0123456789abcdef"));
    never_show(hex(key_, "0123456789ABCDEF"));
    // Base64 of a text that contains the key is the same in all groups of bytes but the first and
    // last.
    for (std::size_t const before : {0u, 1u, 2u}) {
        std::string padded;
        padded.reserve(before + key_.size());
        padded.append(before, ' ').append(key_);
        std::string all = base64(padded);
        cohub::detail::wipe(padded);
        std::size_t const begin = before == 0 ? 0 : 4;
        std::size_t const end = (before + key_.size()) / 3 * 4;
        if (end > begin) never_show(all.substr(begin, end - begin));
        // RFC 4648's other alphabet, for URLs.
        std::replace(all.begin(), all.end(), '+', '-');
        std::replace(all.begin(), all.end(), '/', '_');
        if (end > begin) never_show(all.substr(begin, end - begin));
        cohub::detail::wipe(all);
    }
}

COHUB_DECL redaction::~redaction()
{
    cohub::detail::wipe(key_);
    for (auto& form : forms_) cohub::detail::wipe(form);
}

COHUB_DECL void redaction::mask(std::string& text) const
{
    constexpr std::size_t least_key = 4;
    if (key_.size() < least_key) return;
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string_view const rest = std::string_view(text).substr(at);
        std::size_t size = 0, known = 0;
        while (known != key_.size()) {
            std::size_t const n = spelled(rest.substr(size), key_[known]);
            if (n == 0) break;
            size += n;
            ++known;
        }
        bool hit = known == key_.size() || known > most_shown;
        for (auto const& form : forms_) {
            if (hit) break;
            if (form.empty()) continue;
            size = 0;
            while (size != form.size() && size != rest.size() && form[size] == rest[size]) ++size;
            // 10 characters of base64 reveal as much, and so do 14 of hexadecimal.
            bool const in_hex = &form - forms_ < 2;
            hit = size == form.size() || size > (in_hex ? 2 * most_shown : 10);
        }
        if (!hit) continue;
        constexpr std::string_view stars = "***";
        text.replace(at, size, stars);
        at += stars.size() - 1;
    }
}

COHUB_DECL void mask_header(std::string& text, std::string_view name, std::string_view value)
{
    if (!is_confidential(name)) return;
    redaction(secret(value)).mask(text);
    constexpr std::size_t least_part = 8;
    while (!value.empty()) {
        std::size_t const end = std::min(value.find_first_of(" ,;="), value.size());
        if (end >= least_part) redaction(secret(value.substr(0, end))).mask(text);
        if (end == value.size()) return;
        value.remove_prefix(end + 1);
    }
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
