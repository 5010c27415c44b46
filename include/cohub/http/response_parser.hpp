#ifndef COHUB_HTTP_RESPONSE_PARSER_HPP
#define COHUB_HTTP_RESPONSE_PARSER_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/decimal.hpp>
#include <cohub/core/error.hpp>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/optional/optional.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::http {

/// @brief One response, parsed in place from the connection's buffer.
///
/// Beast's `basic_parser` does the syntax; on top come the framing rules that it leaves to its
/// user: one Content-Length or one `Transfer-Encoding: chunked` and never both, no other coding, no
/// content encoding, limits. A body ends up in one piece: chunks are moved together inside the
/// buffer.
class response_parser final : public boost::beast::http::basic_parser<false>
{
public:
    using code = boost::system::error_code;
    using view = boost::beast::string_view;

    /// What of an error's body is kept.
    static constexpr std::size_t max_excerpt = 4096;

    response_parser(std::size_t max_header, std::uint64_t max_body)
        : max_header_(max_header), max_body_(max_body)
    {
        eager(true);
        header_limit(static_cast<std::uint32_t>(max_header));
        body_limit(boost::none);  // see on_header_impl: an error's long body is no error of its own
    }

    /// @brief Of a success, too, only the beginning of the body is wanted: it is no answer.
    void want_excerpt() noexcept { excerpt_ = true; }

    /// @brief Parses what is new. `base` is where the response begins in the buffer; it may have
    /// moved since the last call.
    /// @return bytes used, counted from `base + at`
    std::size_t feed(char* base, std::size_t at, std::size_t size, code& ec)
    {
        base_ = base;
        std::size_t const used = put(boost::asio::const_buffer(base + at, size), ec);
        if (ec == boost::beast::http::error::need_more) ec = {};
        return used;
    }

    /// @brief The response's bytes lie here from now on; `feed` says so too.
    void moved_to(char* base) noexcept { base_ = base; }

    int status() const noexcept { return status_; }
    std::string_view body() const noexcept { return {base_ + body_at_, body_size_}; }
    /// @brief Where the kept part of the body ends, counted from `base`; 0 if there is none.
    std::size_t body_end() const noexcept { return body_size_ == 0 ? 0 : body_at_ + body_size_; }
    std::string_view content_type() const noexcept { return {content_type_, content_type_size_}; }
    /// @brief The Retry-After header's value, if there was exactly one.
    std::optional<std::string_view> retry_after() const noexcept
    {
        if (retry_after_count_ != 1) return std::nullopt;
        return std::string_view(retry_after_);
    }
    /// @brief `Keep-Alive: timeout=…`
    std::optional<std::chrono::seconds> idle_timeout() const noexcept { return idle_timeout_; }
    /// @brief `Keep-Alive: max=…`
    std::optional<std::uint32_t> requests_left() const noexcept { return requests_left_; }
    /// @brief The one Sec-WebSocket-Accept of a switch to WebSocket; empty if the response is no
    /// such switch.
    std::string_view websocket_accept() const noexcept
    {
        bool const switches = status_ == 101 && upgrade_ && accepts_ == 1 && !extended_;
        return switches ? std::string_view(accept_) : std::string_view();
    }
    /// @brief True if an error's body goes on beyond what is kept; nobody waits for its end.
    bool cut() const noexcept { return cut_; }

protected:
    void on_request_impl(boost::beast::http::verb, view, view, int, code&) override {}

    void on_response_impl(int status, view, int, code& ec) override
    {
        status_ = status;
        if (status < 100) ec = boost::beast::http::error::bad_status;
    }

