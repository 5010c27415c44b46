#ifndef COHUB_COCALC_IMPL_TAKES_IPP
#define COHUB_COCALC_IMPL_TAKES_IPP

#include <cohub/cocalc/takes.hpp>

#include <chrono>

namespace cohub::cocalc {

COHUB_DECL void may_take(call::request& req, std::optional<json::seconds> limit)
{
    if (!limit) return;
    if (limit->value.count() <= 0) req.problem = "a timeout must be above zero";
    req.takes = std::chrono::ceil<std::chrono::milliseconds>(limit->value);
}

}  // namespace cohub::cocalc

#endif
