#ifndef COHUB_COCALC_EXPECTED_DURATION_HPP
#define COHUB_COCALC_EXPECTED_DURATION_HPP

/// @file
/// @internal Common parts of the methods.

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/json/seconds.hpp>

#include <optional>

namespace cohub::inline abi_0_2::cocalc {

/// @brief Sets how long a method that waits for work may take, if there is a `limit`.
///
/// The request contains the limit. If neither `call_options` nor `timeout_options::call` sets a
/// time, the call's deadline becomes long enough for the limit. With a limit of zero or less, the
/// call fails with `errc::invalid_argument`.
COHUB_DECL void expect_duration(call::request& req, std::optional<json::seconds> limit);

}  // namespace cohub::inline abi_0_2::cocalc

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/expected_duration.ipp>
#endif

#endif
