#ifndef COHUB_TRANSPORT_DETAIL_POOL_STATE_HPP
#define COHUB_TRANSPORT_DETAIL_POOL_STATE_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/clock.hpp>
#include <cohub/core/linked_list.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace cohub::transport::detail {

/// What the pool knows of a connection.
struct pool_member : cohub::detail::list_node<pool_member>
{
    enum class state : std::uint8_t
    {
        outside,
        connecting,
        idle,
        busy,
    };
    state status = state::outside;
    clock::time_point born;
    clock::time_point idle_since;
    /// When an idle one was last looked at.
    clock::time_point last_look;
    /// When it is to go although idle for less than the pool's limit (`Keep-Alive: timeout=`).
    clock::time_point use_until = clock::time_point::max();
};

struct pool_rules
{
    std::size_t max_connections = 64;
    std::size_t max_connecting = 32;
    std::size_t max_idle = 65535;
    clock::duration idle_timeout = std::chrono::seconds(60);
    clock::duration max_age = std::chrono::minutes(10);
};

/// @brief The rules of the connection pool, without I/O and without a clock.
///
/// A waiter gets, in order of start: an idle connection, the one used last first, so that the tail
/// ages out; else the next one that is given back or made. No more connections are being made than
/// there are waiters (and asked-for spares), nor than the rules allow.
class pool_state
{
public:
    using waiter = call::waiter;

    explicit pool_state(pool_rules const& rules) : rules_(rules) {}

    std::size_t open() const noexcept { return connecting_.size() + idle_.size() + busy_; }
    std::size_t connecting() const noexcept { return connecting_.size(); }
    std::size_t idle() const noexcept { return idle_.size(); }
    std::size_t busy() const noexcept { return busy_; }
    std::size_t waiting() const noexcept { return waiters_.size(); }

    /// @return the connection to use now, or null: `w` waits
    pool_member* acquire(waiter& w, clock::time_point now)
    {
        if (waiters_.empty())
            if (pool_member* m = take_idle(now)) return m;
        enqueue(w);
        return nullptr;
    }

    /// How many connections to begin now.
    std::size_t connects_due() const noexcept
    {
        std::size_t const wanted = waiters_.size() + spares_;
        if (connecting_.size() >= wanted) return 0;
        std::size_t n = wanted - connecting_.size();
        n = std::min(
            n, rules_.max_connecting - std::min(rules_.max_connecting, connecting_.size())
        );
        return std::min(n, rules_.max_connections - std::min(rules_.max_connections, open()));
    }

    /// Connections being made that nobody needs any more.
    std::size_t surplus_connecting() const noexcept
    {
        std::size_t const wanted = waiters_.size() + spares_;
        return connecting_.size() > wanted ? connecting_.size() - wanted : 0;
    }

    pool_member& newest_connecting() noexcept { return connecting_.back(); }
    /// The one that will presumably serve the waiter with this many before it.
    pool_member* connecting_at(std::size_t index) noexcept
    {
        pool_member* m = connecting_.first();
        while (m != nullptr && index-- != 0) m = connecting_.after(*m);
        return m;
    }

    /// How many waiters stand before `w`, counted up to `limit`.
    std::size_t position(waiter const& w, std::size_t limit) const noexcept
    {
        std::size_t i = 0;
        waiter const* other = waiters_.first();
        while (other != nullptr && other != &w && i != limit) {
            other = waiters_.after(*other);
            ++i;
        }
        return i;
    }

    void connect_began(pool_member& m, clock::time_point now)
    {
        m.status = pool_member::state::connecting;
        m.born = now;
        connecting_.push_back(m);
    }

    /// @return whom it serves now (the member is busy then), or null (it is idle)
    waiter* connected(pool_member& m, clock::time_point now)
    {
        connecting_.erase(m);
        if (waiters_.empty() && spares_ != 0) --spares_;
        return hand_on(m, now);
    }

    /// @return who takes the failure: the first waiter, if a waiter had wanted the connection
    waiter* connect_failed(pool_member& m)
    {
        connecting_.erase(m);
        m.status = pool_member::state::outside;
        return connect_refused();
    }

    /// @return who takes it that there could be no connection at all
    waiter* connect_refused()
    {
        if (waiters_.empty()) {
            if (spares_ != 0) --spares_;
            return nullptr;
        }
        return &waiters_.pop_front();
    }

