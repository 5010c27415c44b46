#pragma once

#include <cohub/fake/websocket.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "message.hpp"

namespace cohub::fake {

namespace opcode {
constexpr int continuation = 0;
constexpr int text = 1;
constexpr int binary = 2;
constexpr int close = 8;
constexpr int ping = 9;
constexpr int pong = 10;
}  // namespace opcode

/// `text`, `close` …; the number for those that have no name.
std::string opcode_name(int code);
/// @return -1 when there is none of that name
int opcode_named(std::string_view name);

std::string encode_frame(websocket_frame const& f);
/// What a close frame holds. @param code 1005: nothing
std::string close_payload(int code, std::string_view reason);
/// @return 1005 when the payload holds none
int close_code(std::string_view payload);

struct client_frame
{
    int opcode = 0;
    bool fin = true;
    std::string payload;
};

/// What a client did wrong, and the close code for it.
struct websocket_violation
{
    int code;
    std::string what;
};

/// Takes a client's bytes apart, and accepts nothing that RFC 6455 forbids.
class frame_reader
{
public:
    void feed(std::string_view bytes) { in_ += bytes; }
    /// @return nothing as long as there is no whole frame
    /// @throws websocket_violation
    std::optional<client_frame> next();

private:
    void check_head(unsigned first, unsigned second) const;
    void check_payload(client_frame const& f);

    std::string in_;
    std::string message_;  ///< of a fragmented message, what has come
    bool in_message_ = false;
    bool message_is_text_ = false;
};

/// What a server puts into `Sec-WebSocket-Accept`.
std::string accept_token(std::string_view key);

bool wants_websocket(request const& r);
/// Answers a request to upgrade: 101, 426 for another version, 400 for what is no such request.
/// @return whether it was accepted
bool answer_handshake(request const& r, reply& out);

}  // namespace cohub::fake
