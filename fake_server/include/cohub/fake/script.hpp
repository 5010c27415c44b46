#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "cohub/fake/websocket.hpp"

namespace cohub::inline abi_0_2::fake {

namespace detail {
class script_store;
struct fault_plan;
}  // namespace detail

/// @brief Queues what happens to the next matching calls: one step for each call, in order.
///
/// `fake_server::script` makes it. The steps are queued, all at once, when the statement ends:
///
///     server.script("system.userSearch").status(503).times(2).then_ok();
///
/// Parts of one step combine: `.effect().delay(50ms).close_before_response()` runs the function,
/// waits, and drops the connection. A step that replaces the answer (`status`, `body`, `json`,
/// `close_before_response`, `reset`, `no_subscriber`) prevents the function from running, unless it
/// has `effect()`. A step that does not replace the answer lets the function run. If a part would
/// take the effect of another part away, as `.status(503).status(504)`, the function that adds it
/// throws std::invalid_argument, and nothing is queued. `then()` begins another step.
/// docs/fake-server.md has the whole table, and the same faults as text and as JSON.
class script
{
public:
    script(script&& other) noexcept;
    script(script const&) = delete;
    script& operator=(script const&) = delete;
    script& operator=(script&&) = delete;
    ~script();

    /// @brief All steps are for calls with these arguments, a JSON list. A call matches
    /// `[{"query":"ada"}]` if its first argument has at least this member; further arguments do not
    /// matter. If a call has no positional arguments, the body's object counts as the only one.
    /// @throws std::invalid_argument if it is not a list
    script& when_args(std::string_view list);
    /// @brief All steps are for requests with this header. Several conditions must all be true.
    script& when_header(std::string name, std::string value);
    /// @brief All steps are for requests without this header.
    script& when_no_header(std::string name);
    /// @brief All steps are for requests with this API key.
    script& when_key(std::string key);
    /// @brief All steps are for requests whose key belongs to this account or, if it is a project's
    /// key, to this project.
    script& when_caller(std::string id);

    /// @brief Answers this status. By default, the body is an HTML page such as a proxy sends.
    script& status(int code);
    /// @brief Adds a header to the answer, or replaces the one of that name.
    script& header(std::string name, std::string value);
    /// @brief Leaves a header of the answer out.
    script& without_header(std::string name);
    /// @brief Answers these bytes as the body, without a content type unless `header` gives one.
    script& body(std::string bytes);
    /// @brief Answers this JSON text as the hub would, with status 200.
    /// @throws std::invalid_argument if it is not JSON; `body` sends anything
    script& json(std::string text);
    /// @brief The same, with a name that is clearer for a function's result.
    script& result(std::string text) { return json(std::move(text)); }
    /// @brief Answers `{"error": text}` with status 200, as the hub reports its failures.
    script& error(std::string_view text);

    /// @brief Makes the function take this long. If a call's `timeout` is shorter, the call is
    /// answered after its `timeout` with the hub's 408 text, and the function still has its effect.
    script& delay(std::chrono::milliseconds time);
    /// @brief The same with a random time from this range, another one for each call. The server's
    /// seed determines the times.
    script& delay(std::chrono::milliseconds least, std::chrono::milliseconds most);
    /// @brief Keeps the finished answer back this long; the call's `timeout` has no influence.
    script& stall(std::chrono::milliseconds time);
    /// @brief The same with a random time from this range, another one for each call.
    script& stall(std::chrono::milliseconds least, std::chrono::milliseconds most);
    /// @brief Sends the answer, head included, in pieces of `bytes` bytes, with a pause `every`
    /// between them.
    script& drip(std::size_t bytes, std::chrono::milliseconds every);
    /// @brief Keeps the finished answer back until `fake_server::release`.
    script& delay_until_released();

    /// @brief Closes the connection instead of answering.
    script& close_before_response();
    /// @brief Closes it when this many bytes of the answer, head included, have been sent.
    script& close_after_bytes(std::size_t n);
    /// @brief Closes it after the whole answer, without a `Connection: close` before.
    script& close_after_response();
    /// @brief Sends a TCP reset instead of answering.
    script& reset();
    /// @brief Sends a TCP reset when this many bytes of the answer have been sent.
    script& reset_after_bytes(std::size_t n);
    /// @brief A close that follows has no TLS close_notify, as when a process dies.
    script& without_close_notify();

    /// @brief Answers that no hub process listens (the 503 text, HTTP 200); no function runs.
    script& no_subscriber();
    /// @brief Answers immediately that the hub took too long (the 408 text, HTTP 200). The function
    /// still has its effect.
    script& bridge_timeout();

    /// @brief Upgrades to a WebSocket and plays this script. The answer to the handshake is correct
    /// unless `header` or `without_header` change it. Works on any path.
    script& websocket(websocket_script what);

    /// @brief Runs the function although its answer is replaced.
    script& effect();
    /// @brief Runs the function, then closes the connection instead of answering.
    script& effect_then_drop() { return effect().close_before_response(); }

    /// @brief The step applies to this part of the calls, above 0 and at most 1. It ignores the
    /// others, so that a later fault may apply to them. The server's seed decides.
    script& chance(double p);
    /// @brief The step applies to this many calls.
    script& times(std::size_t n);
    /// @brief The step applies to all further calls.
    script& forever();

    /// @brief Begins the next step.
    script& then();
    /// @brief Adds a step that changes nothing about the call.
    script& then_ok();

private:
    friend class detail::script_store;
    script(detail::script_store& store, std::string pattern);

    detail::script_store* store_;
    std::unique_ptr<detail::fault_plan> plan_;
};

}  // namespace cohub::inline abi_0_2::fake
