#ifndef COHUB_CALL_ANSWER_HPP
#define COHUB_CALL_ANSWER_HPP

/// @file
/// @internal How a call is carried out.

#include <cohub/call/operation.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/http/response_parser.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace cohub::inline abi_0_2::call {

/// @brief Turns a complete response into the call's value, or into a failure.
/// @param wall the wall time, needed for a Retry-After that names a date
COHUB_DECL std::optional<failure> read_answer(
    operation& op, http::response_parser const& answer, std::chrono::system_clock::time_point wall
);

/// @brief Turns a body, or one message of a stream, into the call's value.
/// @param content_type for error messages; may be empty
COHUB_DECL std::optional<failure> read_value(
    operation& op, std::string_view body, std::string_view content_type
);

}  // namespace cohub::inline abi_0_2::call

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/call/impl/answer.ipp>
#endif

#endif
