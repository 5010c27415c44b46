#ifndef COHUB_TRANSPORT_DETAIL_CONNECT_TUNNEL_HPP
#define COHUB_TRANSPORT_DETAIL_CONNECT_TUNNEL_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/http/url.hpp>
#include <cohub/transport/detail/tunnel.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief HTTP CONNECT (RFC 9110, 9.3.6).
class connect_tunnel final : public tunnel
{
public:
    /// @param credentials `name:password`; empty: none
    connect_tunnel(http::origin to, secret credentials)
        : to_(std::move(to)), credentials_(std::move(credentials))
    {
    }

    COHUB_DECL void begin(std::string& out) override;
    COHUB_DECL status
    take(std::string_view in, std::size_t& used, std::string& out, failure& why) override;

    /// Maximum size of a proxy's answer, which is a head.
    static constexpr std::size_t max_head = 32 * 1024;

private:
    failure refusal(int status) const;

    http::origin to_;
    secret credentials_;
    std::string head_;
    std::size_t interim_ = 0;  // bytes of 1xx heads
};

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/connect_tunnel.ipp>
#endif

#endif
