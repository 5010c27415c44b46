#ifndef COHUB_TRANSPORT_DETAIL_SOCKS_TUNNEL_HPP
#define COHUB_TRANSPORT_DETAIL_SOCKS_TUNNEL_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/http/url.hpp>
#include <cohub/transport/detail/tunnel.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief SOCKS5 (RFC 1928), with a name and password (RFC 1929) if there are any. The proxy looks
/// up the server's name.
class socks_tunnel final : public tunnel
{
public:
    /// @param user 1 to 255 bytes; empty: none
    /// @param password 1 to 255 bytes
    socks_tunnel(http::origin to, std::string user, secret password)
        : to_(std::move(to)), user_(std::move(user)), password_(std::move(password))
    {
    }

    COHUB_DECL void begin(std::string& out) override;
    COHUB_DECL status
    take(std::string_view in, std::size_t& used, std::string& out, failure& why) override;

private:
    enum class step : std::uint8_t
    {
        method,
        credentials,
        way,
    };

    void ask_for_way(std::string& out);
    status judge_way(failure& why) const;

    http::origin to_;
    std::string user_;
    secret password_;
    step step_ = step::method;
    std::string answer_;  // the part that has been received
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/socks_tunnel.ipp>
#endif

#endif
