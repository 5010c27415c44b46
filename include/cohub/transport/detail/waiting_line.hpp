#ifndef COHUB_TRANSPORT_DETAIL_WAITING_LINE_HPP
#define COHUB_TRANSPORT_DETAIL_WAITING_LINE_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/linked_list.hpp>

#include <cstddef>
#include <cstdint>
#include <set>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief The calls that wait for a connection, in the order in which they began.
///
/// A new call goes to the end of a list. A call that tries again keeps its place before younger
/// ones: it goes into a tree. The time of each step grows at most with the logarithm of the number
/// of waiters.
class waiting_line
{
public:
    using waiter = call::waiter;

    waiting_line() = default;
    waiting_line(waiting_line const&) = delete;
    waiting_line& operator=(waiting_line const&) = delete;

    bool empty() const noexcept { return in_line_.empty() && again_.empty(); }
    std::size_t size() const noexcept { return in_line_.size() + again_.size(); }

    /// @throws std::bad_alloc if `w` is older than others in the line; then it does not wait
    void add(waiter& w)
    {
        if (in_line_.empty() || in_line_.back().order < w.order) {
            in_line_.push_back(w);
            w.queued = waiter::place::in_line;
            return;
        }
        again_.insert(&w);
        w.queued = waiter::place::again;
    }

    /// @brief The newest one of those that were queued in order; null: none.
    waiter const* newest() noexcept { return in_line_.empty() ? nullptr : &in_line_.back(); }
    /// @brief The oldest one. Must not be called if there is none.
    waiter& take_oldest() noexcept
    {
        if (again_.empty() ||
            (!in_line_.empty() && in_line_.front().order < (*again_.begin())->order))
            return out(in_line_.pop_front());
        waiter& w = **again_.begin();
        again_.erase(again_.begin());
        return out(w);
    }

    void remove(waiter& w) noexcept
    {
        if (w.queued == waiter::place::outside) return;
        if (w.queued == waiter::place::in_line)
            in_line_.erase(w);
        else
            again_.erase(&w);
        w.queued = waiter::place::outside;
    }

    /// @brief Moves all of `other` into this line, in constant time. This line must be empty
    /// before.
    void take(waiting_line& other) noexcept
    {
        in_line_.take(other.in_line_);
        again_.swap(other.again_);
    }

    /// @brief How many waiters are before `w`, counted up to `limit`.
    std::size_t position(waiter const& w, std::size_t limit) const noexcept
    {
        std::size_t n = 0;
        for (waiter const* const i : again_) {
            if (i->order >= w.order || n == limit) break;
            ++n;
        }
        for (waiter const* i = in_line_.first(); i != nullptr && i->order < w.order && n != limit;
             i = in_line_.after(*i))
            ++n;
        return n;
    }

private:
    static waiter& out(waiter& w) noexcept
    {
        w.queued = waiter::place::outside;
        return w;
    }

    cohub::detail::linked_list<waiter, waiter> in_line_;
    struct by_order
    {
        bool operator()(waiter const* a, waiter const* b) const noexcept
        {
            return a->order < b->order;
        }
    };
    std::set<waiter*, by_order> again_;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
