#ifndef COHUB_COCALC_IMPL_RPC_IPP
#define COHUB_COCALC_IMPL_RPC_IPP

#include <cohub/cocalc/rpc.hpp>
#include <cohub/core/text.hpp>

namespace cohub::inline abi_0_2::cocalc {

COHUB_DECL errc classify(std::string_view text)
{
    struct row
    {
        std::string_view begins;
        std::string_view contains;  // the part after a quoted name in the text
        errc means;
    };
    static constexpr row table[] = {
        // The API key: both bridges, and API v1.
        {"must be signed in and MUST provide an api key", "", errc::unauthorized},
        {"You must provide authentication via an API key.", "", errc::unauthorized},
        {"Unknown authorization type ", "", errc::unauthorized},
        {"must sign in as project or account", "", errc::unauthorized},
        {"No account found. Is your API key wrong?", "", errc::unauthorized},
        {"project specific api key must match requested project", "", errc::forbidden},
        {"User is BANNED.", "", errc::forbidden},
        {"must specify project_id or use project-specific api key", "", errc::invalid_argument},
        // The bridge.
        {"timeout - ", "", errc::timeout},
        {"request -- no subscribers matching ", "", errc::unavailable},
        {"unknown function ", "", errc::not_found},
        {"unknown endpoint ", "", errc::not_found},
        {"endpoint '", " is not part of the HTTP API", errc::not_found},
        {"invalid parameters '", "", errc::invalid_argument},
        // PostgreSQL; any method can return these texts.
        {"duplicate key value violates unique constraint", "", errc::conflict},
        {"value too long for type character varying(", "", errc::invalid_argument},
        {"invalid input syntax for type uuid: ", "", errc::invalid_argument},
        {"invalid account_id or project_id -- ", "", errc::invalid_argument},
        // system, and the admin functions of API v1
        {"You must be signed in to search for users.", "", errc::unauthorized},
        {"user must be signed in", "", errc::unauthorized},
        {"incorrect password", "", errc::unauthorized},
        {"Must be an admin to do admin search.", "", errc::forbidden},
        {"must be logged in and a member of the admin group", "", errc::forbidden},
        {"must be an admin", "", errc::forbidden},
        {"only admin can terminate", "", errc::forbidden},
        {"You are not allowed to ", "", errc::forbidden},
        {"banned -- please wait", "", errc::rate_limited},
        {"no api key with id ", "", errc::not_found},
        {"Unknown service ", "", errc::not_found},
        // org
        {"must be a site admin", "", errc::forbidden},
        {"only admins may create organizations", "", errc::forbidden},
        {"user must be an admin of the organization or site-admin", "", errc::forbidden},
        {"only site admins can ", "", errc::forbidden},
        {"no org named '", "", errc::not_found},
        {"no such account '", "", errc::not_found},
        {"cannot find user '", "", errc::not_found},
        {"user is not in an org", "", errc::not_found},
        {"name ", " is already used by some account or organization", errc::conflict},
        {"User '", " is already member of another organization", errc::conflict},
        {"admin cannot be removed from org; ", "", errc::conflict},
        // messages
        {"invalid account_id -- ", "", errc::not_found},
        {"limit must be at most 500", "", errc::invalid_argument},
        // projects, sync, db
        {"user must be a collaborator", "", errc::forbidden},
        {"user must be collaborator", "", errc::forbidden},
        {"must be collaborator on project to ", "", errc::forbidden},
        {"must be an owner to delete a project", "", errc::forbidden},
        {"only admins can specify the project_id", "", errc::forbidden},
        {"Only owners can manage collaborators ", "", errc::forbidden},
        {"Only project owners can change user types", "", errc::forbidden},
        {"Not a project member", "", errc::forbidden},
        {"user does not have read access to the given project", "", errc::forbidden},
        {"user ", " does not have write access to project ", errc::forbidden},
        {"cannot add self to ", "", errc::forbidden},
        {"Project invite token is not valid - ", "", errc::forbidden},
        {"Project not found", "", errc::not_found},
        {"Target user is not a member of this project", "", errc::not_found},
        {"Cannot remove an owner. ", "", errc::conflict},
        {"Cannot change the last owner to collaborator. ", "", errc::conflict},
        {"New group must be either ", "", errc::invalid_argument},
        {"project_id must be a valid UUID", "", errc::invalid_argument},
        {"Invalid project_id: ", "", errc::invalid_argument},
        {"Specify less recipients ", "", errc::invalid_argument},
        {"email address must be at most ", "", errc::invalid_argument},
        {"invalid email address '", "", errc::invalid_argument},
        {"FATAL: table '", " does not exist", errc::not_found},
        {"FATAL: get queries not allowed for table '", "", errc::forbidden},
        {"FATAL: user set queries not allowed for table '", "", errc::forbidden},
        {"FATAL: user get query not allowed for ", "", errc::forbidden},
        {"FATAL: must specify exactly one key in the query", "", errc::invalid_argument},
        {"FATAL: array of length > 1 not yet implemented", "", errc::invalid_argument},
        // jupyter, and code that runs in a project
        {"permission denied -- user must be collaborator", "", errc::forbidden},
        {"You may use at most ", "", errc::rate_limited},
        {"input or hash must not be null", "", errc::invalid_argument},
        {"kernel must be specified ", "", errc::invalid_argument},
        {"killed command '", "", errc::timeout},
    };
    for (std::string_view const prefix : {"Error: ", "error: ", "OwnershipError: "})
        if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    for (auto const& r : table)
        if (text.starts_with(r.begins) && text.find(r.contains) != std::string_view::npos)
            return r.means;
    return errc::api_error;
}

COHUB_DECL bool is_uuid(std::string_view text) noexcept
{
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i != text.size(); ++i) {
        char const c = cohub::detail::ascii_lower(text[i]);
        bool const hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (i == 8 || i == 13 || i == 18 || i == 23 ? c != '-' : !hex) return false;
    }
    return true;
}

COHUB_DECL call::request begin_rpc(std::string_view route, retry r)
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

}  // namespace cohub::inline abi_0_2::cocalc

#endif
