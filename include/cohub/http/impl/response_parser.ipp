#ifndef COHUB_HTTP_IMPL_RESPONSE_PARSER_IPP
#define COHUB_HTTP_IMPL_RESPONSE_PARSER_IPP

#include <cohub/core/text.hpp>
#include <cohub/http/response_parser.hpp>

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <system_error>

namespace cohub::inline abi_0_2::http {

namespace detail {

/// The kinds of texts that a byte may be a part of.
enum char_class : unsigned char
{
    in_token = 1,  // RFC 9110, 5.6.2
    in_text = 2,   // a value, a reason: all except control characters
};

inline constexpr std::array<unsigned char, 256> char_classes = [] {
    std::array<unsigned char, 256> table{};
    for (unsigned c = 0; c != 256; ++c) {
        bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool const digit = c >= '0' && c <= '9';
        if (letter || digit) table[c] |= in_token;
        if ((c >= 0x20 && c != 0x7F) || c == '\t') table[c] |= in_text;
    }
    for (unsigned char const c : std::string_view("!#$%&'*+-.^_`|~")) table[c] |= in_token;
    return table;
}();

inline bool is_in(char_class which, char c) noexcept
{
    return (char_classes[static_cast<unsigned char>(c)] & which) != 0;
}

inline bool is_text(std::string_view s) noexcept
{
    for (char const c : s)
        if (!is_in(in_text, c)) return false;
    return true;
}

inline bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

inline std::string_view trimmed(std::string_view s) noexcept
{
    while (!s.empty() && is_blank(s.front())) s.remove_prefix(1);
    while (!s.empty() && is_blank(s.back())) s.remove_suffix(1);
    return s;
}

/// Removes the next element from a list that is separated by commas.
inline std::string_view next_element(std::string_view& list) noexcept
{
    std::size_t const comma = std::min(list.find(','), list.size());
    std::string_view const element = trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    return element;
}

/// The value of a hexadecimal digit; negative if it is not one.
inline int hex_value(char c) noexcept
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace detail

COHUB_DECL bool is_token_char(char c) noexcept { return detail::is_in(detail::in_token, c); }

COHUB_DECL response_parser::response_parser(std::size_t max_header, std::uint64_t max_body)
    : max_header_(max_header), max_body_(max_body)
{
}

COHUB_DECL std::size_t response_parser::feed(char* base, std::size_t at, std::size_t size, code& ec)
{
    base_ = base;
    ec = {};
    std::size_t used = 0;
    if (!is_header_done()) {
        used = read_head(base + at, size, ec);
        if (ec || !is_header_done()) return used;
    }
    return used + read_body(base + at + used, size - used, ec);
}

// ---- the head ----------------------------------------------------------------------------------

/// Reads whole lines. A header that is folded over several lines becomes one line with blanks in
/// it, as RFC 9112, 5.2 requires of a client.
COHUB_DECL std::size_t response_parser::read_head(char* data, std::size_t size, code& ec)
{
    using error = boost::beast::http::error;
    std::size_t used = 0;
    constexpr std::string_view alert = "\x15\x03";  // the start of a TLS alert record
    if (state_ == state::status_line && std::string_view(data, size).starts_with(alert)) {
        problem_ = problem::tls_alert;
        ec = error::bad_version;
        return 0;
    }
    while (!ec && !is_header_done()) {
        std::string_view const rest(data + used, size - used);
        std::size_t const line_feed = rest.find('\n', searched_);
        if (line_feed == std::string_view::npos) {
            searched_ = rest.size();
            break;
        }
        searched_ = line_feed;
        bool const has_return = line_feed != 0 && rest[line_feed - 1] == '\r';
        if (has_return && line_feed != 1 && state_ == state::field_line) {
            if (line_feed + 1 == rest.size()) break;  // not known yet whether it is folded
            if (detail::is_blank(rest[line_feed + 1])) {
                data[used + line_feed - 1] = data[used + line_feed] = ' ';
                folded_ = true;
                continue;
            }
        }
        if (!has_return)
            ec = error::bad_line_ending;
        else if (state_ == state::status_line)
            read_status_line(rest.substr(0, line_feed - 1), ec);
        else if (line_feed == 1)
            end_head(ec);
        else
            read_field_line(rest.substr(0, line_feed - 1), ec);
        used += line_feed + 1;
        searched_ = 0;
        folded_ = false;
    }
    head_size_ += used;
    std::size_t const more = is_header_done() ? 0 : size - used + 1;
    if (!ec && head_size_ + more > max_header_) pass_limit(problem::header_limit, ec);
    return used;
}

/// `HTTP/1.1 200 OK`; the reason, and the blank before it, may be absent.
COHUB_DECL void response_parser::read_status_line(std::string_view line, code& ec)
{
    using error = boost::beast::http::error;
    state_ = state::field_line;
    std::string_view const protocol = line.substr(0, 9);
    if (protocol == "HTTP/1.1 ")
        version_ = 11;
    else if (protocol == "HTTP/1.0 ")
        version_ = 10;
    else {
        ec = error::bad_version;
        return;
    }
    line.remove_prefix(protocol.size());
    char const* const end = line.data() + std::min<std::size_t>(line.size(), 3);
    auto const read = std::from_chars(line.data(), end, status_);
    bool const is_number = read.ec == std::errc() && read.ptr == line.data() + 3;
    if (!is_number || status_ < 100 || (line.size() > 3 && line[3] != ' '))
        ec = error::bad_status;
    else if (!detail::is_text(line))
        ec = error::bad_reason;
}

COHUB_DECL void response_parser::read_field_line(std::string_view line, code& ec)
{
    using error = boost::beast::http::error;
    std::size_t colon = 0;
    while (colon != line.size() && detail::is_in(detail::in_token, line[colon])) ++colon;
    if (colon == 0 || colon == line.size() || line[colon] != ':') {
        ec = error::bad_field;
        return;
    }
    std::string_view const value = detail::trimmed(line.substr(colon + 1));
    if (!detail::is_text(value))
        ec = error::bad_value;
    else
        read_field(line.substr(0, colon), value, ec);
}

COHUB_DECL void response_parser::read_field(std::string_view name, std::string_view value, code& ec)
{
    using cohub::detail::iequals;
    auto const is = [name](std::string_view other) { return iequals(name, other); };
    switch (name.size()) {
        case 7:
            if (is("upgrade")) upgrade_ = iequals(value, "websocket");
            break;
        case 10:
            if (is("connection"))
                read_connection(value, ec);
            else if (is("keep-alive"))
                read_keep_alive(value);
            break;
        case 11:
            if (is("retry-after")) {
                ++retry_after_count_;
                retry_after_ = value.size() <= 64 ? value : std::string_view();
            }
            break;
        case 12:
            if (is("content-type"))
                content_type_size_ =
                    static_cast<std::uint8_t>(value.copy(content_type_, sizeof content_type_));
            break;
        case 14:
            if (is("content-length")) read_content_length(value, ec);
            break;
        case 16:
            if (is("content-encoding"))
                encoded_ = encoded_ || (!value.empty() && !iequals(value, "identity"));
            else if (is("proxy-connection"))
                read_connection(value, ec);
            break;
        case 17:
            if (is("transfer-encoding")) read_transfer_encoding(value, ec);
            break;
        case 20:
            if (is("sec-websocket-accept")) {
                ++accepts_;
                accept_ = value.substr(0, 64);
            }
            break;
        case 22:
        case 24:
            // The client offered none.
            if (is("sec-websocket-protocol") || is("sec-websocket-extensions")) extended_ = true;
            break;
        default:
            break;
    }
}

COHUB_DECL void response_parser::read_content_length(std::string_view value, code& ec)
{
    using error = boost::beast::http::error;
    char const* const end = value.data() + value.size();
    auto const read = std::from_chars(value.data(), end, content_length_);
    if (folded_)
        refuse_folded(ec);
    else if (++content_lengths_ > 1 || transfer_encodings_ != 0)
        ec = error::multiple_content_length;
    else if (read.ec != std::errc() || read.ptr != end)
        ec = error::bad_content_length;
}

COHUB_DECL void response_parser::read_transfer_encoding(std::string_view value, code& ec)
{
    if (folded_) return refuse_folded(ec);
    if (version_ < 11) problem_ = problem::coding_before_1_1;
    if (version_ < 11 || ++transfer_encodings_ > 1 || content_lengths_ != 0 ||
        !cohub::detail::iequals(value, "chunked"))
        ec = boost::beast::http::error::bad_transfer_encoding;
}

COHUB_DECL void response_parser::read_connection(std::string_view value, code& ec)
{
    using cohub::detail::iequals;
    if (folded_) return refuse_folded(ec);
    while (!value.empty()) {
        std::string_view const option = detail::next_element(value);
        if (iequals(option, "close"))
            says_close_ = true;
        else if (iequals(option, "keep-alive"))
            says_keep_alive_ = true;
        else if (iequals(option, "upgrade"))
            says_upgrade_ = true;
        else if (!std::all_of(option.begin(), option.end(), is_token_char))
            ec = boost::beast::http::error::bad_value;
    }
}

/// Not every recipient joins the lines of a folded header. A recipient that does not would see
/// another end of the response.
COHUB_DECL void response_parser::refuse_folded(code& ec)
{
    problem_ = problem::folded_framing;
    ec = boost::beast::http::error::bad_value;
}

COHUB_DECL void response_parser::read_keep_alive(std::string_view value)
{
    while (!value.empty()) {
        std::string_view const item = detail::next_element(value);
        std::size_t const equals = item.find('=');
        if (equals == std::string_view::npos) continue;
        std::string_view const digits = item.substr(equals + 1);
        std::uint32_t number = 0;
        if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc())
            continue;
        if (cohub::detail::iequals(item.substr(0, equals), "timeout"))
            idle_timeout_ = std::chrono::seconds(number);
        else if (cohub::detail::iequals(item.substr(0, equals), "max"))
            requests_left_ = number;
    }
}

/// The empty line: now the framing of the body is known (RFC 9112, 6.3).
COHUB_DECL void response_parser::end_head(code& ec)
{
    bool const bodiless = status_ / 100 == 1 || status_ == 204 || status_ == 304;
    if (bodiless)
        state_ = state::done;
    else if (transfer_encodings_ != 0)
        state_ = state::chunk_first_digit;
    else if (content_lengths_ == 0) {
        state_ = state::until_close;
        need_eof_ = true;
    } else {
        state_ = content_length_ == 0 ? state::done : state::sized;
        left_ = content_length_;
    }
    if (encoded_ && status_ != 204 && status_ != 304)
        ec = make_error_code(errc::unexpected_encoding);
    else if (!bodiless && wants_whole_body() && content_length_ > max_body_)
        pass_limit(problem::body_limit, ec);
}

// ---- the body ----------------------------------------------------------------------------------

COHUB_DECL std::size_t response_parser::read_body(char const* data, std::size_t size, code& ec)
{
    std::size_t used = 0;
    while (used != size && !is_done() && !cut_ && !ec) {
        bool const to_the_end = state_ == state::until_close;
        if (!to_the_end && state_ != state::sized && state_ != state::chunk_data) {
            read_framing(data[used++], ec);
            continue;
        }
        std::size_t n = size - used;
        if (!to_the_end) n = static_cast<std::size_t>(std::min<std::uint64_t>(n, left_));
        take({data + used, n}, ec);
        if (ec) break;
        used += n;
        if (to_the_end) continue;
        left_ -= n;
        if (left_ == 0) state_ = state_ == state::sized ? state::done : state::chunk_end;
    }
    return used;
}

/// Reads one byte of what surrounds chunks: the line before each one, the line ending after it, and
/// the trailers. A trailer's field is checked and dropped, since it is not a header (RFC 9110,
/// 6.5.1).
COHUB_DECL void response_parser::read_framing(char c, code& ec)
{
    using error = boost::beast::http::error;
    // The longest size and its line ending; further bytes count against the limit.
    constexpr std::size_t plain_line = 18;
    auto const expect = [&](char wanted, state next, error otherwise) {
        if (c == wanted)
            state_ = next;
        else
            ec = otherwise;
    };
    bool const in_line = state_ <= state::chunk_line_feed;
    bool const in_trailers = state_ >= state::trailer_first;
    if (in_line && ++chunk_line_ > max_chunk_line) return pass_limit(problem::chunk_line_limit, ec);
    if ((in_trailers || (in_line && chunk_line_ > plain_line)) && ++metadata_ > max_header_)
        return pass_limit(problem::metadata_limit, ec);

    switch (state_) {
        case state::chunk_first_digit:
        case state::chunk_size:
            if (int const digit = detail::hex_value(c); digit >= 0) {
                if (left_ >> 60 != 0)
                    ec = error::bad_chunk;
                else
                    left_ = left_ * 16 + static_cast<unsigned>(digit);
                state_ = state::chunk_size;
            } else if (state_ == state::chunk_first_digit)
                ec = error::bad_chunk;
            else if (detail::is_blank(c))
                state_ = state::chunk_blank;
            else if (c == ';')
                state_ = state::chunk_extension;
            else
                expect('\r', state::chunk_line_feed, error::bad_chunk);
            break;
        case state::chunk_blank:
            if (c == ';')
                state_ = state::chunk_extension;
            else if (!detail::is_blank(c))
                expect('\r', state::chunk_line_feed, error::bad_chunk);
            break;
        case state::chunk_extension:
            if (!detail::is_in(detail::in_text, c))
                expect('\r', state::chunk_line_feed, error::bad_chunk_extension);
            break;
        case state::chunk_line_feed:
            expect('\n', state::chunk_data, error::bad_line_ending);
            if (!ec) begin_chunk(ec);
            break;
        case state::chunk_end:
            expect('\r', state::chunk_end_line_feed, error::bad_chunk);
            break;
        case state::chunk_end_line_feed:
            expect('\n', state::chunk_first_digit, error::bad_chunk);
            break;
        case state::trailer_first:
        case state::trailer_next:
            if (is_token_char(c))
                state_ = state::trailer_name;
            else if (state_ == state::trailer_next && detail::is_blank(c))
                state_ = state::trailer_value;  // a folded line
            else
                expect('\r', state::last_line_feed, error::bad_field);
            break;
        case state::trailer_name:
            if (!is_token_char(c)) expect(':', state::trailer_value, error::bad_field);
            break;
        case state::trailer_value:
            if (!detail::is_in(detail::in_text, c))
                expect('\r', state::trailer_line_feed, error::bad_value);
            break;
        case state::trailer_line_feed:
            expect('\n', state::trailer_next, error::bad_line_ending);
            break;
        default:
            expect('\n', state::done, error::bad_line_ending);
            break;
    }
}

/// The line before a chunk is complete.
COHUB_DECL void response_parser::begin_chunk(code& ec)
{
    chunk_line_ = 0;
    if (left_ == 0)
        state_ = state::trailer_first;
    else if (wants_whole_body() && left_ > max_body_ - std::min<std::uint64_t>(max_body_, body_size()))
        pass_limit(problem::body_limit, ec);
}

COHUB_DECL void response_parser::take(std::string_view piece, code& ec)
{
    auto const from = static_cast<std::size_t>(piece.data() - base_);
    if (body_size_ == 0) body_at_ = from;
    if (!wants_whole_body() &&
        body_size() + piece.size() > std::min<std::uint64_t>(max_excerpt, max_body_))
        cut_ = true;
    if (body_size() + piece.size() > max_body_ && !cut_) return pass_limit(problem::body_limit, ec);
    char* const to = base_ + body_at_ + body_size_;
    if (to != piece.data()) std::memmove(to, piece.data(), piece.size());
    body_size_ += piece.size();
}

COHUB_DECL void response_parser::pass_limit(problem which, code& ec)
{
    problem_ = which;
    ec = make_error_code(errc::too_large);
}

COHUB_DECL std::string response_parser::explain(code const& ec) const
{
    auto const passes = [](char const* what, char const* limit, std::uint64_t bytes) {
        return cohub::detail::concat(
            {"the response's ", what, limit, " (", std::to_string(bytes), " bytes)"}
        );
    };
    if (!ec) return {};
    switch (problem_) {
        case problem::header_limit:
            return passes("headers pass ", "limits.max_header", max_header_);
        case problem::chunk_line_limit:
            return passes("chunk extensions pass ", "what a chunk may have", max_chunk_line);
        case problem::metadata_limit:
            return passes("chunk extensions and trailers pass ", "limits.max_header", max_header_);
        case problem::body_limit:
            return passes("body passes ", "limits.max_body", max_body_);
        case problem::folded_framing:
            return "a header that frames the response is folded over several lines";
        case problem::coding_before_1_1:
            return "HTTP/1.0 has no Transfer-Encoding";
        case problem::tls_alert:
            return "this port speaks TLS: use https://";
        case problem::none:
            break;
    }
    return {};
}

COHUB_DECL failure response_parser::failure_for(code const& ec) const
{
    if (ec.category() == cohub::error_category())
        return failure(static_cast<errc>(ec.value()), explain(ec));
    failure f(errc::protocol_error, explain(ec));
    f.cause = ec;
    return f;
}

}  // namespace cohub::inline abi_0_2::http

#endif
