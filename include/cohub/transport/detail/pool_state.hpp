#ifndef COHUB_TRANSPORT_DETAIL_POOL_STATE_HPP
#define COHUB_TRANSPORT_DETAIL_POOL_STATE_HPP

#include <cohub/call/backoff.hpp>
#include <cohub/call/operation.hpp>
#include <cohub/core/clock.hpp>
#include <cohub/core/linked_list.hpp>
#include <cohub/transport/detail/waiting_line.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace cohub::inline abi_0_2::transport::detail {

/// What the pool knows about a connection.
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
    /// It was requested before a call waited for it.
    bool is_spare = false;
    clock::time_point born;
    clock::time_point idle_since;
    /// When the request under way was sent.
    clock::time_point asked;
    /// When it was last checked while idle.
    clock::time_point last_look;
    /// When it has to be closed, even if it was idle for less than the pool's limit
    /// (`Keep-Alive: timeout=`).
    clock::time_point use_until = clock::time_point::max();
};

struct pool_rules
{
    std::size_t max_connections = 64;
    std::size_t max_connecting = 32;
    std::size_t max_idle = 65535;
    clock::duration idle_timeout = std::chrono::seconds(60);
    clock::duration max_age = std::chrono::minutes(10);
    /// How long a connection may be in the making after the last call that could use it has ended.
    clock::duration connect_linger = std::chrono::milliseconds(250);
    /// Upper bound of the wait after the first failed connect; it doubles with each further one.
    std::chrono::milliseconds backoff_base{100};
    std::chrono::milliseconds backoff_cap{1000};
};

/// @brief The rules of the connection pool, without I/O and without a clock.
///
/// A waiter gets, in the order in which calls began, an idle connection, and the one that was used
/// last first, so that the others reach their idle time. If there is none, it gets the next one
/// that is given back or established. The number of connections that are being made does not exceed
/// the number of waiters (and requested spares), nor the rules.
///
/// After a failed connect, the next one waits for a backoff. Until one is established, connects are
/// tried one at a time. The failure counts as an attempt of the waiters if nothing else can serve
/// them: no connection is established, and none is being made.
class pool_state
{
public:
    using waiter = call::waiter;

    explicit pool_state(pool_rules const& rules) : rules_(rules) {}

    std::size_t open() const noexcept { return connecting_.size() + idle_.size() + busy_; }
    std::size_t connecting() const noexcept { return connecting_.size(); }
    std::size_t idle() const noexcept { return idle_.size(); }
    std::size_t busy() const noexcept { return busy_; }
    std::size_t waiting() const noexcept { return waiters_.size() + charged_.size(); }

    /// @return the connection to use now, or null: `w` waits
    /// @throws std::bad_alloc `w` does not wait
    pool_member* acquire(waiter& w, clock::time_point now)
    {
        if (waiters_.empty())
            if (pool_member* m = take_idle(now)) return m;
        wait(w);
        return nullptr;
    }

    /// The newest of the calls that wait for the first time; null: none.
    waiter const* newest() noexcept { return waiters_.newest(); }
    /// Whether there could be a connection for each waiter.
    bool has_room_for_all() const noexcept
    {
        return waiting() + busy_ + idle_.size() <= rules_.max_connections;
    }

    /// Adds a waiter although there may be an idle connection: `take_match` finds both.
    /// @throws std::bad_alloc `w` does not wait
    void wait(waiter& w)
    {
        w.round = round_;
        waiters_.add(w);
    }

    // ---- connecting

    /// How many connections to begin now.
    std::size_t connects_due(clock::time_point now) const noexcept
    {
        std::size_t const n = connects_wanted();
        if (failed_connects_ == 0 || n == 0) return n;
        return now >= next_connect_ && connecting_.empty() ? 1 : 0;
    }

    /// When a connect that is held back becomes due.
    std::optional<clock::time_point> next_connect() const noexcept
    {
        if (failed_connects_ == 0 || !connecting_.empty() || connects_wanted() == 0)
            return std::nullopt;
        return next_connect_;
    }

    /// Number of failed connects since the last one that was established.
    std::size_t failed_connects() const noexcept { return failed_connects_; }

