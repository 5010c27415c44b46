#pragma once

#include <boost/json/object.hpp>

#include <string_view>

namespace cohub::fake {

/// A body of the type application/x-www-form-urlencoded, in Express's extended syntax: `a=1&a=2`
/// and `a[]=1` make lists, `a[b]=1` an object. All else is text.
boost::json::object parse_form(std::string_view body);

}  // namespace cohub::fake
