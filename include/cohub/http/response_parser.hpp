#ifndef COHUB_HTTP_RESPONSE_PARSER_HPP
#define COHUB_HTTP_RESPONSE_PARSER_HPP

/// @file
/// @internal HTTP as the transport reads it.

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::http {

/// @brief Whether a character may be part of a field's name (RFC 9110, 5.6.2).
COHUB_DECL bool is_token_char(char c) noexcept;

/// @brief One response (RFC 9112), parsed in place in the connection's buffer.
///
/// Framing must be unambiguous: one Content-Length or one `Transfer-Encoding: chunked`, never both,
/// no other transfer coding, and no content encoding. Everything has a limit. Chunks are moved
/// together inside the buffer. A long body may continue in further buffers, so that no part of it
/// is copied while it is received. docs/decisions/010-head-of-a-response.md says why this is not
/// Beast's parser.
class response_parser
{
public:
    using code = boost::system::error_code;

    /// How many bytes of an error's body are kept.
    static constexpr std::size_t max_excerpt = 4096;
    /// Maximum length of the line before a chunk, its extensions included, in bytes.
    static constexpr std::size_t max_chunk_line = 4096;

    COHUB_DECL response_parser(std::size_t max_header, std::uint64_t max_body);

    /// @brief Keeps only the beginning of the body, even of a success: this response is not an
    /// answer.
    void want_excerpt() noexcept { excerpt_ = true; }

    /// @brief Parses new bytes. `base` is where the response begins in the buffer; it may have
    /// moved since the last call.
    /// @return bytes used, counted from `base + at`. These are all bytes, unless the head is
    /// incomplete, the response is complete or cut, or `ec` is set
    COHUB_DECL std::size_t feed(char* base, std::size_t at, std::size_t size, code& ec);

    /// @brief What `feed` refused, in the library's own words; empty if `ec` is sufficient.
    COHUB_DECL std::string explain(code const& ec) const;
    /// @brief The failure for what `feed` refused; the caller adds stage and status.
    COHUB_DECL failure failure_for(code const& ec) const;

    /// @brief The response's bytes are here from now on. `feed` sets this, too.
    void moved_to(char* base) noexcept { base_ = base; }
    /// @brief The body continues in another buffer. The caller keeps the part that is there
    /// already.
    void begin_piece(char* base) noexcept
    {
        base_ = base;
        earlier_ += body_size_;
        body_at_ = body_size_ = 0;
    }
    /// @brief All of the body is here now, in one piece.
    void joined_at(char* base) noexcept
    {
        base_ = base;
        body_at_ = 0;
        body_size_ += std::exchange(earlier_, 0);
    }

    /// @brief Whether the empty line after the head has been read.
    bool is_header_done() const noexcept { return state_ > state::field_line; }
    /// @brief True if the connection may carry another exchange after this one.
    bool keep_alive() const noexcept
    {
        return !need_eof_ && !says_close_ && (version_ == 11 || says_keep_alive_);
    }
    /// @brief True if the body goes on until the server closes the connection.
    bool need_eof() const noexcept { return need_eof_; }
    /// @brief Whether there is a `Connection: upgrade`.
    bool upgrade() const noexcept { return says_upgrade_; }
    bool is_done() const noexcept { return state_ == state::done; }
    int status() const noexcept { return status_; }
    /// @brief The body, or its last piece.
    std::string_view body() const noexcept { return {base_ + body_at_, body_size_}; }
    std::size_t body_size() const noexcept { return earlier_ + body_size_; }
    /// @brief Where the kept part of the body ends, counted from `base`; 0 if there is none.
    std::size_t body_end() const noexcept { return body_size_ == 0 ? 0 : body_at_ + body_size_; }
    std::string_view content_type() const noexcept { return {content_type_, content_type_size_}; }
    /// @brief The Retry-After header's value, if there was exactly one; otherwise empty.
    std::string_view retry_after() const noexcept
    {
        return retry_after_count_ == 1 ? std::string_view(retry_after_) : std::string_view();
    }
    /// @brief The value of `Keep-Alive: timeout=…`.
    std::optional<std::chrono::seconds> idle_timeout() const noexcept { return idle_timeout_; }
    /// @brief The value of `Keep-Alive: max=…`, or `no_limit`.
    std::uint32_t requests_left() const noexcept { return requests_left_; }
    static constexpr std::uint32_t no_limit = std::numeric_limits<std::uint32_t>::max();
    /// @brief The only Sec-WebSocket-Accept of a switch to WebSocket; empty if the response is not
    /// such a switch.
    std::string_view websocket_accept() const noexcept
    {
        bool const switches = status_ == 101 && upgrade_ && accepts_ == 1 && !extended_;
        return switches ? std::string_view(accept_) : std::string_view();
    }
    /// @brief True if an error's body is longer than what is kept. Nobody waits for its end.
    bool cut() const noexcept { return cut_; }

private:
    // In the order in which a response contains them; `read_framing` compares them.
    enum class state : std::uint8_t
    {
        status_line,
        field_line,
        sized,
        until_close,
        chunk_first_digit,
        chunk_size,
        chunk_blank,  // after a size
        chunk_extension,
        chunk_line_feed,
        chunk_data,
        chunk_end,
        chunk_end_line_feed,
        trailer_first,
        trailer_next,
        trailer_name,
        trailer_value,
        trailer_line_feed,
        last_line_feed,
        done,
    };
    /// What went wrong, if a code alone is not enough.
    enum class problem : std::uint8_t
    {
        none,
        header_limit,
        chunk_line_limit,
        metadata_limit,
        body_limit,
        folded_framing,
        coding_before_1_1,
        tls_alert,
    };

    COHUB_DECL std::size_t read_head(char* data, std::size_t size, code& ec);
    COHUB_DECL void read_status_line(std::string_view line, code& ec);
    COHUB_DECL void read_field_line(std::string_view line, code& ec);
    COHUB_DECL void read_field(std::string_view name, std::string_view value, code& ec);
    COHUB_DECL void read_content_length(std::string_view value, code& ec);
    COHUB_DECL void read_transfer_encoding(std::string_view value, code& ec);
    COHUB_DECL void read_connection(std::string_view value, code& ec);
    COHUB_DECL void refuse_folded(code& ec);
    COHUB_DECL void end_head(code& ec);
    COHUB_DECL std::size_t read_body(char const* data, std::size_t size, code& ec);
    COHUB_DECL void read_framing(char c, code& ec);
    COHUB_DECL void begin_chunk(code& ec);
    COHUB_DECL void take(std::string_view piece, code& ec);
    COHUB_DECL void read_keep_alive(std::string_view value);
    COHUB_DECL void pass_limit(problem which, code& ec);
    bool wants_whole_body() const noexcept { return status_ / 100 == 2 && !excerpt_; }

    std::size_t max_header_;
    std::uint64_t max_body_;
    char* base_ = nullptr;
    std::size_t head_size_ = 0;
    std::size_t searched_ = 0;  // bytes of the unfinished line that contain no line ending
    std::size_t body_at_ = 0;
    std::size_t body_size_ = 0;  // in this buffer
    std::size_t earlier_ = 0;    // bytes of the body in earlier buffers
    std::uint64_t content_length_ = 0;
    std::uint64_t left_ = 0;      // bytes of the sized body, or of the chunk
    std::size_t chunk_line_ = 0;  // bytes of the line before a chunk
    std::size_t metadata_ = 0;    // bytes of trailers, and of chunk lines beyond a plain size
    state state_ = state::status_line;
    problem problem_ = problem::none;
    int status_ = 0;
    int version_ = 0;  // 10 or 11
    int content_lengths_ = 0;
    int transfer_encodings_ = 0;
    int retry_after_count_ = 0;
    int accepts_ = 0;
    bool folded_ = false;  // the line continues in further ones
    bool need_eof_ = false;
    bool says_close_ = false;
    bool says_keep_alive_ = false;
    bool says_upgrade_ = false;
    bool encoded_ = false;
    bool excerpt_ = false;
    bool upgrade_ = false;
    bool extended_ = false;
    bool cut_ = false;
    std::optional<std::chrono::seconds> idle_timeout_;
    std::uint32_t requests_left_ = no_limit;
    std::uint8_t content_type_size_ = 0;
    char content_type_[80];  // enough for messages; usually no allocation
    std::string retry_after_;
    std::string accept_;
};

}  // namespace cohub::inline abi_0_2::http

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/http/impl/response_parser.ipp>
#endif

#endif
