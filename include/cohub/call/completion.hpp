#ifndef COHUB_CALL_COMPLETION_HPP
#define COHUB_CALL_COMPLETION_HPP

#include <cohub/call/operation.hpp>
#include <cohub/core/asio_forward.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/recycling_allocator.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/version.hpp>

#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cohub {

/// @brief `as_result(token)`: the token, which sees one `cohub::result<T>`.
template <class Token>
struct as_result_token
{
    using token_type = Token;

    Token token;
};

/// @brief Completion token: `co_await call(..., cohub::as_result)` gives `cohub::result<T>` and
/// does not throw.
///
/// `as_result(token)` does the same for any other token, at any depth of adapters:
///
///     call(cohub::as_result([](cohub::result<std::vector<cohub::user>> r) { … }));
///     call(asio::bind_executor(strand, cohub::as_result(handler)));
///     auto f = call(cohub::as_result(asio::use_future));
struct as_result_t
{
    constexpr as_result_t() = default;

    template <class Token>
    constexpr as_result_token<std::decay_t<Token>> operator()(Token&& token) const
    {
        return {std::forward<Token>(token)};
    }
};
inline constexpr as_result_t as_result{};

namespace call {

namespace asio = boost::asio;

/// What a value is while it is decoded; nothing in place of void.
template <class T>
using value_of = std::conditional_t<std::is_void_v<T>, json::nothing, T>;

/// @brief A call that has been described and not begun yet.
template <class T>
struct bound_call
{
    bound_call(channel_ptr c, request&& r) : to(std::move(c)), req(std::move(r)) {}

    channel_ptr to;
    request req;
};

#if BOOST_VERSION < 108200
// Asio 1.26 (Boost 1.81) cannot co_await a signature void(exception_ptr, T): the branch for it
// tests a struct as if it were a pointer. With this wrapper the signature gets a branch of its own,
// below.
template <class T>
struct boxed
{
    T value;
};
template <class T>
boxed<T> box(T&& v)
{
    return boxed<T>{std::move(v)};
}
#else
template <class T>
using boxed = T;
template <class T>
T&& box(T&& v)
{
    return std::move(v);
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
        std::move(h)(ec, std::move(v));
    }
};
template <>
struct completer<void(error_code)>
{
    template <class Handler>
    static void call(Handler&& h, failure* f, json::nothing)
    {
        error_code const ec = f != nullptr ? f->code : error_code();
        std::move(h)(ec);
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
        std::move(h)(std::move(x), box(std::move(v)));
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
        std::move(h)(std::move(x));
    }
};
template <class T>
struct completer<void(result<T>)>
{
    template <class Handler>
    static void call(Handler&& h, failure* f, value_of<T>&& v)
    {
        if (f != nullptr)
            std::move(h)(result<T>(std::move(*f)));
        else if constexpr (std::is_void_v<T>)
            std::move(h)(result<T>());
        else
            std::move(h)(result<T>(std::move(v)));
    }
};

/// @brief One operation that this thread hands to an executor just now.
///
/// An executor destroys a function that it has no memory for. From here the operation is told apart
/// from one that is dropped because its context ends.
class hand_over
{
public:
    explicit hand_over(operation* op) noexcept : op_(op), before_(std::exchange(latest(), this)) {}
    hand_over(hand_over const&) = delete;
    hand_over& operator=(hand_over const&) = delete;
    ~hand_over() { latest() = before_; }

    bool came_back() const noexcept { return came_back_; }

