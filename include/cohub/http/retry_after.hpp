#ifndef COHUB_HTTP_RETRY_AFTER_HPP
#define COHUB_HTTP_RETRY_AFTER_HPP

/// @file
/// @internal HTTP as the transport reads it.

#include <cohub/core/config.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace cohub::inline abi_0_2::http {

/// @brief Reads a Retry-After value: whole seconds, or an HTTP date in any of its three formats.
/// @return seconds from `now`, 0 for a date in the past, at most ten years; nothing if the text is
/// neither (RFC 9110, 10.2.3)
COHUB_DECL std::optional<std::chrono::seconds> parse_retry_after(
    std::string_view text, std::chrono::system_clock::time_point now
) noexcept;

}  // namespace cohub::inline abi_0_2::http

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/http/impl/retry_after.ipp>
#endif

#endif
