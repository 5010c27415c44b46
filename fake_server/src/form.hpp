#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::fake {

/// A body of the type application/x-www-form-urlencoded, in Express's extended syntax: `a=1&a=2`
/// and `a[]=1` make lists, `a[b]=1` makes an object. Everything else is text.
boost::json::object parse_form(std::string_view body);

/// A part of a path with its escapes resolved.
std::string percent_decoded(std::string_view path);

}  // namespace cohub::inline abi_0_2::fake