    /// @return true if this thread hands `op` over: it is its own again
    static bool comes_back(operation* op) noexcept
    {
        if (!is_taken(op)) return false;
        latest()->came_back_ = true;
        return true;
    }
    /// @brief `op` runs; its address may stand for another one soon.
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

/// The operation together with its caller's handler: one allocation a call, from the handler's own
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
        // Before the start, since the completion may run at once on another thread.
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
        // On the channel's own executor the caller is inside one of its handlers whenever
        // `may_run_now`, so that dispatch would call straight through, at more cost.
        if (!work_) {
            if (may_run_now) {
                complete();
                return true;
            }
            return hand_to([&](completion&& c) { asio::post(channel_->executor(), std::move(c)); });
        }
        // The guard stays until the executor has been let go of here: the caller's context may be
        // gone as soon as its last handler has run.
        auto const work = *work_;
        return hand_to([&](completion&& c) {
            handler_executor const& executor = work.get_executor();
            if (may_run_now)
                asio::dispatch(executor, std::move(c));
            else if constexpr (requires { asio::post(executor, std::move(c)); })
                asio::post(executor, std::move(c));
            else  // it runs all functions at once, so not before the channel's executor says so
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
        // The guard on the caller's executor costs a little; most callers live on the channel's.
        auto const executor = asio::get_associated_executor(handler_, io_executor());
        if (!is_channels(executor)) work_.emplace(executor);
    }
    ~handler_operation() = default;

    /// An empty one stands for a handler that has none, and so runs on the channel's.
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
        // All that the caller needs leaves the operation first, so that its memory serves the next
        // one.
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

    /// @return false if the executor had no memory for it; the operation is here still
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
        if (attempt.came_back()) destroy();  // the context is gone, or going
        return true;
    }

    channel_ptr channel_;
    std::optional<asio::executor_work_guard<handler_executor>> work_;
    value_of<T> value_{};
    Handler handler_;
};

template <class T, class Signature>
struct initiation
{
    using executor_type = channel::executor_type;

    /// For adapters with a timer of their own, `cancel_after` for one.
    executor_type get_executor() const noexcept { return to->executor(); }

    /// The call's own, which outlives this: Asio keeps both together.
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
auto launch(bound_call<T>&& p, Token&& token) -> decltype(asio::async_initiate<Token, Signature>(
    initiation<T, Signature>{p.to.get()}, token, std::move(p)
))
{
    channel const* const to = p.to.get();
    return asio::async_initiate<Token, Signature>(
        initiation<T, Signature>{to}, token, std::move(p)
    );
}

template <class Token>
inline constexpr bool is_use_awaitable = false;
template <class Executor>
inline constexpr bool is_use_awaitable<asio::use_awaitable_t<Executor>> = true;

template <class Raw>
using token_within = std::conditional_t<
    std::is_const_v<std::remove_reference_t<Raw>>,
    typename std::remove_cvref_t<Raw>::token_type const,
    typename std::remove_cvref_t<Raw>::token_type>;

/// Whether `as_result(…)` stands somewhere in a token: all adapters around it see the result then.
template <class Token>
inline constexpr bool sees_result = false;
template <class Token>
inline constexpr bool sees_result<as_result_token<Token>> = true;
template <template <class...> class Adapter, class... Parts>
inline constexpr bool sees_result<Adapter<Parts...>> =
    (sees_result<std::remove_cvref_t<Parts>> || ...);

/// What a call without a token is begun as, once its token is known.
template <class T, class Token>
using thrown_or_whole = std::conditional_t<
    sees_result<std::remove_cvref_t<Token>>,
    typename signatures<T>::whole,
    typename signatures<T>::thrown>;

/// Whether a signature is one that such a token can have: of a call, or what an adapter made of it.
template <class Type>
inline constexpr bool brings_result = false;
template <class T>
inline constexpr bool brings_result<result<T>> = true;
template <class T>
inline constexpr bool brings_result<std::tuple<T>> = brings_result<T>;
template <class T>
inline constexpr bool brings_result<void(T)> = brings_result<T>;

/// Whether a coroutine awaits the call by this token, and is to see the whole failure.
template <class Token>
inline constexpr bool awaits = is_use_awaitable<Token>;
/// `cancel_after(5s)`: an adapter whose token is still to come.
template <class Token>
inline constexpr bool lacks_token = false;
template <class Adapter, class Token>
auto adapt(Adapter const& a, Token&& token)
{
    return a(std::forward<Token>(token));
}
#if BOOST_VERSION >= 108600
template <class Token, class Clock, class Traits>
inline constexpr bool awaits<asio::cancel_after_t<Token, Clock, Traits>> = awaits<Token>;
template <class Token, class Clock, class Traits>
inline constexpr bool awaits<asio::cancel_at_t<Token, Clock, Traits>> = awaits<Token>;
template <class Token, class Clock, class Traits, class Executor>
inline constexpr bool awaits<asio::cancel_after_timer<Token, Clock, Traits, Executor>> =
    awaits<Token>;
template <class Token, class Clock, class Traits, class Executor>
inline constexpr bool awaits<asio::cancel_at_timer<Token, Clock, Traits, Executor>> = awaits<Token>;

template <class Clock, class Traits>
inline constexpr bool lacks_token<asio::partial_cancel_after<Clock, Traits>> = true;
template <class Clock, class Traits>
inline constexpr bool lacks_token<asio::partial_cancel_at<Clock, Traits>> = true;
template <class Clock, class Traits, class Executor>
inline constexpr bool lacks_token<asio::partial_cancel_after_timer<Clock, Traits, Executor>> = true;
template <class Clock, class Traits, class Executor>
inline constexpr bool lacks_token<asio::partial_cancel_at_timer<Clock, Traits, Executor>> = true;

/// Asio (1.36 at least) forgets the timer here.
template <class Clock, class Traits, class Executor, class Token>
auto adapt(asio::partial_cancel_after_timer<Clock, Traits, Executor> const& a, Token&& token)
{
    return asio::cancel_after_timer<std::decay_t<Token>, Clock, Traits, Executor>(
        std::forward<Token>(token), a.timer_, a.timeout_, a.cancel_type_
    );
}
#endif

template <class Token>
struct executor_of;
template <class Executor>
struct executor_of<asio::use_awaitable_t<Executor>>
{
    using type = Executor;
};

}  // namespace detail

