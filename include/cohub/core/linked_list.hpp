#ifndef COHUB_CORE_LINKED_LIST_HPP
#define COHUB_CORE_LINKED_LIST_HPP

/// @file
/// @internal Small parts of the library.

#include <cstddef>
#include <utility>

namespace cohub::inline abi_0_2::detail {

/// The links of a node: its place in a ring.
struct list_links
{
    list_links() noexcept = default;
    list_links(list_links const&) = delete;
    list_links& operator=(list_links const&) = delete;

    bool is_linked() const noexcept { return list_next != nullptr; }

    list_links* list_next = nullptr;
    list_links* list_prev = nullptr;
};

/// @brief Base class of an object, once for each list that it may be in. `Tag` distinguishes the
/// lists.
template <class Tag>
struct list_node : list_links  // NOLINT(bugprone-crtp-constructor-accessibility): a tag, no CRTP
{
};

/// @brief A list of objects that others own. Each object knows its place.
///
/// This is not Boost.Intrusive, since all programs would then compile its generality. The library
/// needs only these few functions.
template <class T, class Tag>
class linked_list
{
public:
    linked_list() noexcept { ring_.list_next = ring_.list_prev = &ring_; }
    linked_list(linked_list const&) = delete;
    linked_list& operator=(linked_list const&) = delete;

    bool empty() const noexcept { return ring_.list_next == &ring_; }
    std::size_t size() const noexcept { return size_; }
    T& front() noexcept { return *element(ring_.list_next); }
    T& back() noexcept { return *element(ring_.list_prev); }
    /// The neighbours of `t`; null at the ends.
    T* after(T& t) noexcept { return element(links(t).list_next); }
    T* before(T& t) noexcept { return element(links(t).list_prev); }
    /// The first and the last object; null if the list is empty.
    T* first() const noexcept { return element(ring_.list_next); }
    T* last() const noexcept { return element(ring_.list_prev); }
    T const* after(T const& t) const noexcept
    {
        return element(static_cast<list_node<Tag> const&>(t).list_next);
    }

    static bool holds(T const& t) noexcept
    {
        return static_cast<list_node<Tag> const&>(t).is_linked();
    }

    void push_back(T& t) noexcept { link(ring_, links(t)); }
    void push_front(T& t) noexcept { link(*ring_.list_next, links(t)); }
    void insert_after(T& place, T& t) noexcept { link(*links(place).list_next, links(t)); }
    void erase(T& t) noexcept
    {
        list_links& l = links(t);
        l.list_prev->list_next = l.list_next;
        l.list_next->list_prev = l.list_prev;
        l.list_next = l.list_prev = nullptr;
        --size_;
    }
    T& pop_front() noexcept
    {
        T& t = front();
        erase(t);
        return t;
    }
    /// Moves all of `other` to the end of this list, in constant time.
    void take(linked_list& other) noexcept
    {
        if (other.empty()) return;
        list_links* const first = other.ring_.list_next;
        list_links* const last = other.ring_.list_prev;
        first->list_prev = ring_.list_prev;
        ring_.list_prev->list_next = first;
        last->list_next = &ring_;
        ring_.list_prev = last;
        size_ += std::exchange(other.size_, 0);
        other.ring_.list_next = other.ring_.list_prev = &other.ring_;
    }

private:
    static list_links& links(T& t) noexcept { return static_cast<list_node<Tag>&>(t); }
    T* element(list_links* l) const noexcept
    {
        return l == &ring_ ? nullptr : static_cast<T*>(static_cast<list_node<Tag>*>(l));
    }
    void link(list_links& before, list_links& l) noexcept
    {
        l.list_next = &before;
        l.list_prev = before.list_prev;
        before.list_prev->list_next = &l;
        before.list_prev = &l;
        ++size_;
    }

    list_links ring_;
    std::size_t size_ = 0;
};

}  // namespace cohub::inline abi_0_2::detail

#endif
