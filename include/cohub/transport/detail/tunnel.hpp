#ifndef COHUB_TRANSPORT_DETAIL_TUNNEL_HPP
#define COHUB_TRANSPORT_DETAIL_TUNNEL_HPP

#include <cohub/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief What is said to a proxy on a new connection, until it is the server's. Without I/O.
class tunnel
{
public:
    enum class status : std::uint8_t
    {
        /// The proxy has to say more.
        waits,
        /// What comes from now on is the server's.
        stands,
        refused,
    };

    tunnel() = default;
    tunnel(tunnel const&) = delete;
    tunnel& operator=(tunnel const&) = delete;
    virtual ~tunnel() = default;

    /// @brief Appends to `out` what is said first.
    virtual void begin(std::string& out) = 0;
    /// @brief Takes what came, and appends to `out` what is said next.
    /// @param used how much of `in` belongs to the proxy
    /// @param why set if `refused`
    virtual status take(std::string_view in, std::size_t& used, std::string& out, failure& why) = 0;
};

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
