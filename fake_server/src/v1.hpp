#pragma once

#include <cohub/fake/v1_profile.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "cocalc.hpp"
#include "message.hpp"
#include "world.hpp"

namespace cohub::inline abi_0_2::fake {

/// A call of API v1, `POST /api/v1/<event>`. CoCalc removed it in 2025. Older installations still
/// have it.
class v1_call
{
public:
    static bool serves(std::string_view path);

    static void add_names(std::vector<std::string>& to);
    v1_call(request const& r, v1_profile profile);

    /// `v1.<event>`, for the journal and the script.
    std::string_view name() const { return name_; }
    /// Upstream never routed any method but POST.
    bool is_routed() const { return !is_removed() && request_.method == "POST"; }
    bool is_removed() const { return profile_ == v1_profile::removed; }
    /// The event exists upstream but not here.
    bool missing_here() const { return missing_; }

    /// Runs the call when the bridge works. Changes the world if the event does.
    void run(world& w, bridge how, reply& out);

private:
    bool read_body(reply& out);
    std::string credential() const;
    std::string answer(world& w);

    request const& request_;
    v1_profile profile_;
    std::string name_;
    std::string_view event_;
    boost::json::object fields_;
    bool missing_ = false;
};

}  // namespace cohub::inline abi_0_2::fake
