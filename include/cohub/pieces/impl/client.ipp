#ifndef COHUB_PIECES_IMPL_CLIENT_IPP
#define COHUB_PIECES_IMPL_CLIENT_IPP

#include <cohub/pieces/client.hpp>
#include <cohub/pieces/discover.hpp>
#include <cohub/streams/websocket.hpp>

#include <cstdlib>
#include <optional>
#include <utility>

namespace cohub::inline abi_0_2::pieces {

namespace detail {

/// A request contains a whole profile. It may be larger than the largest request to a hub.
inline constexpr std::size_t max_profile = 16 * 1024 * 1024;

inline std::string checked_application(std::string const& id)
{
    application_field(id);
    return id;
}

inline options&& checked(options& o)
{
    if (o.host.empty())
        throw error(failure(
            errc::invalid_argument,
            "options: host is empty; use pieces::discover, or set PIECES_HOST for "
            "options::from_env()"
        ));
    return std::move(o);
}

}  // namespace detail

COHUB_DECL options::options() : options(std::string()) {}
COHUB_DECL options::options(std::string host_url, secret access_token)
    : cohub::options(std::move(host_url), std::move(access_token))
{
    limits.max_request = detail::max_profile;
}
COHUB_DECL options options::from_env()
{
    options o;
    auto const read = [](char const* name) -> std::string {
        char const* const value = std::getenv(name);
        return value == nullptr ? "" : value;
    };
    o.host = read("PIECES_HOST");
    o.api_key = secret(read("PIECES_ACCESS_TOKEN"));
    o.application_id = read("PIECES_APPLICATION_ID");
    o.tls.ca_file = read("SSL_CERT_FILE");
    return o;
}

COHUB_DECL client::client(boost::asio::any_io_executor const& executor, options o)
    : front_door(executor, detail::checked(o), transport::key_use::optional),
      application_id_(detail::checked_application(o.application_id))
{
}

COHUB_DECL client::client(options o)
    : front_door(detail::checked(o), transport::key_use::optional),
      application_id_(detail::checked_application(o.application_id))
{
}

COHUB_DECL user_api client::user() const
{
    auto open = [beside = client_.client()](
                    streams::stream_request&& how, std::optional<discover_options> const& rediscover
                ) {
        if (rediscover) how.relocate = detail::by_discovery(beside->executor(), *rediscover);
        return streams::websocket::make(*beside, std::move(how));
    };
    return user_api(client_.channel(), application_id_, std::move(open));
}

}  // namespace cohub::inline abi_0_2::pieces

#endif
