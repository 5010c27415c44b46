#ifndef COHUB_COCALC_IMPL_PROJECT_GROUP_IPP
#define COHUB_COCALC_IMPL_PROJECT_GROUP_IPP

#include <cohub/cocalc/project_group.hpp>

namespace cohub::inline abi_0_2::cocalc {

COHUB_DECL project_address::project_address(std::string_view project_id) : project_id_(project_id)
{
    if (is_uuid(project_id)) return;
    problem_ = "\"" + cohub::detail::escaped(project_id, 60) + "\" is no project id (a UUID)";
    if (project_id.empty()) problem_ += "; with a project's own key give none at all";
}

COHUB_DECL void project_address::complete(call::request& req) const
{
    req.target = "/api/conat/project";
    if (!problem_.empty()) req.problem = problem_;
    if (!project_id_.empty())
        req.body.append(",\"project_id\":\"").append(project_id_).append("\"");
    if (compute_server_id_)
        req.body.append(",\"compute_server_id\":").append(std::to_string(*compute_server_id_));
}

}  // namespace cohub::inline abi_0_2::cocalc

#endif
