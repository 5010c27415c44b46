#ifndef COHUB_COCALC_IMPL_EXPECTED_DURATION_IPP
#define COHUB_COCALC_IMPL_EXPECTED_DURATION_IPP

#include <cohub/cocalc/expected_duration.hpp>

#include <chrono>

namespace cohub::inline abi_0_2::cocalc {

COHUB_DECL void expect_duration(call::request& req, std::optional<json::seconds> limit)
{
    if (!limit) return;
    if (limit->value.count() <= 0) req.problem = "a timeout must be above zero";
    req.expected_duration = std::chrono::ceil<std::chrono::milliseconds>(limit->value);
}

}  // namespace cohub::inline abi_0_2::cocalc

#endif
