#ifndef COHUB_HTTP_IMPL_RESPONSE_PARSER_IPP
#define COHUB_HTTP_IMPL_RESPONSE_PARSER_IPP

#include <cohub/http/response_parser.hpp>

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <utility>

namespace cohub::http {

namespace detail {

/// The value of a hexadecimal digit; negative if it is none.
inline int hex_value(char c) noexcept
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

inline bool is_control(char c) noexcept
{
    auto const byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

}  // namespace detail

COHUB_DECL response_parser::response_parser(std::size_t max_header, std::uint64_t max_body)
    : max_header_(max_header), max_body_(max_body)
{
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    header_limit(static_cast<std::uint32_t>(std::min(max_header, most)));
    body_limit(boost::none);  // see on_header_impl: an error's long body is no error of its own
}

COHUB_DECL std::size_t response_parser::feed(char* base, std::size_t at, std::size_t size, code& ec)
{
    base_ = base;
    ec = {};
    std::size_t used = 0;
    if (state_ == state::head) used = read_head(base + at, size, ec);
    if (ec || state_ == state::head) return used;
    return used + read_body(base + at + used, size - used, ec);
}

COHUB_DECL std::size_t response_parser::read_head(char const* data, std::size_t size, code& ec)
{
    head_end_ = data + size;
    // Not eager: Beast stops behind the head.
    std::size_t const used = put(boost::asio::const_buffer(data, size), ec);
    // Beast 1.81 counts what one look at the head takes, this what all of them took together.
    head_size_ += used;
    bool const incomplete = ec == boost::beast::http::error::need_more;
    if (incomplete) ec = {};
    if (ec == boost::beast::http::error::header_limit ||
        (!ec && head_size_ + (incomplete ? size - used + 1 : 0) > max_header_))
        pass_limit(problem::header_limit, ec);
    if (ec || incomplete) return used;

    if (basic_parser::is_done())
        state_ = state::done;
    else if (chunked())
        state_ = state::chunk_first_digit;
    else if (need_eof())
        state_ = state::until_close;
    else {
        state_ = state::sized;
        left_ = *content_length();
    }
    return used;
}

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

/// Reads one byte of what surrounds chunks: the line before each one, the line end behind it, and
/// the trailers. A trailer's field is checked and dropped: it is no header (RFC 9110, 6.5.1).
COHUB_DECL void response_parser::read_framing(char c, code& ec)
{
    using error = boost::beast::http::error;
    // The longest size and its line end; what is beyond counts.
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
            else if (c == ' ' || c == '\t')
                state_ = state::chunk_blank;
            else if (c == ';')
                state_ = state::chunk_extension;
            else
                expect('\r', state::chunk_line_feed, error::bad_chunk);
            break;
        case state::chunk_blank:
            if (c == ';')
                state_ = state::chunk_extension;
            else if (c != ' ' && c != '\t')
                expect('\r', state::chunk_line_feed, error::bad_chunk);
            break;
        case state::chunk_extension:
            if (detail::is_control(c))
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
            else if (state_ == state::trailer_next && (c == ' ' || c == '\t'))
                state_ = state::trailer_value;  // a folded line
            else
                expect('\r', state::last_line_feed, error::bad_field);
            break;
        case state::trailer_name:
            if (!is_token_char(c)) expect(':', state::trailer_value, error::bad_field);
            break;
        case state::trailer_value:
            if (detail::is_control(c)) expect('\r', state::trailer_line_feed, error::bad_value);
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

COHUB_DECL void response_parser::take(view piece, code& ec)
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
        return std::string("the response's ") + what + limit + " (" + std::to_string(bytes) +
               " bytes)";
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

COHUB_DECL void response_parser::on_response_impl(int status, view, int version, code& ec)
{
    status_ = status;
    version_ = version;
    if (status < 100) ec = boost::beast::http::error::bad_status;
}

COHUB_DECL void response_parser::on_field_impl(
    boost::beast::http::field name, view text, view value, code& ec
)
{
    using boost::beast::http::field;
    switch (name) {
        case field::content_length:
        case field::transfer_encoding:
        case field::connection:
        case field::proxy_connection:
            read_framing_header(name, text, value, ec);
            break;
        case field::content_encoding:
            if (!value.empty() && !boost::beast::iequals(value, "identity")) encoded_ = true;
            break;
        case field::content_type:
            content_type_size_ =
                static_cast<std::uint8_t>(value.copy(content_type_, sizeof content_type_));
            break;
        case field::retry_after:
            ++retry_after_count_;
            if (value.size() <= 64)
                retry_after_.assign(value.data(), value.size());
            else
                retry_after_.clear();
            break;
        case field::upgrade:
            upgrade_ = boost::beast::iequals(value, "websocket");
            break;
        case field::sec_websocket_accept:
            ++accepts_;
            accept_.assign(value.data(), std::min<std::size_t>(value.size(), 64));
            break;
        case field::sec_websocket_extensions:
        case field::sec_websocket_protocol:
            extended_ = true;  // none was offered
            break;
        case field::keep_alive:
            read_keep_alive({value.data(), value.size()});
            break;
        default:
            break;
    }
}

/// A header that says where the response ends, or whether another one follows it.
COHUB_DECL void response_parser::read_framing_header(
    boost::beast::http::field name, view text, view value, code& ec
)
{
    using boost::beast::http::error;
    using boost::beast::http::field;
    // Beast joins the lines of a folded header (RFC 9112, 5.2), others do not, and would see
    // another end of the response. It has seen what the next line begins with.
    std::string_view const rest(text.end(), static_cast<std::size_t>(head_end_ - text.end()));
    std::size_t const next_line = rest.find('\n') + 1;
    if (next_line < rest.size() && (rest[next_line] == ' ' || rest[next_line] == '\t')) {
        problem_ = problem::folded_framing;
        ec = error::bad_value;
    } else if (name == field::content_length) {
        if (++content_lengths_ > 1 || transfer_encodings_ != 0) ec = error::multiple_content_length;
    } else if (name == field::transfer_encoding) {
        if (version_ < 11) problem_ = problem::coding_before_1_1;
        if (version_ < 11 || ++transfer_encodings_ > 1 || content_lengths_ != 0 ||
            !boost::beast::iequals(value, "chunked"))
            ec = error::bad_transfer_encoding;
    }
}

COHUB_DECL void response_parser::on_header_impl(code& ec)
{
    bool const success = wants_whole_body() || status_ / 100 == 1;
    if (encoded_ && status_ != 204 && status_ != 304)
        ec = make_error_code(errc::unexpected_encoding);
    else if (auto const n = content_length(); success && n && *n > max_body_)
        pass_limit(problem::body_limit, ec);
}

COHUB_DECL void response_parser::read_keep_alive(std::string_view value)
{
    while (!value.empty()) {
        std::size_t const comma = std::min(value.find(','), value.size());
        std::string_view item = value.substr(0, comma);
        value.remove_prefix(std::min(comma + 1, value.size()));
        while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
        std::size_t const eq = item.find('=');
        if (eq == std::string_view::npos) continue;
        std::string_view const digits = item.substr(eq + 1);
        std::uint32_t number = 0;
        if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc())
            continue;
        if (boost::beast::iequals(view(item.data(), eq), "timeout"))
            idle_timeout_ = std::chrono::seconds(number);
        else if (boost::beast::iequals(view(item.data(), eq), "max"))
            requests_left_ = number;
    }
}

}  // namespace cohub::http

#endif
