#ifndef COHUB_COCALC_PROJECT_API_HPP
#define COHUB_COCALC_PROJECT_API_HPP

#include <cohub/cocalc/project_editor.hpp>
#include <cohub/cocalc/project_group.hpp>
#include <cohub/cocalc/project_sync.hpp>
#include <cohub/cocalc/project_system.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

/// @brief One project, over somebody else's connections: `hub.project(id)`; also what every
/// `cohub::project` can do.
///
/// A cheap handle like the hub's groups. A `project_id` that is no UUID fails each call with
/// `errc::invalid_argument` before anything is sent.
/// @par Thread safety
/// Distinct and shared objects: safe.
class project_api : private cocalc::project_group
{
public:
    using cocalc::project_group::project_group;

    /// @brief Files and processes.
    project_system_api system() const { return project_system_api(channel_, address_); }
    /// @brief What editors need.
    project_editor_api editor() const { return project_editor_api(channel_, address_); }
    /// @brief Files that are edited together.
    project_sync_api sync() const { return project_sync_api(channel_, address_); }

    /// @brief The same project, answered by one of its compute servers.
    project_api compute_server(std::int64_t id) const
    {
        return project_api(channel_, new cocalc::project_address(*address_, id));
    }

    /// @brief Empty: the project that the key belongs to.
    std::string const& project_id() const noexcept { return address_->project_id(); }

    /// @brief Any method by its wire name, e.g. `call("system.version")`.
    ///
    /// Not repeated once it may have reached the server, unless `call_options().idempotent()`.
    /// @param name `group.method`
    /// @param arguments an array: the positional arguments; an object: the one options object;
    /// null: none
    /// @return the answer's JSON
    /// @errors errc::not_found for an unknown method; those of the method; transport errors
    /// @retry never, unless told otherwise
    /// @source cocalc packages/project/conat/api/index.ts; each method where its group is
    template <class... Args>
    requires call_args<Args...>
    auto call(std::string_view name, boost::json::value const& arguments = nullptr, Args&&... args)
        const
    {
        call::request req = begin("", retry::never);
        json::writer w(req.body);
        describe(req, w, name, arguments);
        return end<boost::json::value>(std::move(req), w, std::forward<Args>(args)...);
    }

private:
    COHUB_DECL static void describe(
        call::request& req,
        json::writer& w,
        std::string_view name,
        boost::json::value const& arguments
    );
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/project_api.ipp>
#endif

#endif
