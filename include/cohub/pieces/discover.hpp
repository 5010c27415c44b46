#ifndef COHUB_PIECES_DISCOVER_HPP
#define COHUB_PIECES_DISCOVER_HPP

#include <cohub/call/completion.hpp>
#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/pieces/discover_options.hpp>
#include <cohub/transport/client_handle.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/describe/class.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::pieces {

/// @brief Where Pieces OS is.
struct discovered
{
    discovered() = default;

    /// For `options::host`, e.g. `http://127.0.0.1:39300`.
    std::string base_url;
    /// The port in `base_url`.
    std::uint16_t port = 0;
    /// What led there: `port file <path>`, `scan` or `old port`.
    std::string how;
    /// What was tried before, for people.
    std::vector<std::string> tried;
};
BOOST_DESCRIBE_STRUCT(discovered, (), (base_url, port, how, tried))

namespace detail {

/// @brief A search is a channel of its own, so that it is called like any method.
COHUB_DECL call::channel_ptr make_discovery(
    boost::asio::any_io_executor const& executor, discover_options const& o
);

/// @brief For `stream_request::relocate`.
COHUB_DECL std::function<void(std::function<void(std::string)>)> by_discovery(
    boost::asio::any_io_executor const& executor, discover_options const& options
);

template <class... Args>
auto discover(
    boost::asio::any_io_executor const& executor, discover_options const& options, Args&&... args
)
{
    call::request req;
    req.name = "pieces.discover";
    return call::initiate<discovered>(
        call::bound_call<discovered>(make_discovery(executor, options), std::move(req)),
        std::forward<Args>(args)...
    );
}

template <class... Args>
inline constexpr bool has_no_options =
    (!std::is_convertible_v<Args, discover_options const&> && ...);

}  // namespace detail

/// @brief Finds the Pieces OS of this machine: the port in its port file, then one out of 39300 to
/// 39333, then the ports of old versions. Who says `ok` under `/.well-known/health` is it.
///
///     auto const found = co_await cohub::pieces::discover(io);
///     cohub::pieces::client pieces(io, cohub::pieces::options(found.base_url));
///
/// @param executor an executor, or what has one: an io_context say
/// @param options where to look, and for how long; if left out, in the usual places for 2 s
/// @return the first one that answered, and what led there
/// @errors errc::connect_failed if there is none, with all that was tried, and with the system's
/// word in `failure::cause` if file descriptors ran out before anything could be; errc::timeout,
/// with the same list, if it was `call_options` that ended the search early; errc::cancelled
/// @retry never: each address is asked once
/// @par Cancellation
/// Ends the search at once.
/// @source pieces-os-client-sdk-for-csharp, PiecesApi port discovery
template <class... Args>
auto discover(
    boost::asio::any_io_executor const& executor, discover_options const& options, Args&&... args
)
{
    return detail::discover(executor, options, std::forward<Args>(args)...);
}
/// @brief The same in the usual places, for 2 s.
/// @param executor as above
/// @return as above
/// @errors as above
/// @retry never
/// @source as above
template <class... Args>
requires(detail::has_no_options<Args...>) auto discover(
    boost::asio::any_io_executor const& executor, Args&&... args
)
{
    return detail::discover(executor, discover_options(), std::forward<Args>(args)...);
}

/// @brief The same for what has an executor.
/// @param source an io_context say
/// @param options as above
/// @return as above
/// @errors as above
/// @retry never
/// @source as above
template <executor_source Source, class... Args>
auto discover(Source& source, discover_options const& options, Args&&... args)
{
    return detail::discover(source.get_executor(), options, std::forward<Args>(args)...);
}
/// @brief The same for what has an executor, in the usual places, for 2 s.
/// @param source an io_context say
/// @return as above
/// @errors as above
/// @retry never
/// @source as above
template <executor_source Source, class... Args>
requires(detail::has_no_options<Args...>) auto discover(Source& source, Args&&... args)
{
    return detail::discover(source.get_executor(), discover_options(), std::forward<Args>(args)...);
}

}  // namespace cohub::inline abi_0_2::pieces

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/pieces/impl/discover.ipp>
#endif

#endif
