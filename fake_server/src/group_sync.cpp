// The hub's `sync` group.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <limits>

#include "call.hpp"
#include "projects.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

std::string history(call& c)
{
    project_row const& p = require_project(c, "user must be collaborator on source project");
    auto const bound = [&](std::string_view name, double otherwise) {
        json::value const* const v = c.option(name);
        return is_nullish(v) ? otherwise : js_number(*v);
    };
    double const first = bound("start_seq", 0);
    double const last = bound("end_seq", std::numeric_limits<double>::infinity());
    json::array patches;
    auto const at = p.edits.find(std::string(text_option(c, "path").value_or("")));
    if (at != p.edits.end()) {
        std::int64_t seq = 0;
        json::array parents;
        for (edit_row const& e : at->second) {
            ++seq;
            auto const n = static_cast<double>(seq);
            if (n >= first && n <= last) {
                patches.push_back(json::object{
                    {"seq", seq},
                    {"time", e.time},
                    {"mesg",
                     {{"time", e.time},
                      {"wall", e.time},
                      {"patch", e.patch},
                      {"user_id", 0},
                      {"parents", parents}}}});
            }
            parents = json::array{e.time};
        }
    }
    return js_json(json::object{{"patches", std::move(patches)}, {"info", json::object()}});
}

}  // namespace

method_list sync_group()
{
    static constexpr method methods[] = {{"sync.history", shape::options, history}};
    return methods;
}

}  // namespace cohub::inline abi_0_2::fake
