#ifndef COHUB_COCALC_IMPL_HUB_IPP
#define COHUB_COCALC_IMPL_HUB_IPP

#include <cohub/cocalc/hub.hpp>

namespace cohub::inline abi_0_2 {

COHUB_DECL call::request hub::raw_api::describe(
    std::string_view name, boost::json::value const& args
)
{
    call::request req = begin("", retry::never);
    req.name.assign(name);
    req.body = "{\"name\":";
    json::writer w(req.body);
    w.text(name);
    w.raw(",\"args\":");
    if (args.is_array())
        w.value(args);
    else if (args.is_null())
        w.raw("[]");
    else {
        w.raw("[");
        w.value(args);
        w.raw("]");
    }
    if (name.empty() || name.find_first_of("\r\n/") != std::string_view::npos)
        w.refuse("a method's name looks like system.ping");
    req.problem = w.problem();
    return req;
}

}  // namespace cohub::inline abi_0_2

#endif
