#pragma once

#include <cohub/fake/websocket.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "message.hpp"

namespace cohub::inline abi_0_2::fake {

namespace opcode {
constexpr int continuation = 0;
constexpr int text = 1;
constexpr int binary = 2;
constexpr int close = 8;
constexpr int ping = 9;
constexpr int pong = 10;
}  // namespace opcode

/// `text`, `close` …; the number for opcodes without a name.
std::string opcode_name(int code);
/// @return -1 when no opcode has this name
int opcode_named(std::string_view name);

std::string encode_frame(websocket_frame const& f);
/// The payload of a close frame. @param code 1005: an empty payload
std::string close_payload(int code, std::string_view reason);
/// @return 1005 when the payload has no code
int close_code(std::string_view payload);

struct client_frame
{
    int opcode = 0;
    bool fin = true;
    std::string payload;
};

/// The error of a client, and the close code for it.
struct websocket_violation
{
    int code;
    std::string what;
};

/// Splits a client's bytes into frames, and refuses everything that RFC 6455 forbids.
class frame_reader
{
public:
    void feed(std::string_view bytes) { in_ += bytes; }
    /// @return nothing until a whole frame has come
    /// @throws websocket_violation
    std::optional<client_frame> next();

private:
    void check_head(unsigned first, unsigned second) const;
    void check_payload(client_frame const& f);

    std::string in_;
    std::string message_;  ///< what has come of a fragmented message
    bool in_message_ = false;
    bool message_is_text_ = false;
};

/// The value that a server puts into `Sec-WebSocket-Accept`.
std::string accept_token(std::string_view key);

bool wants_websocket(request const& r);
/// Answers a request to upgrade: 101, 426 for another version, 400 for an invalid request.
/// @return whether it was accepted
bool answer_handshake(request const& r, reply& out);

}  // namespace cohub::inline abi_0_2::fake
