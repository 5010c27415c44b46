#ifndef COHUB_COCALC_SYNC_HPP
#define COHUB_COCALC_SYNC_HPP

#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/history.hpp>

#include <string_view>
#include <utility>

namespace cohub {

/// @brief Files that are edited together; `hub.sync()`.
class sync_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Gives all edits of a file.
    /// @errors errc::forbidden (not a collaborator), errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/sync.ts, history
    template <class... Tail>
    requires call_tail<Tail...>
    auto history(std::string_view project_id, std::string_view path, Tail&&... tail) const
    {
        cocalc::object_writer o;
        o.add("project_id", project_id).add("path", path);
        return rpc<file_history>("sync.history", retry::safe, o, std::forward<Tail>(tail)...);
    }

    /// @brief Gives some of them.
    /// @errors as above
    /// @retry safe
    /// @source cocalc packages/server/conat/api/sync.ts, history
    template <class... Tail>
    requires call_tail<Tail...>
    auto history(history_query const& which, Tail&&... tail) const
    {
        return rpc<file_history>("sync.history", retry::safe, which, std::forward<Tail>(tail)...);
    }
};

}  // namespace cohub

#endif
