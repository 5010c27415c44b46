#ifndef COHUB_CORE_TIMER_QUEUE_HPP
#define COHUB_CORE_TIMER_QUEUE_HPP

/// @file
/// @internal Small parts of the library.

#include <cohub/core/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// What waits for a point in time. It is part of the object that waits.
class timer_node
{
public:
    enum class role : std::uint8_t
    {
        call,
        connection,
        connects,
        pool,
    };

    explicit timer_node(role r) noexcept : role_(r) {}
    timer_node(timer_node const&) = delete;
    timer_node& operator=(timer_node const&) = delete;

    role what() const noexcept { return role_; }
    clock::time_point due() const noexcept { return due_; }
    bool waiting() const noexcept { return slot_ != none; }

private:
    friend class timer_queue;
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    clock::time_point due_;
    std::size_t slot_ = none;
    role role_;
};

/// @brief All deadlines of a client, earliest first: a binary heap of nodes that others own.
///
/// The client sets one system timer, for `earliest()`. A call that ends in time only leaves the
/// heap, so that a call needs no system timer.
class timer_queue
{
public:
    bool empty() const noexcept { return heap_.empty(); }
    std::size_t size() const noexcept { return heap_.size(); }
    timer_node& earliest() const noexcept { return *heap_.front(); }

    /// @brief Makes `node` wait for `due`, or changes the time for which it waits.
    void set(timer_node& node, clock::time_point due)
    {
        if (!node.waiting()) {
            heap_.push_back(&node);
            node.slot_ = heap_.size() - 1;
            node.due_ = due;
            rise(node.slot_);
            return;
        }
        bool const earlier = due < node.due_;
        node.due_ = due;
        if (earlier)
            rise(node.slot_);
        else
            sink(node.slot_);
    }

    void remove(timer_node& node) noexcept
    {
        if (!node.waiting()) return;
        std::size_t const hole = node.slot_;
        timer_node* const last = heap_.back();
        heap_.pop_back();
        node.slot_ = timer_node::none;
        if (last == &node) return;
        heap_[hole] = last;
        last->slot_ = hole;
        rise(hole);
        sink(last->slot_);
    }

private:
    void rise(std::size_t i) noexcept
    {
        timer_node* const node = heap_[i];
        while (i != 0) {
            std::size_t const parent = (i - 1) / 2;
            if (heap_[parent]->due_ <= node->due_) break;
            heap_[i] = heap_[parent];
            heap_[i]->slot_ = i;
            i = parent;
        }
        heap_[i] = node;
        node->slot_ = i;
    }

    void sink(std::size_t i) noexcept
    {
        timer_node* const node = heap_[i];
        for (;;) {
            std::size_t child = 2 * i + 1;
            if (child >= heap_.size()) break;
            if (child + 1 < heap_.size() && heap_[child + 1]->due_ < heap_[child]->due_) ++child;
            if (node->due_ <= heap_[child]->due_) break;
            heap_[i] = heap_[child];
            heap_[i]->slot_ = i;
            i = child;
        }
        heap_[i] = node;
        node->slot_ = i;
    }

    std::vector<timer_node*> heap_;
};

}  // namespace cohub::inline abi_0_2

#endif
