#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "world.hpp"

namespace cohub::inline abi_0_2::fake {

/// A failure as the hub reports it: `{"error": what}`, prefix included.
class call_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// `throw Error(text)` in a function of the hub.
[[noreturn]] inline void fail(std::string const& text) { throw call_error("Error: " + text); }
[[noreturn]] inline void type_error(std::string const& text)
{
    throw call_error("TypeError: " + text);
}
/// PostgreSQL's own complaint.
[[noreturn]] inline void database_error(std::string const& text)
{
    throw call_error("error: " + text);
}

/// What a hub function sees. The world is locked.
struct call
{
    fake::world& world;
    std::string_view name;        ///< as sent
    std::string_view account_id;  ///< the caller
    std::string_view project_id;  ///< of a call to a project
    boost::json::array& args;
    /// How long the function says it takes. Nobody waits for it: the route compares it with its
    /// timeout.
    std::chrono::milliseconds takes{0};
    /// How long the route waits.
    std::chrono::milliseconds patience{15'000};

    /// `args[i]`, or null for what JavaScript calls undefined.
    boost::json::value const* arg(std::size_t i) const;
    /// A member of the options object `args[0]`; null when it is absent.
    boost::json::value const* option(std::string_view member) const;
};

/// @return the result as JSON text
using hub_function = std::string (*)(call&);

enum class shape
{
    positional,  ///< arguments in the order of the call
    options      ///< one object, to which the caller's account_id is added
};

struct method
{
    std::string_view name;
    shape args;
    hub_function function;
};

/// What JavaScript makes of a value; null stands for undefined.
bool is_truthy(boost::json::value const* v);
bool is_nullish(boost::json::value const* v);
std::string js_string(boost::json::value const* v);
double js_number(boost::json::value const& v);
/// As JSON.stringify writes it: 5, where Boost.JSON writes 5E0.
std::string js_json(boost::json::value const& v);
/// The text if the value is a string.
std::optional<std::string_view> text_option(call const& c, std::string_view member);

using method_list = std::span<method const>;

/// The hub's groups, a file each.
method_list system_group();
method_list projects_group();
method_list jupyter_group();
method_list sync_group();
method_list db_group();
/// The functions that a project answers itself.
method_list project_system_group();
method_list project_editor_group();
method_list org_group();
method_list messages_group();
method_list purchases_group();

}  // namespace cohub::inline abi_0_2::fake
