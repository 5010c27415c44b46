#ifndef COHUB_TRANSPORT_DETAIL_BODY_EXCERPT_HPP
#define COHUB_TRANSPORT_DETAIL_BODY_EXCERPT_HPP

#include <cohub/core/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief The beginning of a body, for people: at most `max` bytes, with control characters
/// escaped. JSON members whose name suggests a credential have the value `"***"`.
COHUB_DECL std::string body_excerpt(std::string_view body, std::size_t max);

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/body_excerpt.ipp>
#endif

#endif