    COHUB_INNER_DECL void on_field_impl(
        boost::beast::http::field name, view text, view value, code& ec
    ) override
    {
        using boost::beast::http::field;
        // Beast counts what one look at the header takes, this what all of them took together.
        auto const end = static_cast<std::size_t>(text.data() - base_) + text.size() + value.size();
        if (end + 4 > max_header_) {
            ec = boost::beast::http::error::header_limit;
            return;
        }
        switch (name) {
            case field::content_length:
                if (++content_lengths_ > 1 || transfer_encodings_ != 0)
                    ec = boost::beast::http::error::multiple_content_length;
                break;
            case field::transfer_encoding:
                if (++transfer_encodings_ > 1 || content_lengths_ != 0 ||
                    !boost::beast::iequals(value, "chunked"))
                    ec = boost::beast::http::error::bad_transfer_encoding;
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

    COHUB_INNER_DECL void on_header_impl(code& ec) override
    {
        bool const success = (status_ / 100 == 2 && !excerpt_) || status_ / 100 == 1;
        if (encoded_ && status_ != 204 && status_ != 304)
            ec = make_error_code(errc::unexpected_encoding);
        else if (auto const n = content_length(); success && n && *n > max_body_)
            ec = make_error_code(errc::too_large);
    }

    void on_body_init_impl(boost::optional<std::uint64_t> const&, code&) override {}

    std::size_t on_body_impl(view piece, code& ec) override { return take(piece, ec); }

    void on_chunk_header_impl(std::uint64_t size, view, code& ec) override
    {
        if (status_ / 100 == 2 && !excerpt_ &&
            size > max_body_ - std::min<std::uint64_t>(max_body_, body_size_))
            ec = make_error_code(errc::too_large);
    }

    std::size_t on_chunk_body_impl(std::uint64_t, view piece, code& ec) override
    {
        return take(piece, ec);
    }

    void on_finish_impl(code&) override {}

private:
    std::size_t take(view piece, code& ec)
    {
        auto const from = static_cast<std::size_t>(piece.data() - base_);
        if (body_size_ == 0) body_at_ = from;
        if ((status_ / 100 != 2 || excerpt_) &&
            body_size_ + piece.size() > std::min<std::uint64_t>(max_excerpt, max_body_))
            cut_ = true;
        if (body_size_ + piece.size() > max_body_ && !cut_) {
            ec = make_error_code(errc::too_large);
            return 0;
        }
        char* const to = base_ + body_at_ + body_size_;
        if (to != piece.data()) std::memmove(to, piece.data(), piece.size());
        body_size_ += piece.size();
        return piece.size();
    }

    COHUB_INNER_DECL void read_keep_alive(std::string_view value)
    {
        while (!value.empty()) {
            std::size_t const comma = std::min(value.find(','), value.size());
            std::string_view item = value.substr(0, comma);
            value.remove_prefix(std::min(comma + 1, value.size()));
            while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
            std::size_t const eq = item.find('=');
            if (eq == std::string_view::npos) continue;
            std::uint64_t number = 0;
            auto const digits = item.substr(eq + 1);
            auto const end = digits.find_first_not_of("0123456789");
            if (!cohub::detail::read_decimal(digits.substr(0, end), number)) continue;
            if (!std::in_range<std::uint32_t>(number)) continue;
            if (boost::beast::iequals(view(item.data(), eq), "timeout"))
                idle_timeout_ = std::chrono::seconds(number);
            else if (boost::beast::iequals(view(item.data(), eq), "max"))
                requests_left_ = static_cast<std::uint32_t>(number);
        }
    }

    std::size_t max_header_;
    std::uint64_t max_body_;
    char* base_ = nullptr;
    std::size_t body_at_ = 0;
    std::size_t body_size_ = 0;
    int status_ = 0;
    int content_lengths_ = 0;
    int transfer_encodings_ = 0;
    int retry_after_count_ = 0;
    int accepts_ = 0;
    bool encoded_ = false;
    bool excerpt_ = false;
    bool upgrade_ = false;
    bool extended_ = false;
    bool cut_ = false;
    std::optional<std::chrono::seconds> idle_timeout_;
    std::optional<std::uint32_t> requests_left_;
    std::uint8_t content_type_size_ = 0;
    char content_type_[80];  // as much as a message needs; no allocation on the usual way
    std::string retry_after_;
    std::string accept_;
};

}  // namespace cohub::http

#endif
