#ifndef COHUB_JSON_MERGE_HPP
#define COHUB_JSON_MERGE_HPP

/// @file
/// @internal How values become JSON, and JSON becomes values.

#include <cohub/core/config.hpp>

#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::json {

/// @brief Carries what changed of a value over to the text that it was read from.
///
/// All that the decoder does not know, and all that is as it was, stays byte for byte: unknown
/// members and words, numbers beyond any type, blanks, the order.
/// @param raw what was read; if it is no JSON, or deeper than 64, `now` is returned
/// @param before what was read, as our encoder writes it
/// @param now what it is now, as our encoder writes it
COHUB_DECL std::string merge(std::string_view raw, std::string_view before, std::string_view now);

/// @brief The text of a value inside JSON; empty if there is none, or if the text is no JSON.
/// @param pointer which one, by RFC 6901, e.g. `/user/name`; of duplicate members the last one
COHUB_DECL std::string_view find(std::string_view text, std::string_view pointer);

/// @brief Without the blanks of JSON around it.
COHUB_DECL std::string_view trimmed(std::string_view text) noexcept;

}  // namespace cohub::inline abi_0_2::json

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/json/impl/merge.ipp>
#endif

#endif
