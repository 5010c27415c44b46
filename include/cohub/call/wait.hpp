#ifndef COHUB_CALL_WAIT_HPP
#define COHUB_CALL_WAIT_HPP

#include <cohub/call/as_result.hpp>
#include <cohub/call/completion.hpp>
#include <cohub/call/detail/initiation.hpp>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace cohub::inline abi_0_2 {

namespace call::detail {

/// Where a completion is stored for the thread that waits for it.
template <class T>
class rendezvous
{
public:
    void put(T&& outcome)
    {
        std::lock_guard lock(mutex_);
        outcome_.emplace(std::move(outcome));
        // Notify under the lock: the waiting thread may destroy this object as soon as it has the
        // lock.
        arrived_.notify_one();
    }

    T take()
    {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return outcome_.has_value(); });
        return std::move(*outcome_);
    }

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::optional<T> outcome_;
};

/// The handler that `wait` passes to a call. If it is dropped, it reports that.
template <class T>
class waiting_handler
{
public:
    explicit waiting_handler(rendezvous<result<T>>& to) noexcept : to_(&to) {}
    waiting_handler(waiting_handler&& other) noexcept : to_(std::exchange(other.to_, nullptr)) {}
    ~waiting_handler()
    {
        if (to_ != nullptr) to_->put(failure(errc::client_closed));
    }

    void operator()(result<T> r) { std::exchange(to_, nullptr)->put(std::move(r)); }

private:
    rendezvous<result<T>>* to_;
};

template <class T>
result<T> wait_for(bound_call<T>&& c)
{
    if (c.to->runs_here()) {
        failure f(
            errc::invalid_argument,
            "cohub::wait on the thread that completes the call would never return; use co_await "
            "or a handler there"
        );
        f.where = c.req.name;
        return f;
    }
    rendezvous<result<T>> outcome;
    launch<T, typename signatures<T>::whole>(std::move(c), waiting_handler<T>(outcome));
    return outcome.take();
}

}  // namespace call::detail

/// @brief Blocks the calling thread until the call is done. For programs without coroutines, whose
/// client has its own thread, or an executor that other threads run.
///
///     cohub::hub hub(options);
///     std::vector<cohub::user> const users = cohub::wait(hub.system().user_search("ada"));
///
/// @return the call's value
/// @throws cohub::error the failure of the call; errc::invalid_argument on the client's own thread,
/// which would wait forever
template <class T>
T wait(call::pending<T>&& call)
{
    result<T> r = call::detail::wait_for(std::move(call).take());
    if (!r) throw error(std::move(r).error());
    if constexpr (!std::is_void_v<T>) return std::move(*r);
}

/// @brief The same for a call with `cohub::as_result`: returns the result and does not throw.
template <class T>
result<T> wait(call::pending_result<T>&& call)
{
    return call::detail::wait_for(std::move(call).take());
}

}  // namespace cohub::inline abi_0_2

#endif
