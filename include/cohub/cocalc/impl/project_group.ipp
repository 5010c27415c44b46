#ifndef COHUB_COCALC_IMPL_PROJECT_GROUP_IPP
#define COHUB_COCALC_IMPL_PROJECT_GROUP_IPP

#include <cohub/cocalc/project_group.hpp>

namespace cohub::cocalc {

namespace detail {

inline bool is_uuid(std::string_view text) noexcept
{
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i != text.size(); ++i) {
        char const c = text[i];
        bool const hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (i == 8 || i == 13 || i == 18 || i == 23 ? c != '-' : !hex) return false;
    }
    return true;
}

}  // namespace detail

COHUB_DECL project_address::project_address(std::string_view project_id) : project_id_(project_id)
{
    if (detail::is_uuid(project_id)) return;
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

}  // namespace cohub::cocalc

#endif
