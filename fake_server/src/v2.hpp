#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cocalc.hpp"
#include "message.hpp"
#include "world.hpp"

namespace cohub::inline abi_0_2::fake {

/// A call of API v2, `POST /api/v2/<group>/<name>`. The web server itself handles this route; no
/// hub is behind it.
class v2_call
{
public:
    static bool serves(std::string_view path);

    static void add_names(std::vector<std::string>& to);
    explicit v2_call(request const& r);

    /// `v2.<group>.<name>`, for the journal and the script.
    std::string_view name() const { return name_; }
    bool is_routed() const { return route_ != nullptr; }

    /// Runs the call when the web server works. Changes the world if the route does.
    void run(world& w, bridge how, reply& out);

    struct route;

private:
    request const& request_;
    std::string name_;
    route const* route_;
};

}  // namespace cohub::inline abi_0_2::fake
