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

/// @brief The methods of one project, over the connections of another object: `hub.project(id)`.
/// `cohub::project` has the same methods.
///
/// This is a cheap handle, like the groups of the hub. If the `project_id` is not a UUID, each call
/// fails with `errc::invalid_argument` and nothing is sent.
/// @par Thread safety
/// Distinct and shared objects: safe.
class project_api : private cocalc::project_group
{
public:
    using cocalc::project_group::project_group;

    /// @brief Files and processes.
    project_system_api system() const { return project_system_api(channel_, address_); }
    /// @brief Functions that editors use.
    project_editor_api editor() const { return project_editor_api(channel_, address_); }
    /// @brief Files that several people edit at the same time.
    project_sync_api sync() const { return project_sync_api(channel_, address_); }

    /// @brief The same project; one of its compute servers answers.
    project_api compute_server(std::int64_t id) const
    {
        return project_api(channel_, new cocalc::project_address(*address_, id));
    }

    /// @brief The id of the project; empty: the project that the key belongs to.
    std::string const& project_id() const noexcept { return address_->project_id(); }

    /// @brief Calls any method by its name in the protocol, for example `call("system.version")`.
    ///
    /// A request that may have reached the server is not repeated, unless
    /// `call_options().idempotent()` is set.
    /// @param name `group.method`
    /// @param arguments an array: the positional arguments; an object: the only argument, an
    /// options object; null: no argument
    /// @return the answer's JSON
    /// @errors errc::not_found for an unknown method; the errors of the method; transport errors
    /// @retry never, unless `call_options().idempotent()` is set
    /// @source cocalc packages/project/conat/api/index.ts; for each method, the file of its group
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
