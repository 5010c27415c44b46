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

/// @brief A frame as a `websocket_script` sends it: right unless told otherwise.
struct websocket_frame
{
    int opcode = 1;  ///< 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong; up to 15
    /// The bytes, before they are masked.
    std::string payload;
    /// Whether it ends its message.
    bool fin = true;
    int rsv = 0;  ///< the three reserved bits, 4 being RSV1
    /// Whether it is masked, which a server's frame must not be.
    bool masked = false;
    int length_bits = 0;                       ///< 7, 16 or 64; 0 is the shortest form that fits
    std::optional<std::uint64_t> length = {};  ///< declared in place of the payload's own
};

/// @brief What the server does on a stream after the upgrade, in place of its own behaviour.
///
///     server.script("pieces.stream_user")
///         .websocket(websocket_script().text("{").ping("hb").expect_pong("hb").close(1001));
///
/// Steps are played in order. Whatever they say, the client's frames are checked and recorded, its
/// pings answered and its close echoed, unless a step switches that off. After the last step the
/// stream stays open; `live` makes it an ordinary one. docs/fake-server.md has the same as JSON.
class websocket_script
{
public:
    websocket_script();

    /// @brief A text in one frame.
    websocket_script& text(std::string payload);
    /// @brief Bytes in one frame.
    websocket_script& binary(std::string payload);
    /// @brief A ping.
    websocket_script& ping(std::string payload = {});
    /// @brief A pong.
    websocket_script& pong(std::string payload = {});
    /// @param reason at most 123 bytes, if it is to be right
    websocket_script& close(int code, std::string reason = {});
    /// @brief A close frame with neither code nor reason.
    websocket_script& close_without_code();
    /// @brief Any frame, wrong ones included.
    websocket_script& frame(websocket_frame f);
    /// @brief A text in frames of so many bytes each; the last takes what is left.
    websocket_script& fragments(std::string text, std::vector<std::size_t> sizes);
    /// @brief A text in frames of `size` bytes.
    /// @param ping_between sends such a ping after each frame but the last
    websocket_script& fragments(
        std::string text, std::size_t size, std::optional<std::string> ping_between = {}
    );
    /// @brief Bytes that need not be frames at all.
    websocket_script& raw(std::string bytes);
    /// @brief The text frame that an ordinary stream would begin with now.
    websocket_script& profile();

    /// @brief What follows goes out `bytes` at a time, with a pause before each but the first.
    /// @param bytes 0: whole frames again
    websocket_script& paced(
        std::size_t bytes, std::chrono::milliseconds every = std::chrono::milliseconds(0)
    );
    /// @brief The first bytes share a write with the answer to the handshake.
    websocket_script& with_handshake();

    /// @brief Waits this long.
    websocket_script& delay(std::chrono::milliseconds time);
    /// @brief Waits for `fake_server::release`.
    websocket_script& hold();
    /// @brief Waits for the client's next frame of this opcode; others before it are passed over.
    /// One that does not come in ten seconds, or is another, is a problem and ends the stream.
    /// @param payload the very bytes; none: whatever it holds
    websocket_script& expect(int opcode, std::optional<std::string> payload = {});
    /// @brief Waits for a pong with this payload.
    websocket_script& expect_pong(std::string payload = {});
    /// @brief Waits for a ping.
    websocket_script& expect_ping(std::optional<std::string> payload = {});
    /// @param code -1: any; 1005: a close without one
    websocket_script& expect_close(int code = -1);

    /// @brief Never answers a close from here on.
    websocket_script& ignore_close();
    /// @brief Never answers a ping from here on.
    websocket_script& ignore_pings();
    /// @brief Half-open: reads and answers nothing from here on.
    websocket_script& stop_reading();

    /// @brief Closes the sending side without a close frame; the connection ends with the client's.
    websocket_script& fin();
    /// @brief TCP reset.
    websocket_script& reset();
    /// @brief An ordinary stream from here on, beginning with the present state.
    websocket_script& live();

private:
    friend class detail::websocket_script_access;

    detail::websocket_plan& own();

    std::shared_ptr<detail::websocket_plan> plan_;
};

}  // namespace cohub::inline abi_0_2::fake
