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

/// @brief The address of Pieces OS.
struct discovered
{
    discovered() = default;

    /// The base URL for `options::host`, for example `http://127.0.0.1:39300`.
    std::string base_url;
    /// The port in `base_url`.
    std::uint16_t port = 0;
    /// How the search found it: `port file <path>`, `scan` or `old port`.
    std::string how;
    /// The failed attempts before, as texts for people.
    std::vector<std::string> tried;
};
BOOST_DESCRIBE_STRUCT(discovered, (), (base_url, port, how, tried))

namespace detail {

/// @brief Makes a channel for one search, so that the search is called like any method.
COHUB_DECL call::channel_ptr make_discovery(
    boost::asio::any_io_executor const& executor, discover_options const& o
);

/// @brief Makes a function for `stream_request::relocate`.
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

/// @brief Finds the Pieces OS on this machine.
///
/// It tries the port in the port file first, then the ports 39300 to 39333, then the ports of old
/// versions. A server that answers `ok` to `/.well-known/health` is Pieces OS.
///
///     auto const found = co_await cohub::pieces::discover(io);
///     cohub::pieces::client pieces(io, cohub::pieces::options(found.base_url));
///
/// @param executor the executor of the search
/// @param options where to search, and for how long
/// @return the address of the first server that answered, and how the search found it
/// @errors errc::connect_failed if the search finds no Pieces OS, with a list of all attempts. If
/// no attempt was possible because there were no file descriptors, `failure::cause` has the
/// system's error code. errc::timeout, with the same list, if the time in `call_options` ended the
/// search; errc::cancelled
/// @retry never: the search tries each address once
/// @par Cancellation
/// A cancellation ends the search at once.
/// @source pieces-os-client-sdk-for-csharp, PiecesApi port discovery
template <class... Args>
auto discover(
    boost::asio::any_io_executor const& executor, discover_options const& options, Args&&... args
)
{
    return detail::discover(executor, options, std::forward<Args>(args)...);
}
/// @brief The same in the default places, for at most 2 s.
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

/// @brief The same for an object that has an executor.
/// @param source the object, for example an `asio::io_context`
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
/// @brief The same for an object that has an executor, in the default places, for at most 2 s.
/// @param source the object, for example an `asio::io_context`
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
