#ifndef COHUB_TRANSPORT_DETAIL_COMPANIONS_HPP
#define COHUB_TRANSPORT_DETAIL_COMPANIONS_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/linked_list.hpp>

#include <mutex>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief What is opened beside a client's calls and ends when the client is closed for good: a
/// stream.
class companion : public cohub::detail::list_node<companion>
{
public:
    /// @brief Says goodbye and ends. Called without any lock.
    virtual void leave() noexcept = 0;
    /// @brief Whose references keep it.
    virtual call::channel& kept_by() noexcept = 0;

protected:
    companion() = default;
    ~companion() = default;
};

/// @brief The companions of one client, under a lock of their own.
class companions
{
public:
    /// @return false if they are leaving: no more come
    COHUB_DECL bool add(companion& c) noexcept;
    /// @return true if it was there and somebody may wait for it to leave
    COHUB_DECL bool remove(companion& c) noexcept;
    COHUB_DECL bool empty() const noexcept;
    /// @brief No more come from now on.
    COHUB_DECL void refuse_more() noexcept;
    /// @brief Has all of them leave. To be called without the client's lock.
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
