#ifndef COHUB_COCALC_EXPECTED_DURATION_HPP
#define COHUB_COCALC_EXPECTED_DURATION_HPP

/// @file
/// @internal What the methods are made of.

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/json/seconds.hpp>

#include <optional>

namespace cohub::inline abi_0_2::cocalc {

/// @brief Lets a method that waits for work take `limit`, if there is one: the server is told, and
/// the call's own deadline gives way. A limit that is not above zero is refused.
COHUB_DECL void expect_duration(call::request& req, std::optional<json::seconds> limit);

}  // namespace cohub::inline abi_0_2::cocalc

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/expected_duration.ipp>
#endif

#endif
