#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::fake {

/// Without blanks, tabs and line ends at either side.
std::string_view trim(std::string_view s);
/// The parts between any of the separators, empty ones included.
std::vector<std::string_view> split(std::string_view s, std::string_view separators);
/// The parts between runs of white space.
std::vector<std::string_view> words(std::string_view s);

/// Of the letters of ASCII.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// As JavaScript's toLowerCase and PostgreSQL's lower do it for Latin, Greek and Cyrillic.
std::string to_lower(std::string_view utf8);
bool is_utf8(std::string_view s);
/// Each invalid sequence becomes U+FFFD, as in Node.
std::string repair_utf8(std::string_view s);
/// Length in UTF-16 units, as JavaScript counts.
std::size_t utf16_length(std::string_view utf8);

/// Lower-case form if it is 36 characters of a UUID, in any case.
std::optional<std::string> uuid_text(std::string_view s);
/// The same for all the spellings that PostgreSQL reads (no hyphens, braces).
std::optional<std::string> postgres_uuid(std::string_view s);

/// The address syntax of the hub: RFC 822 without comments, one label is enough.
bool is_email_address(std::string_view s);

/// SQL's LIKE with a `%` put behind the term, and before it too unless it is to be a prefix.
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
    std::vector<token> tokens_;  ///< empty: the literal is looked for as it is
};

std::string base64_decode(std::string_view s);
std::string base64_encode(std::string_view s);
std::string base62(std::uint64_t n, std::size_t width);

/// `2025-10-09T08:53:20.000Z`
std::string iso_time(std::int64_t ms);
std::optional<std::int64_t> parse_iso_time(std::string_view s);
/// `Thu, 09 Oct 2025 08:53:20 GMT`
std::string const& http_date(std::int64_t ms);

/// Next.js's entity tag of a body.
std::string entity_tag(std::string_view body);

/// Whether a journal or script pattern covers a call. @see cohub::fake::journal
bool pattern_matches(std::string_view pattern, std::string_view path, std::string_view name);

/// Appends the text as a JSON string, quotes included.
void append_json_string(std::string& to, std::string_view text);

}  // namespace cohub::fake
