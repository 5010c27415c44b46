#ifndef COHUB_COCALC_IMPL_PROJECTS_IPP
#define COHUB_COCALC_IMPL_PROJECTS_IPP

#include <cohub/cocalc/projects.hpp>

namespace cohub::inline abi_0_2 {

namespace detail {

template <class Rows>
class project_refinement final : public call::result_adapter
{
public:
    explicit project_refinement(project_query const& q) : query_(q) {}

    void apply(void* value) const noexcept override { query_.apply(*static_cast<Rows*>(value)); }

private:
    project_query query_;
};

}  // namespace detail

COHUB_DECL project_query projects_api::by_title(std::string_view title)
{
    project_query q;
    q.all().title(std::string(title));
    q.fields({"project_id", "title", "created", "last_edited", "deleted"});
    return q;
}

template <class Rows>
boost::intrusive_ptr<call::result_adapter const> projects_api::refinement_of(project_query const& q)
{
    return new detail::project_refinement<Rows>(q);
}

#if defined(COHUB_SEPARATE_COMPILATION)
template boost::intrusive_ptr<call::result_adapter const>
projects_api::refinement_of<project_list>(project_query const&);
#endif

}  // namespace cohub::inline abi_0_2

#endif