/// @brief What a call without a token gives: `co_await` it in any `asio::awaitable`. It yields T or
/// throws `cohub::error`. Nothing has begun before that; a dropped one never begins.
template <class T>
class [[nodiscard("co_await it, or pass a completion token")]] pending
{
public:
    explicit pending(bound_call<T> && p) : call_(std::move(p)) {}
    pending(channel_ptr c, request && r) : call_(std::move(c), std::move(r)) {}
    pending(pending &&) = default;
    pending(pending const&) = delete;

    /// For Asio's own use: makes this an asynchronous operation.
    template <class Token>
    auto operator()(Token&& token)&&->decltype(detail::launch<T, detail::thrown_or_whole<T, Token>>(
        std::declval<bound_call<T>>(), std::forward<Token>(token)
    ))
    {
        return detail::launch<T, detail::thrown_or_whole<T, Token>>(
            std::move(call_), std::forward<Token>(token)
        );
    }

    /// @brief For `cohub::wait`: what is to be begun.
    bound_call<T> take()&& { return std::move(call_); }

private:
    bound_call<T> call_;
};

/// @brief The same with `cohub::as_result`: yields `result<T>` and does not throw.
template <class T>
class [[nodiscard("co_await it")]] pending_result
{
public:
    explicit pending_result(bound_call<T> && p) : call_(std::move(p)) {}
    pending_result(pending_result &&) = default;
    pending_result(pending_result const&) = delete;

    template <class Token>
    auto
    operator()(Token&& token)&&->decltype(detail::launch<T, typename detail::signatures<T>::whole>(
        std::declval<bound_call<T>>(), std::forward<Token>(token)
    ))
    {
        return detail::launch<T, typename detail::signatures<T>::whole>(
            std::move(call_), std::forward<Token>(token)
        );
    }

    /// @brief For `cohub::wait`: what is to be begun.
    bound_call<T> take()&& { return std::move(call_); }

private:
    bound_call<T> call_;
};

/// @brief A call with `cancel_after(…)` or the like, whose token is still to come: `co_await` it.
template <class T, class Adapter>
class [[nodiscard("co_await it")]] pending_adapted
{
public:
    pending_adapted(bound_call<T> && p, Adapter a) : call_(std::move(p)), adapter_(std::move(a)) {}
    pending_adapted(pending_adapted &&) = default;
    pending_adapted(pending_adapted const&) = delete;