    /// A connection in the making that no call could use any more, and whose time to linger is
    /// over. It has left the pool. Null: none.
    /// @param calls whether any call is under way
    pool_member* take_unwanted(bool calls, clock::time_point now)
    {
        pool_member* m = calls ? nullptr : connecting_.last();
        while (m != nullptr && m->is_spare) m = connecting_.before(*m);
        if (m == nullptr) {
            unwanted_since_.reset();
            return nullptr;
        }
        if (!unwanted_since_) unwanted_since_ = now;
        if (now - *unwanted_since_ < rules_.connect_linger) return nullptr;
        removed(*m);
        return m;
    }

    /// When `take_unwanted` has something to do.
    std::optional<clock::time_point> linger_end() const noexcept
    {
        if (!unwanted_since_) return std::nullopt;
        return *unwanted_since_ + rules_.connect_linger;
    }

    /// Whether one of the above may be due.
    bool has_connects() const noexcept
    {
        return !connecting_.empty() || !waiters_.empty() || spares_ != 0;
    }

    /// The connection that will probably serve the waiter at this position.
    pool_member* connecting_at(std::size_t index) noexcept
    {
        pool_member* m = connecting_.first();
        while (m != nullptr && index-- != 0) m = connecting_.after(*m);
        return m;
    }

    /// How many waiters are before `w`, counted up to `limit`.
    std::size_t position(waiter const& w, std::size_t limit) const noexcept
    {
        return waiters_.position(w, limit);
    }

    void connect_began(pool_member& m, clock::time_point now)
    {
        m.status = pool_member::state::connecting;
        m.born = now;
        // Connections that no call waits for reduce the number of spares, however they end.
        m.is_spare = spares_ != 0 && connecting_.size() >= waiters_.size();
        if (m.is_spare) --spares_;
        connecting_.push_back(m);
    }

    /// @return the call that it serves now (the member is then busy), or null (it is idle)
    waiter* connected(pool_member& m, clock::time_point now)
    {
        connecting_.erase(m);
        failed_connects_ = 0;
        return hand_on(m, now);
    }

    /// @param uniform a random number in [0, 1)
    /// @return whether it counts as an attempt of the waiters: `take_charged` returns them
    bool connect_failed(pool_member& m, clock::time_point now, double uniform)
    {
        connecting_.erase(m);
        m.status = pool_member::state::outside;
        ++failed_connects_;
        auto const wait = call::backoff(
            rules_.backoff_base,
            rules_.backoff_cap,
            static_cast<int>(std::min<std::size_t>(failed_connects_, 64)),
            uniform
        );
        // Without any wait, a connect that fails immediately would be tried forever.
        constexpr std::chrono::nanoseconds least = std::chrono::milliseconds(1);
        next_connect_ = now + std::max(wait, least);
        if (waiters_.empty()) spares_ = 0;
        // Calls that were charged earlier come first, so that the order stays right.
        if (open() != 0 || waiters_.empty() || !charged_.empty()) return false;
        ++round_;
        charged_.take(waiters_);
        return true;
    }

    /// The waiters use their own backoffs: the next connect need not wait.
    void connect_at_once() noexcept { next_connect_ = {}; }

    /// The oldest waiter whose attempt counts as failed by the failed connect; null: no more.
    waiter* take_charged() noexcept { return charged_.empty() ? nullptr : &charged_.take_oldest(); }

    /// @return the waiter whose attempt fails because no connection could be made for lack of
    /// memory
    waiter* connect_refused()
    {
        if (waiters_.empty()) {
            if (spares_ != 0) --spares_;
            return nullptr;
        }
        return &waiters_.take_oldest();
    }

    // ---- established connections

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

    /// The call that got it does not want it.
    waiter* pass_on(pool_member& m, clock::time_point now)
    {
        --busy_;
        return hand_on(m, now);
    }

    /// The same, but `take_match` later decides which call it serves next.
    void set_aside(pool_member& m, clock::time_point now)
    {
        --busy_;
        become_idle(m, now);
    }

    /// The oldest waiter and an idle connection, which is then busy; nulls: there is no such pair.
    struct match
    {
        waiter* who = nullptr;
        pool_member* with = nullptr;
    };
    match take_match(clock::time_point now)
    {
        if (waiters_.empty()) return {};
        pool_member* const m = take_idle(now);
        if (m == nullptr) return {};
        return {&waiters_.take_oldest(), m};
    }

    /// An idle connection that has been silent since `then`, which has left the pool; null: none.
    pool_member* take_unheard_since(clock::time_point then) noexcept
    {
        // The last one has been idle longest.
        pool_member* const m = idle_.last();
        if (m == nullptr || m->idle_since >= then) return nullptr;
        removed(*m);
        return m;
    }

