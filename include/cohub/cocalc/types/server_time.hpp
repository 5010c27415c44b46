#ifndef COHUB_COCALC_TYPES_SERVER_TIME_HPP
#define COHUB_COCALC_TYPES_SERVER_TIME_HPP

#include <cohub/json/timestamp.hpp>

#include <boost/describe/class.hpp>

#include <string>

namespace cohub::inline abi_0_2 {

/// @brief The result of `ping`.
/// @source cocalc packages/conat/hub/api/system.ts
struct server_now
{
    server_now() = default;

    /// The time on the server's clock.
    sys_ms now{};
};
BOOST_DESCRIBE_STRUCT(server_now, (), (now))

/// @brief The account that the key belongs to; the result of `test`.
struct key_owner
{
    key_owner() = default;

    /// UUID of the account.
    std::string account_id;
    /// The time on the server's clock.
    sys_ms server_time{};
};
BOOST_DESCRIBE_STRUCT(key_owner, (), (account_id, server_time))

}  // namespace cohub::inline abi_0_2

#endif
