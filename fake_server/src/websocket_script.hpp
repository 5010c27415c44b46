#pragma once

#include <cohub/fake/websocket.hpp>

#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cohub::inline abi_0_2::fake::detail {

struct websocket_action
{
    enum class kind
    {
        frame,
        raw,
        profile,
        pace,
        with_handshake,
        delay,
        hold,
        expect,
        ignore_close,
        ignore_pings,
        stop_reading,
        fin,
        reset,
        live
    };

    kind what = kind::frame;
    websocket_frame frame;               ///< for an expectation, only the opcode
    std::string bytes;                   ///< raw ones
    std::optional<std::string> payload;  ///< expected
    int code = -1;                       ///< expected
    std::size_t count = 0;               ///< bytes per write
    std::chrono::milliseconds time{0};   ///< for a wait or a pause
};

struct websocket_plan
{
    std::vector<websocket_action> actions;
};

class websocket_script_access
{
public:
    /// Shared. It is not changed any more.
    static std::shared_ptr<websocket_plan const> plan(websocket_script s);
};

/// A list of actions; see docs/fake-server.md.
/// @throws std::invalid_argument
std::shared_ptr<websocket_plan const> read_websocket_plan(boost::json::value const& list);
/// The same list.
boost::json::value write_websocket_plan(websocket_plan const& plan);

}  // namespace cohub::inline abi_0_2::fake::detail
