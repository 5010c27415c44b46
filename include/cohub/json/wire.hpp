#ifndef COHUB_JSON_WIRE_HPP
#define COHUB_JSON_WIRE_HPP

/// @file
/// @internal How values become JSON, and JSON becomes values.

#include <string_view>

namespace cohub::inline abi_0_2::json {

/// @brief How a member of a described struct is written on the wire, if that differs from the
/// default.
///
/// A type provides a constexpr function in its namespace, found by argument-dependent lookup:
/// `constexpr json::wire wire_of(user const*, std::string_view member)`. Without it, the name on
/// the wire is the member's name without a trailing underscore.
struct wire
{
    /// The name on the wire; empty: the member's own.
    std::string_view name = {};
    /// A value of another type counts as null (the server is known to send such values by mistake).
    bool lenient = false;
    /// A time is ISO 8601 text here, and not milliseconds since 1970.
    bool iso_time = false;
    /// The member may be absent although its type is not optional; then it keeps its default.
    bool may_be_absent = false;
};

namespace detail {

template <class T>
constexpr wire wire_for(std::string_view member)
{
    wire w;
    if constexpr (requires { wire_of(static_cast<T const*>(nullptr), member); })
        w = wire_of(static_cast<T const*>(nullptr), member);
    if (w.name.empty()) {
        if (!member.empty() && member.back() == '_') member.remove_suffix(1);
        w.name = member;
    }
    return w;
}

}  // namespace detail
}  // namespace cohub::inline abi_0_2::json

#endif