    template <class Token>
    auto operator()(Token&& token)&&->decltype(detail::launch<T, detail::thrown_or_whole<T, Token>>(
        std::declval<bound_call<T>>(),
        detail::adapt(std::declval<Adapter const&>(), std::forward<Token>(token))
    ))
    {
        return detail::launch<T, detail::thrown_or_whole<T, Token>>(
            std::move(call_), detail::adapt(adapter_, std::forward<Token>(token))
        );
    }

private:
    bound_call<T> call_;
    Adapter adapter_;
};

namespace detail {

/// `asio::use_awaitable` would turn the code into a bare system_error; this keeps the whole
/// failure.
template <class T, class Executor>
asio::awaitable<T, Executor> as_awaitable(pending<T> p)
{
    co_return co_await std::move(p);
}

}  // namespace detail

/// @brief Ends every typed call: `()`, `(token)`, `(call_options)` or `(call_options, token)`.
template <class T>
auto initiate(channel_ptr to, request&& r)
{
    return pending<T>(std::move(to), std::move(r));
}
template <class T, class... Args>
auto initiate(channel_ptr to, request&& r, Args&&... args)
{
    return initiate(bound_call<T>(std::move(to), std::move(r)), std::forward<Args>(args)...);
}
template <class T>
auto initiate(bound_call<T>&& p)
{
    return pending<T>(std::move(p));
}
template <class T, class Token>
auto initiate(bound_call<T>&& p, Token&& token)
{
    using plain = std::remove_cvref_t<Token>;
    if constexpr (std::is_same_v<plain, call_options>) {
        p.req.options = token;
        return pending<T>(std::move(p));
    } else if constexpr (std::is_same_v<plain, as_result_t>)
        return pending_result<T>(std::move(p));
    else if constexpr (detail::lacks_token<plain>)
        return pending_adapted<T, plain>(std::move(p), std::forward<Token>(token));
    else if constexpr (detail::sees_result<plain>)
        return detail::launch<T, typename detail::signatures<T>::whole>(
            std::move(p), std::forward<Token>(token)
        );
    else if constexpr (detail::is_use_awaitable<plain>)
        return detail::as_awaitable<T, typename detail::executor_of<plain>::type>(
            pending<T>(std::move(p))
        );
    else if constexpr (detail::awaits<plain>)
        return detail::launch<T, typename detail::signatures<T>::thrown>(
            std::move(p), std::forward<Token>(token)
        );
    else
        return detail::launch<T, typename detail::signatures<T>::coded>(
            std::move(p), std::forward<Token>(token)
        );
}
template <class T, class Token>
auto initiate(bound_call<T>&& p, call_options const& options, Token&& token)
{
    p.req.options = options;
    return initiate(std::move(p), std::forward<Token>(token));
}

}  // namespace call
}  // namespace cohub

/// A token with `as_result` somewhere in it begins a call whose signature has the result. What is
/// left to do is to hand it on.
template <class Token, class... Signatures>
requires(cohub::call::detail::brings_result<Signatures>&&...
) struct boost::asio::async_result<cohub::as_result_token<Token>, Signatures...>
    : boost::asio::async_result<Token, Signatures...>
{
    template <class Initiation, class Raw, class... Args>
    static auto initiate(Initiation&& initiation, Raw&& raw, Args&&... args)
        -> decltype(boost::asio::async_initiate<
                    cohub::call::detail::token_within<Raw>,
                    Signatures...>(
            std::forward<Initiation>(initiation), raw.token, std::forward<Args>(args)...
        ))
    {
        return boost::asio::async_initiate<cohub::call::detail::token_within<Raw>, Signatures...>(
            std::forward<Initiation>(initiation), raw.token, std::forward<Args>(args)...
        );
    }
};

#if BOOST_VERSION < 108200
namespace boost::asio::detail {

// See boxed, above. The members used are those of the other branches of Asio 1.26.
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
