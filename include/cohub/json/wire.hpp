#ifndef COHUB_JSON_WIRE_HPP
#define COHUB_JSON_WIRE_HPP

/// @file
/// @internal How values become JSON, and JSON becomes values.

#include <string_view>

namespace cohub::inline abi_0_2::json {

/// @brief How a member of a described struct stands on the wire, where that is not plain.
///
/// A type says so in one constexpr function beside its description, found by argument-dependent
/// lookup: `constexpr json::wire wire_of(user const*, std::string_view member)`. Without one, the
/// member's name is the wire's, less a trailing underscore.
struct wire
{
    /// The name on the wire; empty: the member's own.
    std::string_view name = {};
    /// A value of another type counts as null (the server is known to leak such values).
    bool lenient = false;
    /// A time is ISO 8601 text here and not milliseconds since 1970.
    bool iso_time = false;
    /// May be left out although its type is not optional; then it keeps its default.
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
