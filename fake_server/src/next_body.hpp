#pragma once

#include <boost/json/value.hpp>

#include "message.hpp"

namespace cohub::inline abi_0_2::fake {

/// What Next.js makes of the body of a request before a route sees it.
struct next_body
{
    reply refusal;  ///< for a body that does not parse; status 200 if it parses
    boost::json::value value;
    /// The body is an object, and the method is POST. Parameters of other methods are not used.
    bool has_members = false;

    /// Null for JavaScript's undefined.
    boost::json::value const* member(std::string_view name) const
    {
        return has_members ? value.get_object().if_contains(name) : nullptr;
    }
};

next_body read_next_body(request const& r);

}  // namespace cohub::inline abi_0_2::fake
