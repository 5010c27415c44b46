#pragma once

#include <boost/json/value.hpp>

#include "message.hpp"

namespace cohub::fake {

/// What Next.js makes of a request's body before a route sees it.
struct next_body
{
    reply refusal;  ///< of a body that does not parse; status 200 if it does
    boost::json::value value;
    /// It is an object, and of a POST: other methods' parameters nobody looks at.
    bool has_members = false;

    /// Null for what JavaScript calls undefined.
    boost::json::value const* member(std::string_view name) const
    {
        return has_members ? value.get_object().if_contains(name) : nullptr;
    }
};

next_body read_next_body(request const& r);

}  // namespace cohub::fake
