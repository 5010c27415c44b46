// A client of the pool that acts at random and keeps its own records.
#pragma once

#include <cohub/transport/detail/pool_state.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace cohub::transport::detail {

using namespace std::chrono_literals;

/// Plays a client at random, and keeps its own record of which calls wait and which connection each
/// call has.
///
/// @tparam Random gives a number when it is called
template <class Random>
class pool_player
{
public:
    pool_player(pool_rules const& r, Random random)
        : rules_(r),
          pool_(r),
          random_(std::move(random)),
          waiters_(80),
          members_(2 * r.max_connections + 2)
    {
        for (auto& w : waiters_) away_.push_back(&w);
        for (auto& m : members_) outside_.push_back(&m);
    }
    ~pool_player()
    {
        for (auto& w : waiters_) pool_.detach(w);
        for (auto& m : members_) pool_.removed(m);
    }

    void step()
    {
        switch (random_() % 10) {
            case 0:
            case 1:
            case 2:
                return call_begins();
            case 3:
            case 4:
                return call_ends();
            case 5:
                return connect_ends();
            case 6:
                return call_is_cancelled();
            case 7:
                return connection_is_lost();
            case 8:
                return time_passes();
            default:
                return spares_are_wanted();
        }
    }

    /// @return the error, or an empty text
    std::string problem() const
    {
        if (pool_.open() != pool_.idle() + pool_.busy() + pool_.connecting()) return "open";
        if (pool_.open() > rules_.max_connections) return "more than the limit";
        if (pool_.connecting() > rules_.max_connecting) return "more connecting than the limit";
        if (pool_.busy() != busy_.size()) return "busy";
        if (pool_.connecting() != connecting_.size()) return "connecting";
        if (pool_.idle() != idle_.size()) return "idle";
        if (pool_.waiting() != queue_.size()) return "waiting";
        if (pool_.waiting() != 0 && pool_.connects_due(now_) != 0) return "a connect was forgotten";
        if (wrong_order_) return "a waiter was overtaken";
        if (wrongly_charged_) return "a failed connect was charged wrongly";
        if (lingered_too_short_) return "a connection was given up while there were calls";
        if (expired_used_) return "an expired connection was used";
        return {};
    }
    std::size_t served() const { return served_; }

private:
    template <class T>
    T* any(std::vector<T*>& from)
    {
        std::swap(from[random_() % from.size()], from.back());
        T* const t = from.back();
        from.pop_back();
        return t;
    }
    template <class T>
    static void take(std::vector<T*>& from, T* t)
    {
        from.erase(std::find(from.begin(), from.end(), t));
    }

    void call_begins()
    {
        if (away_.empty()) return;
        call::waiter* const w = any(away_);
        w->order = ++order_;
        if (pool_member* const m = pool_.acquire(*w, now_)) {
            wrong_order_ |= !queue_.empty();
            expired_used_ |= now_ >= pool_.expiry(*m);
            take(idle_, m);
            busy_.push_back(m);
            away_.push_back(w);
            ++served_;
        } else
            queue_.push_back(w);
        connect();
    }

    void call_ends()
    {
        if (busy_.empty()) return;
        pool_member* const m = any(busy_);
        if (random_() % 8 == 0) m->use_until = now_ + std::chrono::seconds(random_() % 20);
        auto const r = pool_.released(*m, now_);
        if (r.close)
            outside_.push_back(m);
        else
            handed(m, r.next);
        connect();
    }

    void connect_ends()
    {
        if (connecting_.empty()) return;
        pool_member* const m = connecting_[random_() % connecting_.size()];
        if (random_() % 4 != 0) {
            take(connecting_, m);
            handed(m, pool_.connected(*m, now_));
        } else {
            take(connecting_, m);
            outside_.push_back(m);
            bool const useless = busy_.empty() && idle_.empty() && connecting_.empty();
            bool const charged = pool_.connect_failed(*m, now_, 0.5);
            wrongly_charged_ |= charged != (useless && !queue_.empty());
            while (call::waiter* const w = pool_.take_charged()) {
                wrong_order_ |= w != queue_.front();
                queue_.pop_front();
                away_.push_back(w);
            }
            wrongly_charged_ |= charged && !queue_.empty();
        }
        connect();
    }

    void call_is_cancelled()
    {
        if (queue_.empty()) return;
        auto const at = queue_.begin() + static_cast<long>(random_() % queue_.size());
        pool_.detach(**at);
        away_.push_back(*at);
        queue_.erase(at);
        connect();
    }

    void connection_is_lost()
    {
        auto& from = random_() % 2 != 0 ? busy_ : idle_;
        if (from.empty()) return;
        pool_member* const m = any(from);
        pool_.removed(*m);
        outside_.push_back(m);
        connect();
    }

    void time_passes()
    {
        now_ += std::chrono::milliseconds(random_() % 3000);
        while (pool_member* const m = pool_.take_expired(now_)) {
            expired_used_ |= now_ < pool_.expiry(*m);
            take(idle_, m);
            outside_.push_back(m);
        }
        while (pool_member* const m =
                   pool_.take_unwanted(!queue_.empty() || !busy_.empty(), now_)) {
            lingered_too_short_ |= !queue_.empty() || !busy_.empty();
            take(connecting_, m);
            outside_.push_back(m);
        }
        connect();
    }

    void spares_are_wanted()
    {
        if (random_() % 16 == 0) pool_.want_spares(random_() % 8);
        connect();
    }

    void handed(pool_member* m, call::waiter* w)
    {
        wrong_order_ |= w != (queue_.empty() ? nullptr : queue_.front());
        if (w != nullptr) {
            queue_.pop_front();
            away_.push_back(w);
            busy_.push_back(m);
            ++served_;
        } else
            idle_.push_back(m);
    }

    void connect()
    {
        while (pool_.connects_due(now_) != 0) {
            pool_member* const m = any(outside_);
            m->use_until = clock::time_point::max();
            pool_.connect_began(*m, now_);
            connecting_.push_back(m);
        }
    }

    pool_rules rules_;
    pool_state pool_;
    Random random_;
    clock::time_point now_{1000h};
    std::deque<call::waiter> waiters_;
    std::deque<pool_member> members_;
    std::vector<call::waiter*> away_;
    std::vector<pool_member*> outside_, connecting_, idle_, busy_;
    std::deque<call::waiter*> queue_;
    std::uint64_t order_ = 0;
    std::size_t served_ = 0;
    bool wrong_order_ = false;
    bool wrongly_charged_ = false;
    bool lingered_too_short_ = false;
    bool expired_used_ = false;
};

}  // namespace cohub::transport::detail
