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
/// `host` is empty by default, because Pieces OS has no fixed port any more; see
/// `pieces::discover`. `api_key` is the OAuth access token. It may be empty. Only `select_user`
/// sends it.
struct options : cohub::options
{
    COHUB_DECL options();
    /// @param host_url for `host`, for example `discovered::base_url`
    /// @param access_token for `api_key`
    COHUB_DECL explicit options(std::string host_url, secret access_token = {});

    /// The id that the application got from `POST /connect`. It is sent as `X-Application-ID`.
    /// Empty: no id.
    std::string application_id;

    /// @brief Reads the environment variables `PIECES_HOST`, `PIECES_ACCESS_TOKEN`,
    /// `PIECES_APPLICATION_ID` and `SSL_CERT_FILE`.
    ///
    /// If a variable is not set, the option is empty, as by default.
    COHUB_DECL static options from_env();
};

/// @brief A client of the Pieces OS on this machine.
///
///     auto const found = co_await cohub::pieces::discover(io);
///     cohub::pieces::client pieces(io, cohub::pieces::options(found.base_url));
///     auto const now = co_await pieces.user().user_snapshot();
///
/// @par Thread safety
/// Any thread may make calls. A call completes on the caller's executor. With `threading::single`,
/// only one thread at a time may use the client.
/// @par Lifetime
/// When the client is destroyed, the calls under way complete with `errc::client_closed`. The
/// destructor does not wait for them. The client must be destroyed before the executor's context,
/// unless a coroutine that the context owns holds the client. `io_context::run()` can return while
/// there are idle connections, or streams without a waiting `next()`.
/// @par Cancellation
/// `terminal` and `partial` end a call at any stage. If bytes were sent, the connection of the call
/// is closed. `total` ends a call only if nothing was sent yet, or if the call only reads.
class client : public transport::front_door
{
public:
    /// @brief Makes the client; it does not connect yet.
    /// @throws cohub::error errc::invalid_argument if an option is wrong; the text says which
    /// option, and why
    COHUB_DECL client(boost::asio::any_io_executor const& executor, options o);
    /// @brief The same for an object that has an executor, for example `asio::io_context` or
    /// `asio::thread_pool`.
    template <executor_source Source>
    client(Source& source, options o) : client(source.get_executor(), std::move(o))
    {
    }
    /// @brief Makes a client with its own thread; see `hub`. When the client is destroyed, its
    /// streams end.
    COHUB_DECL explicit client(options o);

    /// @brief The user, with the profile and the sign-in.
    COHUB_DECL user_api user() const;

private:
    std::string application_id_;
};

}  // namespace cohub::inline abi_0_2::pieces

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/pieces/impl/client.ipp>
#endif

#endif
