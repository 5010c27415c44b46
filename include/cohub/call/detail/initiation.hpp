#ifndef COHUB_CALL_DETAIL_INITIATION_HPP
#define COHUB_CALL_DETAIL_INITIATION_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/error.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/execution/executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/recycling_allocator.hpp>
#include <boost/version.hpp>

#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

// From a described call to an operation that a channel carries, and to its handler.

namespace cohub::inline abi_0_2::call {

namespace asio = boost::asio;

/// The type of a value while it is decoded; `nothing` replaces void.
template <class T>
using value_of = std::conditional_t<std::is_void_v<T>, json::nothing, T>;

/// @brief A call that is described, but has not begun yet.
template <class T>
struct bound_call
{
    bound_call(channel_ptr c, request&& r) : to(std::move(c)), req(std::move(r)) {}

    channel_ptr to;
    request req;
};

#if BOOST_VERSION < 108200
// Asio 1.26 (Boost 1.81) cannot co_await a signature void(exception_ptr, T): its branch for it
// tests a struct as if it were a pointer. This wrapper gives the signature its own branch, below.
template <class T>
struct boxed
{
    T value;
};
template <class T>
boxed<T> box(T&& v)
{
    return boxed<T>{std::forward<T>(v)};
}
#else
template <class T>
using boxed = T;
template <class T>
T&& box(T&& v)
{
    return std::forward<T>(v);
}
#endif

namespace detail {

template <class T>
struct signatures
{
    using coded = void(error_code, T);
    using thrown = void(std::exception_ptr, boxed<T>);
    using whole = void(result<T>);
};
template <>
struct signatures<void>
{
    using coded = void(error_code);
    using thrown = void(std::exception_ptr);
    using whole = void(result<void>);
};

template <class Signature>
struct completer;

template <class T>
struct completer<void(error_code, T)>
{
    template <class Handler>
    static void call(Handler&& h, failure* f, T&& v)
    {
        error_code const ec = f != nullptr ? f->code : error_code();
        std::forward<Handler>(h)(ec, std::move(v));
    }
};
template <>
struct completer<void(error_code)>
{
    template <class Handler>
    static void call(Handler&& h, failure* f, json::nothing)
    {
        error_code const ec = f != nullptr ? f->code : error_code();
        std::forward<Handler>(h)(ec);
    }
};
template <class B>
struct completer<void(std::exception_ptr, B)>
{
    template <class Handler, class T>
    static void call(Handler&& h, failure* f, T&& v)
    {
        std::exception_ptr x;
        if (f != nullptr) x = std::make_exception_ptr(error(std::move(*f)));
        std::forward<Handler>(h)(std::move(x), box(std::forward<T>(v)));
    }
};
template <>
struct completer<void(std::exception_ptr)>
{
    template <class Handler>
    static void call(Handler&& h, failure* f, json::nothing)
    {
        std::exception_ptr x;
        if (f != nullptr) x = std::make_exception_ptr(error(std::move(*f)));
        std::forward<Handler>(h)(std::move(x));
    }
};
template <class T>
struct completer<void(result<T>)>
{
    template <class Handler>
    // NOLINTNEXTLINE(cppcoreguidelines-rvalue-reference-param-not-moved): of void there is nothing
    static void call(Handler&& h, failure* f, value_of<T>&& v)
    {
        if (f != nullptr)
            std::forward<Handler>(h)(result<T>(std::move(*f)));
        else if constexpr (std::is_void_v<T>)
            std::forward<Handler>(h)(result<T>());
        else
            std::forward<Handler>(h)(result<T>(std::move(v)));
    }
};

/// @brief An executor whose context keeps running for as long as this lives.
///
/// `asio::executor_work_guard` does the same. But it treats a strand of `any_io_executor` as an
/// executor of the old kind, and does not compile with it (Asio 1.26).
template <class Executor, bool IsStandard = asio::execution::is_executor<Executor>::value>
class caller_work
{
public:
    explicit caller_work(Executor const& e)
        : executor_(asio::prefer(e, asio::execution::outstanding_work.tracked))
    {
    }
    auto const& get_executor() const noexcept { return executor_; }

private:
    std::decay_t<decltype(asio::prefer(
        std::declval<Executor const&>(), asio::execution::outstanding_work.tracked
    ))>
        executor_;
};
template <class Executor>
class caller_work<Executor, false> : public asio::executor_work_guard<Executor>
{
public:
    using asio::executor_work_guard<Executor>::executor_work_guard;
};

/// @brief The operation that this thread is passing to an executor.
///
/// An executor destroys a function if it has no memory for it. This class distinguishes such an
/// operation from one that is dropped because its context ends.
class hand_over
{
public:
    explicit hand_over(operation* op) noexcept : op_(op), before_(std::exchange(latest(), this)) {}
    hand_over(hand_over const&) = delete;
    hand_over& operator=(hand_over const&) = delete;
    ~hand_over() { latest() = before_; }

