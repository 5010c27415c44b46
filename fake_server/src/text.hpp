#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2::fake {

/// The text without blanks, tabs and line ends at both ends.
std::string_view trim(std::string_view s);
/// The parts between any of the separators, including empty ones.
std::vector<std::string_view> split(std::string_view s, std::string_view separators);
/// The parts between runs of white space.
std::vector<std::string_view> words(std::string_view s);

/// For ASCII letters only.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Like JavaScript's toLowerCase and PostgreSQL's lower for Latin, Greek and Cyrillic.
std::string to_lower(std::string_view utf8);
bool is_utf8(std::string_view s);
/// Replaces each invalid sequence by U+FFFD, as Node does.
std::string repair_utf8(std::string_view s);
/// Length in UTF-16 units, as JavaScript counts.
std::size_t utf16_length(std::string_view utf8);

/// The lower-case form if the text is a UUID of 36 characters, in any case.
std::optional<std::string> uuid_text(std::string_view s);
/// The same for all spellings that PostgreSQL accepts (no hyphens, braces).
std::optional<std::string> postgres_uuid(std::string_view s);

/// The hub's syntax of an address: RFC 822 without comments; one label is enough for a domain.
bool is_email_address(std::string_view s);

/// SQL's LIKE with a `%` after the term. If it is not for a prefix, also before the term.
class like_pattern
{
public:
    explicit like_pattern(std::string_view term, bool prefix = false);
    bool matches(std::string_view text) const;

private:
    enum class kind : char
    {
        exactly,
        any_one,
        any_run
    };
    struct token
    {
        kind what;
        char c;
    };
    std::string literal_;
    bool prefix_;
    std::vector<token> tokens_;  ///< empty: the literal is searched for as it is
};

std::string base64_decode(std::string_view s);
/// Whether it is the base64 of some bytes, with `-_` or `+/`, and with or without `=` at the end.
bool is_base64(std::string_view s);
std::string base64_encode(std::string_view s);
std::string base62(std::uint64_t n, std::size_t width);

/// `2025-10-09T08:53:20.000Z`
std::string iso_time(std::int64_t ms);
std::optional<std::int64_t> parse_iso_time(std::string_view s);
/// `Thu, 09 Oct 2025 08:53:20 GMT`
std::string const& http_date(std::int64_t ms);

/// The ETag that Next.js gives a body.
std::string entity_tag(std::string_view body);

/// Whether the pattern of a journal or a script matches a call. @see cohub::fake::journal
bool pattern_matches(std::string_view pattern, std::string_view path, std::string_view name);

/// Appends the text as a JSON string, including its quotes.
void append_json_string(std::string& to, std::string_view text);

}  // namespace cohub::inline abi_0_2::fake
