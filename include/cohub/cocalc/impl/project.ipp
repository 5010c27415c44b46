#ifndef COHUB_COCALC_IMPL_PROJECT_IPP
#define COHUB_COCALC_IMPL_PROJECT_IPP

#include <cohub/cocalc/project.hpp>

namespace cohub::inline abi_0_2 {

COHUB_DECL project_api project::of(std::string_view project_id) const
{
    boost::intrusive_ptr<cocalc::project_address const> const a(
        new cocalc::project_address(project_id)
    );
    if (!a->problem().empty()) throw error(failure(errc::invalid_argument, a->problem()));
    return project_api(client_.channel(), a);
}

}  // namespace cohub::inline abi_0_2

#endif
