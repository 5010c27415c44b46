#ifndef COHUB_COCALC_SYNC_HPP
#define COHUB_COCALC_SYNC_HPP

#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/history.hpp>

#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

/// @brief The history of files that several people edit at the same time; `hub.sync()`.
class sync_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Returns all edits of a file.
    /// @param project_id UUID of the project
    /// @param path the file, relative to the project's home directory
    /// @errors errc::forbidden (the account is not a collaborator), errc::unauthorized; transport
    /// errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/sync.ts, history
    template <class... Args>
    requires call_args<Args...>
    auto history(std::string_view project_id, std::string_view path, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("project_id", project_id).add("path", path);
        return rpc<file_history>("sync.history", retry::safe, o, std::forward<Args>(args)...);
    }

    /// @brief Returns some of the edits.
    /// @param which the file, and the range of edits
    /// @errors as above
    /// @retry safe
    /// @source cocalc packages/server/conat/api/sync.ts, history
    template <class... Args>
    requires call_args<Args...>
    auto history(history_query const& which, Args&&... args) const
    {
        return rpc<file_history>("sync.history", retry::safe, which, std::forward<Args>(args)...);
    }
};

}  // namespace cohub::inline abi_0_2

#endif