    /// A connection is closed, whatever it was doing.
    void removed(pool_member& m) noexcept
    {
        if (m.status == pool_member::state::connecting) connecting_.erase(m);
        if (m.status == pool_member::state::busy) --busy_;
        if (m.status == pool_member::state::idle) idle_.erase(m);
        m.status = pool_member::state::outside;
    }

    void detach(waiter& w) noexcept { (w.round == round_ ? waiters_ : charged_).remove(w); }
    bool is_waiting(waiter const& w) const noexcept { return w.queued != waiter::place::outside; }

    /// Requests connections that no call waits for yet.
    void want_spares(std::size_t n)
    {
        std::size_t const coming = std::max(waiters_.size(), connecting_.size());
        std::size_t const there = idle_.size() + busy_ + coming;
        spares_ = std::max(spares_, n - std::min(n, there));
        std::size_t const room = rules_.max_connections - std::min(rules_.max_connections, open());
        spares_ = std::min(spares_, room);
    }
    std::size_t spares() const noexcept { return spares_; }

    /// @return an idle connection whose time is over, and that has left the pool; or null
    pool_member* take_expired(clock::time_point now)
    {
        // The last one has been idle longest, but a server may have set a shorter time for any of
        // them.
        for (pool_member* m = idle_.last(); m != nullptr; m = idle_.before(*m)) {
            if (!expired(*m, now)) continue;
            removed(*m);
            return m;
        }
        return nullptr;
    }

    /// When the next idle connection has to be closed.
    std::optional<clock::time_point> next_expiry() const noexcept
    {
        std::optional<clock::time_point> first;
        for (pool_member const* m = idle_.first(); m != nullptr; m = idle_.after(*m)) {
            auto const at = expiry(*m);
            if (!first || at < *first) first = at;
        }
        return first;
    }

    /// When this idle connection has to be closed.
    clock::time_point expiry(pool_member const& m) const noexcept
    {
        auto const end = std::min(m.idle_since + rules_.idle_timeout, m.born + rules_.max_age);
        return std::min(end, m.use_until);
    }

    /// The idle connection that was not checked for the longest time, if that was before `then`.
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
    using member_list = cohub::detail::linked_list<pool_member, pool_member>;

    /// How many connects the waiters and the spares need now.
    std::size_t connects_wanted() const noexcept
    {
        std::size_t const waiting = waiters_.size();
        std::size_t const coming = connecting_.size() + idle_.size();
        std::size_t n = spares_ + (waiting > coming ? waiting - coming : 0);
        n = std::min(
            n, rules_.max_connecting - std::min(rules_.max_connecting, connecting_.size())
        );
        return std::min(n, rules_.max_connections - std::min(rules_.max_connections, open()));
    }

    bool expired(pool_member const& m, clock::time_point now) const noexcept
    {
        if (now >= m.use_until || now - m.born >= rules_.max_age) return true;
        return m.status == pool_member::state::idle && now - m.idle_since >= rules_.idle_timeout;
    }

    pool_member* take_idle(clock::time_point now)
    {
        for (pool_member* m = idle_.first(); m != nullptr; m = idle_.after(*m)) {
            if (expired(*m, now)) continue;  // the timer will close it
            idle_.erase(*m);
            m->status = pool_member::state::busy;
            ++busy_;
            return m;
        }
        return nullptr;
    }

    void become_idle(pool_member& m, clock::time_point now)
    {
        m.status = pool_member::state::idle;
        m.idle_since = m.last_look = now;
        idle_.push_front(m);
    }

    waiter* hand_on(pool_member& m, clock::time_point now)
    {
        if (waiters_.empty()) {
            become_idle(m, now);
            return nullptr;
        }
        m.status = pool_member::state::busy;
        ++busy_;
        return &waiters_.take_oldest();
    }

    pool_rules rules_;
    member_list connecting_, idle_;
    waiting_line waiters_;
    waiting_line charged_;     // charged with a failed connect, but not notified yet
    std::uint32_t round_ = 0;  // waiters of an earlier round are in `charged_`
    std::size_t busy_ = 0;
    std::size_t spares_ = 0;  // connections to begin that no call waits for yet
    std::size_t failed_connects_ = 0;
    clock::time_point next_connect_;
    std::optional<clock::time_point> unwanted_since_;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
