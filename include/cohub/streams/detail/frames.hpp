#ifndef COHUB_STREAMS_DETAIL_FRAMES_HPP
#define COHUB_STREAMS_DETAIL_FRAMES_HPP

#include <cohub/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

// The frames of WebSocket (RFC 6455) for a client, without I/O. Beast has them, too, but as a
// stream: it would own the socket, and cost each source that includes cohub seconds to compile.

namespace cohub::inline abi_0_2::streams::detail {

enum class ws_opcode : std::uint8_t
{
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10,
};

/// @brief Checks whether bytes that come in pieces are UTF-8 (RFC 3629: shortest form, no
/// surrogates).
class utf8_check
{
public:
    /// @return false as soon as no further bytes could make it valid
    COHUB_DECL bool feed(char const* data, std::size_t size) noexcept;
    /// @brief Whether the last code point is complete.
    bool is_whole() const noexcept { return left_ == 0; }

private:
    std::uint8_t left_ = 0;                  // bytes that are missing from the code point
    std::uint8_t low_ = 0x80, high_ = 0xBF;  // the range of the next one of them
};

/// @brief Reads what a server sends. It is strict: the first wrong byte ends it.
///
/// The memory that it uses grows with the received bytes, never with an announced length.
class ws_reader
{
public:
    enum class event : std::uint8_t
    {
        /// All bytes were used, and more are needed.
        more,
        message,
        ping,
        pong,
        /// Bytes after it are ignored.
        close,
        failed,
    };

    /// @param max_message bytes of one message, over all of its fragments
    explicit ws_reader(std::size_t max_message) noexcept : max_message_(max_message) {}

    /// @brief Reads until the first event.
    /// @param used how many bytes of `data` were read; the rest belongs to the next call
    COHUB_DECL event feed(char const* data, std::size_t size, std::size_t& used);

    /// @brief The text or bytes of the last `message`; can be taken once.
    std::string take_message() noexcept { return std::exchange(message_, std::string()); }
    bool is_text() const noexcept { return is_text_; }
    /// @brief The payload of the last `ping` or `pong`, or the reason of `close`.
    std::string_view control() const noexcept { return control_; }
    /// @brief The code of `close`; 1005 if it had none.
    std::uint16_t close_code() const noexcept { return close_code_; }

    /// @brief Whether the connection may end here without cutting a message.
    bool is_between_messages() const noexcept { return step_ == step::start && !in_message_; }

    /// @brief The code for the close frame after `failed`: 1002, 1007 or 1009.
    std::uint16_t failure_code() const noexcept { return failure_code_; }
    /// @brief The problem, as text.
    char const* problem() const noexcept { return problem_; }

private:
    enum class step : std::uint8_t
    {
        start,
        length,
        long_length,
        payload,
        ended,
    };

    COHUB_DECL void take_start(unsigned char byte);
    COHUB_DECL void take_length(unsigned char byte);
    COHUB_DECL void take_long_length(unsigned char byte);
    COHUB_DECL void begin_payload();
    COHUB_DECL void take_payload(char const* data, std::size_t size);
    COHUB_DECL event end_frame();
    COHUB_DECL event end_close();
    COHUB_DECL void fail(std::uint16_t code, char const* problem);
    bool is_control() const noexcept { return (static_cast<unsigned>(opcode_) & 8U) != 0; }

    std::size_t max_message_;
    std::uint64_t left_ = 0;  // bytes of the payload that are missing
    std::string message_;
    std::string control_;
    char const* problem_ = "";
    std::uint16_t close_code_ = 1005;
    std::uint16_t failure_code_ = 0;
    utf8_check text_;
    step step_ = step::start;
    ws_opcode opcode_ = ws_opcode::continuation;
    std::uint8_t length_bytes_ = 0;  // of a long length
    std::uint8_t length_left_ = 0;   // of these, how many are missing
    bool fin_ = false;
    bool in_message_ = false;
    bool is_text_ = false;
};

/// @brief Appends one whole message or control frame, masked as a client must do.
/// @param mask_key the author of the payload must not be able to predict it
COHUB_DECL void ws_append_frame(
    std::string& out, ws_opcode opcode, std::string_view payload, std::uint32_t mask_key
);

/// @param code 1005: neither code nor reason is sent
/// @param reason UTF-8; bytes after the first 123 are left out
COHUB_DECL void ws_append_close(
    std::string& out, std::uint16_t code, std::string_view reason, std::uint32_t mask_key
);

}  // namespace cohub::inline abi_0_2::streams::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/streams/detail/impl/frames.ipp>
#endif

#endif
