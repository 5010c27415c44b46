#ifndef COHUB_COCALC_IMPL_RPC_IPP
#define COHUB_COCALC_IMPL_RPC_IPP

#include <cohub/cocalc/rpc.hpp>

namespace cohub::cocalc {

COHUB_DECL errc classify(std::string_view text)
{
    struct row
    {
        std::string_view words;
        bool anywhere;
        errc means;
    };
    static constexpr row table[] = {
        {"must be signed in and MUST provide an api key", false, errc::unauthorized},
        {"You must provide authentication via an API key.", false, errc::unauthorized},
        {"Unknown authorization type ", false, errc::unauthorized},
        {"must sign in as project or account", false, errc::unauthorized},
        {"You must be signed in to search for users.", false, errc::unauthorized},
        {"user must be signed in", false, errc::unauthorized},
        {"incorrect password", false, errc::unauthorized},
        {"timeout - ", false, errc::timeout},
        {"request -- no subscribers matching ", false, errc::unavailable},
        {"Must be an admin to do admin search.", false, errc::forbidden},
        {"must be an admin", false, errc::forbidden},
        {"only admin can terminate", false, errc::forbidden},
        {"must be a site admin", false, errc::forbidden},
        {"You are not allowed to ", false, errc::forbidden},
        {"user must be a collaborator", false, errc::forbidden},
        {"user must be collaborator", false, errc::forbidden},
        {"banned -- please wait", false, errc::rate_limited},
        {"no api key with id ", false, errc::not_found},
        {"unknown function ", false, errc::not_found},
        {"duplicate key value violates unique constraint", true, errc::conflict},
    };
    for (std::string_view const prefix : {"Error: ", "error: "})
        if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    for (auto const& r : table)
        if (r.anywhere ? text.find(r.words) != std::string_view::npos : text.starts_with(r.words))
            return r.means;
    return errc::api_error;
}

COHUB_DECL call::request group::begin(std::string_view route, retry r)
{
    call::request req;
    req.name.assign(route);
    req.declared = r;
    req.classify = classify;
    req.body.reserve(128);
    req.body += "{\"name\":\"";
    req.body += route;
    req.body += "\",\"args\":[";
    return req;
}

}  // namespace cohub::cocalc

#endif
