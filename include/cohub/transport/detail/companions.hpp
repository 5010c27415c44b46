#ifndef COHUB_TRANSPORT_DETAIL_COMPANIONS_HPP
#define COHUB_TRANSPORT_DETAIL_COMPANIONS_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/linked_list.hpp>

#include <mutex>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief Something that is opened in addition to a client's calls, and that ends when the client
/// is closed for good: a stream.
class companion : public cohub::detail::list_node<companion>
{
public:
    /// @brief Sends a close frame and ends. Called without any lock.
    virtual void leave() noexcept = 0;
    /// @brief The channel whose references keep it alive.
    virtual call::channel& kept_by() noexcept = 0;

protected:
    companion() = default;
    ~companion() = default;
};

/// @brief The companions of one client, with their own lock.
class companions
{
public:
    /// @return false if they are leaving: then no more can be added
    COHUB_DECL bool add(companion& c) noexcept;
    /// @return true if it was in the list, and somebody may wait until it has left
    COHUB_DECL bool remove(companion& c) noexcept;
    COHUB_DECL bool empty() const noexcept;
    /// @brief No more can be added from now on.
    COHUB_DECL void refuse_more() noexcept;
    /// @brief Makes all of them leave. Has to be called without the client's lock.
    COHUB_DECL void send_away() noexcept;

private:
    mutable std::mutex mutex_;
    cohub::detail::linked_list<companion, companion> list_;
    bool leaving_ = false;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/companions.ipp>
#endif

#endif
