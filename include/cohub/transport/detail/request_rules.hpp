#ifndef COHUB_TRANSPORT_DETAIL_REQUEST_RULES_HPP
#define COHUB_TRANSPORT_DETAIL_REQUEST_RULES_HPP

#include <cohub/core/config.hpp>

#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief The problem of a header that a user wants to send, as text; empty if it may be sent.
COHUB_DECL std::string header_problem(std::string_view name, std::string_view value);

/// @brief The problem of an API key that is not empty, as text; empty if it may be sent.
COHUB_DECL std::string key_problem(std::string_view key);

/// @brief Whether a header of this name may contain something confidential: a token, a session,
/// baggage.
COHUB_DECL bool is_confidential(std::string_view name) noexcept;

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/request_rules.ipp>
#endif

#endif