    bool came_back() const noexcept { return came_back_; }

    /// @return true if this thread is passing `op` to an executor: the thread owns it again
    static bool comes_back(operation* op) noexcept
    {
        if (!is_taken(op)) return false;
        latest()->came_back_ = true;
        return true;
    }
    /// @brief `op` runs. Another operation may soon have its address.
    static bool is_taken(operation* op) noexcept
    {
        hand_over* const h = latest();
        if (h == nullptr || h->op_ != op) return false;
        h->op_ = nullptr;
        return true;
    }

private:
    static hand_over*& latest() noexcept
    {
        static thread_local hand_over* h = nullptr;
        return h;
    }

    operation* op_;
    hand_over* before_;
    bool came_back_ = false;
};

/// The operation and its caller's handler: one allocation per call, from the handler's own
/// allocator or Asio's recycling one.
template <class T, class Signature, class Handler>
class handler_operation final : public operation
{
    using io_executor = channel::executor_type;
    using handler_executor = asio::associated_executor_t<Handler, io_executor>;
    using plain_allocator = asio::associated_allocator_t<Handler>;
    using base_allocator = std::conditional_t<
        std::is_same_v<plain_allocator, std::allocator<void>>,
        asio::recycling_allocator<void>,
        plain_allocator>;
    using allocator =
        typename std::allocator_traits<base_allocator>::template rebind_alloc<handler_operation>;

public:
    static handler_operation& make(Handler&& h, bound_call<T>&& p)
    {
        allocator a = allocator_of(h);
        auto* const at = std::allocator_traits<allocator>::allocate(a, 1);
        try {
            return *new (at) handler_operation(std::move(h), std::move(p));
        } catch (...) {
            std::allocator_traits<allocator>::deallocate(a, at, 1);
            throw;
        }
    }

    static void start(Handler&& h, bound_call<T>&& p)
    {
        channel_ptr const to = p.to;
        handler_operation& op = make(std::move(h), std::move(p));
        // Before the start, since the completion may run immediately on another thread.
        auto slot = asio::get_associated_cancellation_slot(op.handler_);
        try {
            if (slot.is_connected())
                slot.assign([&op](asio::cancellation_type type) { op.channel_->cancel(op, type); });
            to->start(op);
        } catch (...) {
            if (slot.is_connected()) slot.clear();
            op.destroy();
            throw;
        }
    }

    bool deliver(bool may_run_now) override
    {
        // If `may_run_now` on the channel's own executor, the caller is inside one of its handlers.
        // dispatch would call the function directly, at a higher cost.
        if (!work_) {
            if (may_run_now) {
                complete();
                return true;
            }
            return hand_to([&](completion&& c) { asio::post(channel_->executor(), std::move(c)); });
        }
        // The guard stays until this function no longer uses the executor: the caller's context may
        // be destroyed as soon as its last handler has run.
        auto const work = *work_;
        return hand_to([&](completion&& c) {
            auto const& executor = work.get_executor();
            if (may_run_now)
                asio::dispatch(executor, std::move(c));
            else if constexpr (requires { asio::post(executor, std::move(c)); })
                asio::post(executor, std::move(c));
            else  // this executor runs all functions immediately: wait for the channel's
                asio::post(channel_->executor(), [work, c = std::move(c)]() mutable {
                    asio::dispatch(work.get_executor(), std::move(c));
                });
        });
    }

    void abandon() noexcept override { destroy(); }

private:
    handler_operation(Handler&& h, bound_call<T>&& p)
        : operation(std::move(p.req), json::detail::type_of<value_of<T>>::info, &value_),
          channel_(std::move(p.to)),
          handler_(std::move(h))
    {
        // The guard on the caller's executor costs a little. Most callers use the channel's
        // executor.
        auto const executor = asio::get_associated_executor(handler_, io_executor());
        if (!is_channels(executor)) work_.emplace(executor);
    }
    ~handler_operation() = default;

    /// An empty executor belongs to a handler that has none. It runs on the channel's executor.
    bool is_channels(handler_executor const& executor) const noexcept
    {
        if constexpr (std::is_same_v<handler_executor, io_executor>)
            return !executor || channel_->has_executor(executor);
        else {
            io_executor const own = channel_->executor();
            auto const* const target = own.template target<handler_executor>();
            return target != nullptr && *target == executor;
        }
    }

    static allocator allocator_of(Handler const& h)
    {
        if constexpr (std::is_same_v<plain_allocator, std::allocator<void>>)
            return allocator();
        else
            return allocator(asio::get_associated_allocator(h));
    }

