#ifndef COHUB_CALL_AS_RESULT_HPP
#define COHUB_CALL_AS_RESULT_HPP

#include <cohub/core/error.hpp>

#include <boost/asio/async_result.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace cohub::inline abi_0_2 {

/// @brief `as_result(token)`: wraps a token, which then sees one `cohub::result<T>`.
template <class Token>
struct as_result_token
{
    /// The token's own type.
    using token_type = Token;

    /// The token that sees the result.
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

    /// @brief The same for `token`.
    template <class Token>
    constexpr as_result_token<std::decay_t<Token>> operator()(Token&& token) const
    {
        return {std::forward<Token>(token)};
    }
};
/// The token itself; see `as_result_t`.
inline constexpr as_result_t as_result{};

namespace call::detail {

template <class Raw>
using token_within = std::conditional_t<
    std::is_const_v<std::remove_reference_t<Raw>>,
    typename std::remove_cvref_t<Raw>::token_type const,
    typename std::remove_cvref_t<Raw>::token_type>;

/// Whether `as_result(…)` is somewhere in a token. All adapters around it then see the result.
template <class Token>
inline constexpr bool sees_result = false;
template <class Token>
inline constexpr bool sees_result<as_result_token<Token>> = true;
template <template <class...> class Adapter, class... Parts>
inline constexpr bool sees_result<Adapter<Parts...>> =
    (sees_result<std::remove_cvref_t<Parts>> || ...);

/// Whether a signature is possible for such a token: that of a call, or what an adapter made of it.
template <class Type>
inline constexpr bool brings_result = false;
template <class T>
inline constexpr bool brings_result<result<T>> = true;
template <class T>
inline constexpr bool brings_result<std::tuple<T>> = brings_result<T>;
template <class T>
inline constexpr bool brings_result<void(T)> = brings_result<T>;

}  // namespace call::detail
}  // namespace cohub::inline abi_0_2

/// A token that contains `as_result` starts a call whose signature has the result. This
/// specialization only passes the inner token on.
template <class Token, class... Signatures>
requires(cohub::call::detail::brings_result<Signatures>&&...
) struct boost::asio::async_result<cohub::as_result_token<Token>, Signatures...>
    : boost::asio::async_result<Token, Signatures...>
{
    template <class Initiation, class Raw, class... Args>
    // NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): async_initiate takes lvalues
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

#endif
