#ifndef COHUB_SIM_SCRIPT_HPP
#define COHUB_SIM_SCRIPT_HPP

#include <cohub/core/clock.hpp>
#include <cohub/core/error.hpp>
#include <cohub/sim/socket.hpp>
#include <cohub/sim/timer.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::sim {

/// @brief What a server does on one connection, step by step. After the last step it closes the
/// connection.
class script
{
public:
    script() = default;

    /// @brief Waits for the end of a request's head.
    script& read_request() { return add({kind::reads, {}, {}}); }
    /// @brief Sends these bytes, whatever they are.
    script& send(std::string bytes) { return add({kind::sends, std::move(bytes), {}}); }
    /// @brief Waits, in the time of the world.
    script& wait(clock::duration time) { return add({kind::waits, {}, time}); }
    /// @brief Ends the sending side, but still reads.
    script& half_close() { return add({kind::half_closes, {}, {}}); }
    /// @brief Resets the connection; later steps do not run.
    script& reset() { return add({kind::resets, {}, {}}); }
    /// @brief Sends nothing more, and does not close the connection either, until the peer ends it.
    script& stall() { return add({kind::stalls, {}, {}}); }

    /// @brief Runs the script. It ends early if the peer ends the connection.
    static boost::asio::awaitable<void> play(script what, socket s)
    {
        namespace asio = boost::asio;
        std::string buffer;
        for (auto const& one : what.steps_) {
            error_code ec;
            auto token = asio::redirect_error(asio::use_awaitable, ec);
            switch (one.what) {
                case kind::reads: {
                    std::size_t const n = co_await asio::async_read_until(
                        s, asio::dynamic_buffer(buffer), "\r\n\r\n", token
                    );
                    buffer.erase(0, n);
                    break;
                }
                case kind::sends:
                    co_await asio::async_write(s, asio::buffer(one.bytes), token);
                    break;
                case kind::waits: {
                    timer t(s.get_executor(), one.time);
                    co_await t.async_wait(token);
                    break;
                }
                case kind::half_closes:
                    s.shutdown_send();
                    break;
                case kind::resets:
                    s.reset();
                    co_return;
                case kind::stalls:
                    while (!ec) {
                        buffer.resize(4096);
                        co_await s.async_read_some(asio::buffer(buffer), token);
                    }
                    break;
            }
            if (ec) co_return;
        }
    }

private:
    enum class kind : std::uint8_t
    {
        reads,
        sends,
        waits,
        half_closes,
        resets,
        stalls,
    };
    struct step
    {
        kind what;
        std::string bytes;
        clock::duration time;
    };

    script& add(step s)
    {
        steps_.push_back(std::move(s));
        return *this;
    }

    std::vector<step> steps_;
};

}  // namespace cohub::inline abi_0_2::sim

#endif
