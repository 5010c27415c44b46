#ifndef COHUB_COCALC_IMPL_PROJECT_IPP
#define COHUB_COCALC_IMPL_PROJECT_IPP

#include <cohub/cocalc/project.hpp>

namespace cohub {

COHUB_DECL std::string_view project::checked(std::string_view project_id)
{
    cocalc::project_address const a(project_id);
    if (!a.problem().empty()) throw error(failure(errc::invalid_argument, a.problem()));
    return project_id;
}

}  // namespace cohub

#endif
