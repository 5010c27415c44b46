#ifndef COHUB_COCALC_PROJECT_SYNC_HPP
#define COHUB_COCALC_PROJECT_SYNC_HPP

#include <cohub/cocalc/project_group.hpp>

#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

/// @brief Files that several people edit at the same time, inside the project; `project.sync()`.
/// @par Thread safety
/// Distinct and shared objects: safe.
class project_sync_api : public cocalc::project_group
{
public:
    using cocalc::project_group::project_group;

    /// @brief Closes a file that was edited. It is no error if the file is not open.
    /// @param path the file, relative to the home directory
    /// @errors as for `project.system().ping`
    /// @retry safe
    /// @source cocalc packages/project/conat/api/sync.ts, close
    template <class... Args>
    requires call_args<Args...>
    auto close(std::string_view path, Args&&... args) const
    {
        return rpc<void>("sync.close", retry::safe, path, std::forward<Args>(args)...);
    }
};

}  // namespace cohub::inline abi_0_2

#endif
