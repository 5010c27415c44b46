#ifndef COHUB_TRANSPORT_DETAIL_TUNNEL_HPP
#define COHUB_TRANSPORT_DETAIL_TUNNEL_HPP

#include <cohub/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief The dialogue with a proxy on a new connection, until the connection leads to the server.
/// Without I/O.
class tunnel
{
public:
    enum class status : std::uint8_t
    {
        /// More bytes of the proxy are needed.
        waits,
        /// From now on, all bytes come from the server.
        stands,
        refused,
    };

    tunnel() = default;
    tunnel(tunnel const&) = delete;
    tunnel& operator=(tunnel const&) = delete;
    virtual ~tunnel() = default;

    /// @brief Appends the first bytes for the proxy to `out`.
    virtual void begin(std::string& out) = 0;
    /// @brief Takes received bytes, and appends the next bytes for the proxy to `out`.
    /// @param used how many bytes of `in` belong to the proxy
    /// @param why set if `refused`
    virtual status take(std::string_view in, std::size_t& used, std::string& out, failure& why) = 0;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
