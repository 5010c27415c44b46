#ifndef COHUB_CALL_COMPLETION_HPP
#define COHUB_CALL_COMPLETION_HPP

#include <cohub/call/as_result.hpp>
#include <cohub/call/detail/initiation.hpp>
#include <cohub/call/operation.hpp>
#include <cohub/core/asio_forward.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/version.hpp>

#include <type_traits>
#include <utility>

namespace cohub::inline abi_0_2::call {

namespace detail {

/// The signature of a call that was made without a token, once its token is known.
template <class T, class Token>
using thrown_or_whole = std::conditional_t<
    sees_result<std::remove_cvref_t<Token>>,
    typename signatures<T>::whole,
    typename signatures<T>::thrown>;

template <class Token>
inline constexpr bool is_use_awaitable = false;
template <class Executor>
inline constexpr bool is_use_awaitable<asio::use_awaitable_t<Executor>> = true;

/// Whether a coroutine awaits the call by this token. It then sees the whole failure.
template <class Token>
inline constexpr bool awaits = is_use_awaitable<Token>;
/// `cancel_after(5s)`: an adapter that has no token yet.
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

/// Asio (1.36 at least) loses the timer in this function.
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

/// @brief What a call without a token returns: `co_await` it in any `asio::awaitable`. It yields T
/// or throws `cohub::error`. The call begins only when it is awaited. If the object is destroyed
/// before that, the call never begins.
template <class T>
class [[nodiscard("co_await it, or pass a completion token")]] pending
{
public:
    /// @internal
    explicit pending(bound_call<T> && p) : call_(std::move(p)) {}
    /// @internal
    pending(channel_ptr c, request && r) : call_(std::move(c), std::move(r)) {}
    pending(pending &&) = default;
    pending(pending const&) = delete;

    /// For Asio: makes this an asynchronous operation.
    /// @internal
    template <class Token>
    auto operator()(Token&& token)&&->decltype(detail::launch<T, detail::thrown_or_whole<T, Token>>(
        std::declval<bound_call<T>>(), std::forward<Token>(token)
    ))
    {
        return detail::launch<T, detail::thrown_or_whole<T, Token>>(
            std::move(call_), std::forward<Token>(token)
        );
    }

    /// @brief For `cohub::wait`: the call that has to begin.
    /// @internal
    bound_call<T> take()&& { return std::move(call_); }

private:
    bound_call<T> call_;
};

/// @brief The same for a call with `cohub::as_result`: yields `result<T>` and does not throw.
template <class T>
class [[nodiscard("co_await it")]] pending_result
{
public:
    /// @internal
    explicit pending_result(bound_call<T> && p) : call_(std::move(p)) {}
    pending_result(pending_result &&) = default;
    pending_result(pending_result const&) = delete;

    /// @internal
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

    /// @brief For `cohub::wait`: the call that has to begin.
    /// @internal
    bound_call<T> take()&& { return std::move(call_); }

private:
    bound_call<T> call_;
};

/// @brief A call with `cancel_after(…)` or a similar adapter that has no token yet: `co_await` it.
template <class T, class Adapter>
class [[nodiscard("co_await it")]] pending_adapted
{
public:
    /// @internal
    pending_adapted(bound_call<T> && p, Adapter a) : call_(std::move(p)), adapter_(std::move(a)) {}
    pending_adapted(pending_adapted &&) = default;
    pending_adapted(pending_adapted const&) = delete;

    /// @internal
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

/// `asio::use_awaitable` would turn the code into a bare system_error. This function keeps the
/// whole failure.
template <class T, class Executor>
asio::awaitable<T, Executor> as_awaitable(pending<T> p)
{
    co_return co_await std::move(p);
}

}  // namespace detail

namespace detail {

inline void take_options(channel_ptr& to, request& r, call_options const& o)
{
    r.options = o;
    if (o.read_carrier() != nullptr) to = to->shared_by_callers(room::reads, o.read_carrier());
}

}  // namespace detail

/// @brief Ends every typed call: `()`, `(token)`, `(call_options)` or `(call_options, token)`.
/// @internal
template <class T>
auto initiate(channel_ptr to, request&& r)
{
    return pending<T>(std::move(to), std::move(r));
}
/// @internal
template <class T, class... Args>
auto initiate(channel_ptr to, request&& r, Args&&... args)
{
    return initiate(bound_call<T>(std::move(to), std::move(r)), std::forward<Args>(args)...);
}
/// @internal
template <class T>
auto initiate(bound_call<T>&& p)
{
    return pending<T>(std::move(p));
}
/// @internal
template <class T, class Token>
auto initiate(bound_call<T>&& p, Token&& token)
{
    using plain = std::remove_cvref_t<Token>;
    if constexpr (std::is_same_v<plain, call_options>) {
        detail::take_options(p.to, p.req, token);
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
/// @internal
template <class T, class Options, class Token>
auto initiate(bound_call<T>&& p, Options const& options, Token&& token)
{
    static_assert(
        std::is_same_v<Options, call_options> &&
            !std::is_same_v<std::remove_cvref_t<Token>, call_options>,
        COHUB_WRONG_TAIL
    );
    detail::take_options(p.to, p.req, options);
    return initiate(std::move(p), std::forward<Token>(token));
}
#undef COHUB_WRONG_TAIL

}  // namespace cohub::inline abi_0_2::call

#endif
