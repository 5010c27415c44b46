#pragma once

#include <boost/json/value.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "message.hpp"
#include "world.hpp"

namespace cohub::inline abi_0_2::fake {

/// What the web server between client and hub does with a call.
enum class bridge
{
    works,
    no_subscriber,
    timed_out
};

struct call;
struct method;

/// The two endpoints of CoCalc's API as the web route sees them: it parses, authenticates and
/// passes on.
class cocalc_call
{
public:
    /// Whether this path belongs to one of them.
    static bool serves(std::string_view path);

    /// Adds the names of all calls that exist.
    static void add_names(std::vector<std::string>& to);

    explicit cocalc_call(request const& r);

    /// The `name` of the call if it has one; for the journal and the script.
    std::string_view name() const { return name_; }
    /// How long the route waits for the hub.
    std::chrono::milliseconds timeout() const;

    /// How long the caller would have waited for the function.
    std::chrono::milliseconds spent() const { return spent_; }

    /// Runs the call. Changes the world if the function does.
    void run(world& w, bridge how, reply& out);

private:
    std::string authenticate(world& w);
    std::string run_hub(world& w, bridge how);
    std::string run_project(world& w, bridge how);
    std::string invoke(method const& m, call& c, std::string_view subject);
    std::string bridge_error(std::string_view subject, bridge how) const;
    void check_timeout(std::string_view subject) const;
    boost::json::value const* parameter(std::string_view member) const;
    boost::json::array& arguments();

    request const& request_;
    bool project_;
    reply refusal_;  ///< for a body that does not parse; status 200 if it parses
    boost::json::value body_;
    bool has_members_ = false;  ///< the body is an object, and the method allows a body
    std::string name_;
    principal caller_;
    std::chrono::milliseconds spent_{0};
    boost::json::array no_arguments_;
};

/// Fills in a JSON answer as Next.js sends it: with a content type and an ETag, and as 304 if the
/// client has this ETag already.
void answer_json(request const& r, std::string text, reply& out);
void answer_html(int status, std::string_view text, reply& out);

}  // namespace cohub::inline abi_0_2::fake
