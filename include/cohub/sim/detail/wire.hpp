#ifndef COHUB_SIM_DETAIL_WIRE_HPP
#define COHUB_SIM_DETAIL_WIRE_HPP

#include <cohub/core/error.hpp>
#include <cohub/sim/conditions.hpp>
#include <cohub/sim/detail/timeline.hpp>
#include <cohub/sim/random.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::sim::detail {

using endpoint = boost::asio::ip::tcp::endpoint;

/// Called once, when the event has happened. The function must not call back: it posts.
using notice = std::function<void(error_code)>;

/// @brief What all connections to one address have in common.
struct link
{
    conditions now;
    bool parted = false;                      // nothing passes until it is healed
    std::vector<std::function<void()>> held;  // what would have arrived meanwhile

    /// @brief Runs `what` now, or when the network is healed.
    void pass(std::function<void()> const& what)
    {
        if (parted)
            held.push_back(what);
        else
            what();
    }
};

/// @brief One connection: two sides, and what is on its way between them.
///
/// Side 0 has connected, side 1 has accepted. It behaves like TCP on Linux: received bytes can be
/// read before a reset is reported. A side that closes with unread bytes sends a reset. Bytes that
/// arrive at a closed side are answered by a reset.
class wire : public std::enable_shared_from_this<wire>
{
public:
    wire(timeline& t, random& r, std::shared_ptr<link> way, std::uint64_t number)
        : time_(t), random_(r), way_(std::move(way)), number_(number)
    {
    }

    std::uint64_t number() const noexcept { return number_; }
    /// Whether the client has not closed it.
    bool is_held() const noexcept { return !sides_[0].closed; }

    std::size_t read_some(int side, char* to, std::size_t size, error_code& ec)
    {
        auto& s = at(side);
        ec = {};
        if (s.inbox.empty()) {
            ec = state_of(s);
            return 0;
        }
        std::size_t const n = part_of(std::min(size, s.inbox.size()));
        std::copy_n(s.inbox.data(), n, to);
        s.inbox.erase(0, n);
        tell_writable(1 - side);
        return n;
    }

    std::size_t write_some(int side, std::string_view bytes, error_code& ec)
    {
        auto& s = at(side);
        auto& peer = at(1 - side);
        ec = {};
        if (s.closed || s.broken || s.has_ended) {
            ec = s.closed ? boost::asio::error::bad_descriptor
                          : error_code(boost::asio::error::broken_pipe);
            return 0;
        }
        std::size_t const used = s.under_way + peer.inbox.size();
        std::size_t const room = way_->now.window - std::min(used, way_->now.window);
        if (room == 0 && !bytes.empty()) {
            ec = boost::asio::error::would_block;
            return 0;
        }
        std::size_t const n = part_of(std::min(room, bytes.size()));
        for (std::size_t sent = 0; sent != n;) {
            std::size_t const size =
                std::min(n - sent, std::max<std::size_t>(way_->now.segment, 1));
            send(side, std::string(bytes.substr(sent, size)));
            sent += size;
        }
        return n;
    }

    bool is_readable(int side) const noexcept
    {
        auto const& s = sides_[static_cast<std::size_t>(side)];
        return !s.inbox.empty() || state_of(s) != boost::asio::error::would_block;
    }
    bool is_writable(int side) const noexcept
    {
        auto const& s = sides_[static_cast<std::size_t>(side)];
        auto const& peer = sides_[static_cast<std::size_t>(1 - side)];
        return s.closed || s.broken || s.under_way + peer.inbox.size() < way_->now.window;
    }

    /// @brief One wait of each kind at a time. Calls `n` immediately if the condition is true
    /// already.
    void wait_readable(int side, notice n)
    {
        if (is_readable(side)) return n({});
        at(side).on_readable = std::move(n);
    }
    void wait_writable(int side, notice n)
    {
        if (is_writable(side)) return n({});
        at(side).on_writable = std::move(n);
    }
    void cancel(int side) noexcept
    {
        tell(at(side).on_readable, boost::asio::error::operation_aborted);
        tell(at(side).on_writable, boost::asio::error::operation_aborted);
    }

