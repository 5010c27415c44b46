#ifndef COHUB_JSON_MERGE_HPP
#define COHUB_JSON_MERGE_HPP

/// @file
/// @internal How values become JSON, and JSON becomes values.

#include <cohub/core/config.hpp>

#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::json {

/// @brief Applies the changes of a value to the text from which it was read.
///
/// Everything that the decoder does not know, and everything that did not change, stays byte for
/// byte: unknown members and words, numbers that no type can hold, blanks, the order.
/// @param raw the text that was read; if it is not JSON, or nested deeper than 64, the result is
/// `now`
/// @param before the value that was read, as the library's encoder writes it
/// @param now the present value, as the library's encoder writes it
COHUB_DECL std::string merge(std::string_view raw, std::string_view before, std::string_view now);

/// @brief The text of a value inside JSON; empty if there is none, or if the text is not JSON.
/// @param pointer which value, by RFC 6901, e.g. `/user/name`; the last one of duplicate members
COHUB_DECL std::string_view find(std::string_view text, std::string_view pointer);

/// @brief The text without the blanks around it (the blanks of JSON).
COHUB_DECL std::string_view trimmed(std::string_view text) noexcept;

}  // namespace cohub::inline abi_0_2::json

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/json/impl/merge.ipp>
#endif

#endif