    void destroy() noexcept
    {
        allocator a = allocator_of(handler_);
        this->~handler_operation();
        std::allocator_traits<allocator>::deallocate(a, this, 1);
    }

    void complete()
    {
        auto slot = asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected()) slot.clear();
        // All that the caller needs is moved out of the operation first, so that its memory can be
        // used for the next one.
        std::unique_ptr<failure> const f = std::move(error);
        std::optional<failure> bare;
        if (bare_error && !f) bare.emplace().code = bare_error;
        failure* const why = f ? f.get() : bare ? &*bare : nullptr;
        value_of<T> v = std::move(value_);
        auto const work = std::move(work_);
        Handler h = std::move(handler_);
        allocator a = allocator_of(h);
        this->~handler_operation();
        std::allocator_traits<allocator>::deallocate(a, this, 1);
        completer<Signature>::call(std::move(h), why, std::move(v));
    }

    /// Runs the completion on the caller's executor, or drops the operation if it is never run.
    class completion
    {
    public:
        explicit completion(handler_operation* op) noexcept : op_(op) {}
        completion(completion&& other) noexcept : op_(std::exchange(other.op_, nullptr)) {}
        ~completion()
        {
            if (op_ != nullptr && !hand_over::comes_back(op_)) op_->destroy();
        }
        void operator()()
        {
            hand_over::is_taken(op_);
            std::exchange(op_, nullptr)->complete();
        }

    private:
        handler_operation* op_;
    };

    /// @return false if the executor had no memory for it; the operation still exists
    template <class Post>
    bool hand_to(Post const& post)
    {
        hand_over attempt(this);
        try {
            post(completion(this));
        } catch (std::bad_alloc const&) {
            if (attempt.came_back()) return false;
            throw;
        }
        if (attempt.came_back()) destroy();  // the context is destroyed, or is being destroyed
        return true;
    }

    channel_ptr channel_;
    std::optional<caller_work<handler_executor>> work_;
    value_of<T> value_{};
    Handler handler_;
};

template <class T, class Signature>
struct initiation
{
    using executor_type = channel::executor_type;

    /// For adapters that have a timer, for example `cancel_after`.
    executor_type get_executor() const noexcept { return to->executor(); }

    /// The call's own channel, which outlives this: Asio keeps both together.
    channel const* to;

    template <class Handler>
    void operator()(Handler&& handler, bound_call<T>&& p) const
    {
        using plain = std::decay_t<Handler>;
        plain owned(std::forward<Handler>(handler));  // a named handler is copied
        handler_operation<T, Signature, plain>::start(std::move(owned), std::move(p));
    }
};

template <class T, class Signature, class Token>
// NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): async_initiate takes lvalues
auto launch(bound_call<T>&& p, Token&& token) -> decltype(asio::async_initiate<Token, Signature>(
    initiation<T, Signature>{p.to.get()}, token, std::move(p)
))
{
    channel const* const to = p.to.get();
    return asio::async_initiate<Token, Signature>(
        initiation<T, Signature>{to}, token, std::move(p)
    );
}

#define COHUB_WRONG_TAIL                                                                         \
    "cohub: after the arguments a call takes call_options and then a completion token, in this " \
    "order, each at most once; this tail is neither. A token is as_result, asio::use_awaitable " \
    "or the like, or a handler that takes (error_code, T); within as_result(...), result<T>"

template <class>
inline constexpr bool never = false;

/// Chosen if the overload above is not: for an argument that is not a token.
template <class T, class Signature, class... Token>
void launch(bound_call<T>&&, Token&&...)
{
    static_assert(never<T>, COHUB_WRONG_TAIL);
}

}  // namespace detail
}  // namespace cohub::inline abi_0_2::call

#if BOOST_VERSION < 108200
namespace boost::asio::detail {

// See boxed, above. The members that it uses are those of the other branches of Asio 1.26.
template <class T, class Executor>
class awaitable_async_op_handler<void(std::exception_ptr, cohub::call::boxed<T>), Executor>
    : public awaitable_thread<Executor>
{
public:
    struct result_type
    {
        std::exception_ptr* error;
        T* value;
    };

    awaitable_async_op_handler(awaitable_thread<Executor>* h, result_type& result)
        : awaitable_thread<Executor>(std::move(*h)), result_(result)
    {
    }

    void operator()(std::exception_ptr error, cohub::call::boxed<T> boxed)
    {
        result_.error = &error;
        result_.value = &boxed.value;
        this->entry_point()->top_of_stack_->attach_thread(this);
        this->entry_point()->top_of_stack_->clear_cancellation_slot();
        this->pump();
    }

    static T resume(result_type& result)
    {
        if (*result.error) std::rethrow_exception(std::exchange(*result.error, nullptr));
        return std::move(*result.value);
    }

private:
    result_type& result_;
};

}  // namespace boost::asio::detail
#endif

#endif
