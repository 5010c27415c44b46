#ifndef COHUB_PIECES_CLIENT_HPP
#define COHUB_PIECES_CLIENT_HPP

#include <cohub/core/config.hpp>
#include <cohub/pieces/discover.hpp>
#include <cohub/pieces/user.hpp>
#include <cohub/transport/front_door.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <string>

namespace cohub::inline abi_0_2::pieces {

/// @brief How a client connects to Pieces OS.
///
/// `host` is empty at first: Pieces OS has no port of its own any more, see `pieces::discover`.
/// `api_key` is the OAuth access token; `select_user` alone sends it, and it may be empty.
struct options : cohub::options
{
    COHUB_DECL options();
    /// @param host_url for `host`, e.g. `discovered::base_url`
    /// @param access_token for `api_key`
    COHUB_DECL explicit options(std::string host_url, secret access_token = {});

    /// What `POST /connect` gave the application; sent as `X-Application-ID`. Empty: none.
    std::string application_id;

    /// @brief Reads `PIECES_HOST`, `PIECES_ACCESS_TOKEN`, `PIECES_APPLICATION_ID` and
    /// `SSL_CERT_FILE`; what is not set keeps its default.
    COHUB_DECL static options from_env();
};

/// @brief Pieces OS, as it runs on this machine.
///
///     auto const found = co_await cohub::pieces::discover(io);
///     cohub::pieces::client pieces(io, cohub::pieces::options(found.base_url));
///     auto const now = co_await pieces.user().user_snapshot();
///
/// @par Thread safety
/// Calls may be made from any thread, and complete on the caller's executor. With
/// `threading::single` all use must be by one thread at a time.
/// @par Lifetime
/// When it is destroyed, calls that are under way complete with `errc::client_closed`; the
/// destructor does not wait. It must be destroyed before the executor's context, unless a coroutine
/// that the context owns holds it. Idle connections do not keep `io_context::run()` from returning,
/// nor do streams while nobody waits in `next()`.
/// @par Cancellation
/// `terminal` and `partial` end a call at any stage; its connection is closed if bytes were sent.
/// `total` does so only while nothing was sent or the call only reads.
class client : public transport::front_door
{
public:
    /// @brief Connects nowhere yet.
    /// @throws cohub::error errc::invalid_argument if an option is wrong; its text says which and
    /// why
    COHUB_DECL client(boost::asio::any_io_executor const& executor, options o);
    /// @brief The same for what has an executor, `asio::io_context` or `asio::thread_pool` say.
    template <executor_source Source>
    client(Source& source, options o) : client(source.get_executor(), std::move(o))
    {
    }
    /// @brief With a thread of its own; see `hub`. Streams end with it.
    COHUB_DECL explicit client(options o);

    /// @brief The user, their profile and sign-in.
    COHUB_DECL user_api user() const;

private:
    std::string application_id_;
};

}  // namespace cohub::inline abi_0_2::pieces

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/pieces/impl/client.ipp>
#endif

#endif
