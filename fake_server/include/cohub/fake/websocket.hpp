#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2::fake {

namespace detail {
struct websocket_plan;
class websocket_script_access;
}  // namespace detail

/// @brief A frame that a `websocket_script` sends. By default it is a correct one.
struct websocket_frame
{
    int opcode = 1;  ///< 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong; up to 15
    /// The bytes, before they are masked.
    std::string payload;
    /// Whether it is the last frame of its message.
    bool fin = true;
    int rsv = 0;  ///< the three reserved bits; 4 is RSV1
    /// Whether it is masked. A server's frame must not be masked.
    bool masked = false;
    int length_bits = 0;                       ///< 7, 16 or 64; 0 is the shortest form that fits
    std::optional<std::uint64_t> length = {};  ///< declared, if it is not the real one
};

/// @brief What the server does on a stream after the upgrade, instead of its usual behaviour.
///
///     server.script("pieces.stream_user")
///         .websocket(websocket_script().text("{").ping("hb").expect_pong("hb").close(1001));
///
/// Steps are played in order. In every step, the server checks and records the client's frames,
/// answers its pings and echoes its close, unless a step switches that off. After the last step the
/// stream stays open; `live` makes it an ordinary one. docs/fake-server.md has the same as JSON.
class websocket_script
{
public:
    websocket_script();

    /// @brief Sends a text in one frame.
    websocket_script& text(std::string payload);
    /// @brief Sends bytes in one frame.
    websocket_script& binary(std::string payload);
    /// @brief Sends a ping.
    websocket_script& ping(std::string payload = {});
    /// @brief Sends a pong.
    websocket_script& pong(std::string payload = {});
    /// @param reason at most 123 bytes in a correct frame
    websocket_script& close(int code, std::string reason = {});
    /// @brief Sends a close frame with neither code nor reason.
    websocket_script& close_without_code();
    /// @brief Sends any frame, also a wrong one.
    websocket_script& frame(websocket_frame f);
    /// @brief Sends a text in frames of these sizes in bytes; the last frame has what is left.
    websocket_script& fragments(std::string text, std::vector<std::size_t> sizes);
    /// @brief Sends a text in frames of `size` bytes.
    /// @param ping_between a ping with this payload follows each frame except the last
    websocket_script& fragments(
        std::string text, std::size_t size, std::optional<std::string> ping_between = {}
    );
    /// @brief Sends bytes, which need not be frames at all.
    websocket_script& raw(std::string bytes);
    /// @brief Sends the text frame with which an ordinary stream would begin now.
    websocket_script& profile();

    /// @brief Sends what follows `bytes` bytes at a time, with a pause before each piece but the
    /// first.
    /// @param bytes 0: whole frames again
    websocket_script& paced(
        std::size_t bytes, std::chrono::milliseconds every = std::chrono::milliseconds(0)
    );
    /// @brief Sends the first bytes in one write with the answer to the handshake.
    websocket_script& with_handshake();

    /// @brief Waits this long.
    websocket_script& delay(std::chrono::milliseconds time);
    /// @brief Waits for `fake_server::release`.
    websocket_script& hold();
    /// @brief Waits for the client's next frame of this opcode; others before it are ignored. If it
    /// does not come within ten seconds, or has another payload, this is a problem and ends the
    /// stream.
    /// @param payload the exact bytes; none: any
    websocket_script& expect(int opcode, std::optional<std::string> payload = {});
    /// @brief Waits for a pong with this payload.
    websocket_script& expect_pong(std::string payload = {});
    /// @brief Waits for a ping.
    websocket_script& expect_ping(std::optional<std::string> payload = {});
    /// @param code -1: any; 1005: a close without a code
    websocket_script& expect_close(int code = -1);

    /// @brief Does not answer a close from here on.
    websocket_script& ignore_close();
    /// @brief Does not answer pings from here on.
    websocket_script& ignore_pings();
    /// @brief Half-open: reads and answers nothing from here on.
    websocket_script& stop_reading();

    /// @brief Closes the sending side without a close frame; the connection ends when the client
    /// ends it.
    websocket_script& fin();
    /// @brief Sends a TCP reset.
    websocket_script& reset();
    /// @brief Continues as an ordinary stream, which begins with the present state.
    websocket_script& live();

private:
    friend class detail::websocket_script_access;

    detail::websocket_plan& own();

    std::shared_ptr<detail::websocket_plan> plan_;
};

}  // namespace cohub::inline abi_0_2::fake