    /// @brief This side sends no more bytes.
    void end(int side)
    {
        auto& s = at(side);
        if (s.closed || s.broken || std::exchange(s.has_ended, true)) return;
        send(side, std::nullopt);
    }
    void close(int side)
    {
        auto& s = at(side);
        if (s.closed) return;
        bool const unread = !s.inbox.empty();
        if (!unread) end(side);
        s.closed = true;
        if (unread && !s.broken) reset_peer(side);
        cancel(side);
        s.inbox.clear();
        tell_writable(1 - side);
    }
    /// @brief Like `SO_LINGER` with 0.
    void reset(int side)
    {
        auto& s = at(side);
        if (s.closed) return;
        s.closed = true;
        if (!s.broken) reset_peer(side);
        cancel(side);
        s.inbox.clear();
    }
    /// @brief Both sides get a reset now.
    void break_now()
    {
        for (int side : {0, 1}) received_reset(side);
    }
    /// @brief Nothing passes any more, and neither side is notified.
    void cut() noexcept { cut_ = true; }
    /// @brief The world ends: no callback is called any more.
    void abandon() noexcept
    {
        std::vector<notice> last;
        for (auto& s : sides_)
            for (auto* n : {&s.on_readable, &s.on_writable}) last.push_back(std::exchange(*n, {}));
    }

private:
    struct one_side
    {
        std::string inbox;          // received and unread
        std::size_t under_way = 0;  // sent by this side, but not received yet
        clock::time_point last_arrival;
        bool has_ended = false;   // this side sends no more
        bool peer_ended = false;  // nothing arrives after the inbox
        bool closed = false;
        error_code broken;
        notice on_readable, on_writable;
    };

    one_side& at(int side) noexcept { return sides_[static_cast<std::size_t>(side)]; }

    static error_code state_of(one_side const& s) noexcept
    {
        if (s.closed) return boost::asio::error::bad_descriptor;
        if (s.broken) return s.broken;
        if (s.peer_ended) return boost::asio::error::eof;
        return boost::asio::error::would_block;
    }
    void tell_writable(int side)
    {
        if (is_writable(side)) tell(at(side).on_writable, {});
    }
    static void tell(notice& n, error_code ec)
    {
        if (auto const callback = std::exchange(n, {})) callback(ec);
    }
    std::size_t part_of(std::size_t n)
    {
        if (n < 2 || !random_.chance(way_->now.split)) return n;
        return 1 + static_cast<std::size_t>(random_.below(n - 1));
    }

    /// Sends bytes, or the end of this side.
    void send(int side, std::optional<std::string> bytes)
    {
        auto const& c = way_->now;
        auto& s = at(side);
        if (random_.chance(c.cut)) cut_ = true;
        bool const resets = random_.chance(c.reset);
        auto late = random_.between(c.min_latency, c.max_latency);
        if (random_.chance(c.loss)) late += c.retransmit;
        s.last_arrival = in_order(s, late);
        std::size_t const size = bytes ? bytes->size() : 0;
        s.under_way += size;
        deliver(s.last_arrival, [this, side, size, resets, what = std::move(bytes)] {
            at(side).under_way -= size;
            if (resets) return break_now();
            received(1 - side, what);
        });
    }
    /// After what was sent before. What is due at the same time arrives in any order.
    clock::time_point in_order(one_side const& s, clock::duration late) const
    {
        return std::max(s.last_arrival + clock::duration(1), time_.now() + late);
    }
    void reset_peer(int side)
    {
        auto& s = at(side);
        s.last_arrival = in_order(s, random_.between(way_->now.min_latency, way_->now.max_latency));
        deliver(s.last_arrival, [this, side] { received_reset(1 - side); });
    }
    void deliver(clock::time_point when, std::function<void()> what)
    {
        time_.at(when, [self = shared_from_this(), what = std::move(what)](error_code) {
            self->way_->pass([self, what] {
                if (!self->cut_) what();
            });
        });
    }
    void received(int side, std::optional<std::string> const& bytes)
    {
        auto& s = at(side);
        if (s.closed) {
            if (bytes) reset_peer(side);
            return;
        }
        if (s.broken) return;
        if (bytes)
            s.inbox += *bytes;
        else
            s.peer_ended = true;
        tell(s.on_readable, {});
    }
    void received_reset(int side)
    {
        auto& s = at(side);
        if (s.closed || s.broken) return;
        s.broken = boost::asio::error::connection_reset;
        tell(s.on_readable, {});
        tell(s.on_writable, {});
    }

    timeline& time_;
    random& random_;
    std::shared_ptr<link> way_;
    std::uint64_t number_;
    std::array<one_side, 2> sides_;
    bool cut_ = false;
};

}  // namespace cohub::inline abi_0_2::sim::detail

#endif