    /// A connection whose call is done and which may serve another one.
    struct given_back
    {
        waiter* next = nullptr;
        bool close = false;
    };
    given_back released(pool_member& m, clock::time_point now)
    {
        if (expired(m, now) || (waiters_.empty() && idle_.size() >= rules_.max_idle)) {
            removed(m);
            return {nullptr, true};
        }
        --busy_;
        return {hand_on(m, now), false};
    }

    /// A connection is gone, whatever it was doing.
    void removed(pool_member& m)
    {
        if (m.status == pool_member::state::connecting) connecting_.erase(m);
        if (m.status == pool_member::state::busy) --busy_;
        if (m.status == pool_member::state::idle) idle_.erase(m);
        m.status = pool_member::state::outside;
    }

    void detach(waiter& w)
    {
        if (is_waiting(w)) waiters_.erase(w);
    }
    bool is_waiting(waiter const& w) const noexcept { return waiter_list::holds(w); }

    /// Asks for connections that nobody waits for yet.
    void want_spares(std::size_t n)
    {
        std::size_t const there = idle_.size() + busy_ + waiters_.size();
        spares_ = std::max(spares_, n - std::min(n, there));
        std::size_t const room = rules_.max_connections - std::min(rules_.max_connections, open());
        spares_ = std::min(spares_, room + connecting_.size());
    }
    std::size_t spares() const noexcept { return spares_; }

    /// @return an idle connection whose time is over, out of the pool, or null
    pool_member* take_expired(clock::time_point now)
    {
        // The tail has been idle for longest, but a server may have asked for less for any of them.
        for (pool_member* m = idle_.last(); m != nullptr; m = idle_.before(*m)) {
            if (!expired(*m, now)) continue;
            removed(*m);
            return m;
        }
        return nullptr;
    }

    /// When the next idle connection is due to go.
    std::optional<clock::time_point> next_expiry() const noexcept
    {
        std::optional<clock::time_point> first;
        for (pool_member const* m = idle_.first(); m != nullptr; m = idle_.after(*m)) {
            auto const at = expiry(*m);
            if (!first || at < *first) first = at;
        }
        return first;
    }

    /// When this idle connection is due to go.
    clock::time_point expiry(pool_member const& m) const noexcept
    {
        return std::min({m.idle_since + rules_.idle_timeout, m.born + rules_.max_age, m.use_until});
    }

    /// The idle one that has not been looked at for longest, if that was before `then`.
    pool_member* least_looked_at(clock::time_point then) noexcept
    {
        pool_member* found = nullptr;
        for (pool_member* m = idle_.last(); m != nullptr; m = idle_.before(*m))
            if (m->last_look < (found != nullptr ? found->last_look : then)) found = m;
        return found;
    }

    pool_member* any_idle() noexcept { return idle_.first(); }
    pool_member* any_connecting() noexcept { return connecting_.first(); }
    void forget_spares() noexcept { spares_ = 0; }

private:
    using waiter_list = cohub::detail::linked_list<waiter, waiter>;
    using member_list = cohub::detail::linked_list<pool_member, pool_member>;

    bool expired(pool_member const& m, clock::time_point now) const noexcept
    {
        if (now >= m.use_until || now - m.born >= rules_.max_age) return true;
        return m.status == pool_member::state::idle && now - m.idle_since >= rules_.idle_timeout;
    }

    pool_member* take_idle(clock::time_point now)
    {
        for (pool_member* m = idle_.first(); m != nullptr; m = idle_.after(*m)) {
            if (expired(*m, now)) continue;  // its turn to be closed comes with the timer
            idle_.erase(*m);
            m->status = pool_member::state::busy;
            ++busy_;
            return m;
        }
        return nullptr;
    }

    waiter* hand_on(pool_member& m, clock::time_point now)
    {
        if (waiters_.empty()) {
            m.status = pool_member::state::idle;
            m.idle_since = m.last_look = now;
            idle_.push_front(m);
            return nullptr;
        }
        m.status = pool_member::state::busy;
        ++busy_;
        return &waiters_.pop_front();
    }

    /// By order of start: a call that failed and tries again keeps its place.
    void enqueue(waiter& w)
    {
        waiter* before = waiters_.last();
        while (before != nullptr && before->order > w.order) before = waiters_.before(*before);
        if (before != nullptr)
            waiters_.insert_after(*before, w);
        else
            waiters_.push_front(w);
    }

    pool_rules rules_;
    member_list connecting_, idle_;
    waiter_list waiters_;
    std::size_t busy_ = 0;
    std::size_t spares_ = 0;
};

}  // namespace cohub::transport::detail

#endif
