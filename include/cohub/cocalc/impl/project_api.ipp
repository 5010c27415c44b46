#ifndef COHUB_COCALC_IMPL_PROJECT_API_IPP
#define COHUB_COCALC_IMPL_PROJECT_API_IPP

#include <cohub/cocalc/project_api.hpp>

namespace cohub::inline abi_0_2 {

COHUB_DECL void project_api::describe(
    call::request& req, json::writer& w, std::string_view name, boost::json::value const& args
)
{
    req.name.assign(name);
    req.body = "{\"name\":";
    w.text(name);
    w.raw(",\"args\":[");
    if (auto const* const several = args.if_array()) {
        bool first = true;
        for (auto const& one : *several) {
            if (!first) w.raw(",");
            first = false;
            w.value(one);
        }
    } else if (!args.is_null())
        w.value(args);
    if (name.empty() || name.find_first_of("\r\n/") != std::string_view::npos)
        w.refuse("a method's name looks like system.ping");
}

}  // namespace cohub::inline abi_0_2

#endif
