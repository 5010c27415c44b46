#ifndef COHUB_COCALC_TYPES_PROJECT_HPP
#define COHUB_COCALC_TYPES_PROJECT_HPP

#include <cohub/json/decode.hpp>
#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2 {

/// @brief What a project is doing.
/// @source cocalc packages/conat/hub/api/projects.ts, state
struct project_state
{
    project_state() = default;

    /// `opened`, `starting`, `running`, `stopping`, …; a server may add words.
    std::optional<std::string> state;
    /// When it came to that state.
    std::optional<sys_ms> time;
    /// The address that the project has inside the server's network.
    std::optional<std::string> ip;
    /// What is wrong with the project. Not a failure of the call that asked.
    std::optional<std::string> error;
    /// Members that this version does not know.
    boost::json::object extra;

    /// @brief Whether `state` is `running`.
    bool is_running() const noexcept { return state == "running"; }
};
BOOST_DESCRIBE_STRUCT(project_state, (), (state, time, ip, error))
constexpr json::wire wire_of(project_state const*, std::string_view member)
{
    json::wire w;
    w.iso_time = member == "time";
    w.lenient = true;
    return w;
}

/// @brief How much memory a project uses, in the server's unit (MB).
struct project_memory
{
    project_memory() = default;

    /// As the server measures them: number of processes, and their proportional, resident, swapped
    /// and unique memory.
    std::optional<double> count, pss, rss, swap, uss;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(project_memory, (), (count, pss, rss, swap, uss))
constexpr json::wire wire_of(project_memory const*, std::string_view)
{
    json::wire w;
    w.lenient = true;
    return w;
}

/// @brief What runs in a project. Of a stopped one nothing is known.
/// @source cocalc packages/conat/hub/api/projects.ts, status
struct project_status
{
    project_status() = default;

    /// Number of the project's own process.
    std::optional<std::int64_t> project_pid;
    /// Port that the hub reaches the project by.
    std::optional<std::int64_t> hub_server_port;
    /// Port that browsers reach the project by, through the hub.
    std::optional<std::int64_t> browser_server_port;
    /// Port of the Sage server; not set if none runs.
    std::optional<std::int64_t> sage_server_port;
    /// Number of the Sage server's process.
    std::optional<std::int64_t> sage_server_pid;
    /// When the project was started.
    std::optional<sys_ms> start_ts;
    /// Names this run of the project.
    std::optional<std::string> session_id;
    /// Of the project's own software.
    std::optional<std::int64_t> version;
    /// MB on the disk.
    std::optional<double> disk_mb;
    /// What its processes use.
    std::optional<project_memory> memory;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(
    project_status,
    (),
    (project_pid,
     hub_server_port,
     browser_server_port,
     sage_server_port,
     sage_server_pid,
     start_ts,
     session_id,
     version,
     disk_mb,
     memory)
)
// Flat names with dots in them: they are no paths.
constexpr json::wire wire_of(project_status const*, std::string_view member)
{
    json::wire w;
    w.lenient = true;
    if (member == "project_pid") w.name = "project.pid";
    if (member == "hub_server_port") w.name = "hub-server.port";
    if (member == "browser_server_port") w.name = "browser-server.port";
    if (member == "sage_server_port") w.name = "sage_server.port";
    if (member == "sage_server_pid") w.name = "sage_server.pid";
    if (member == "disk_mb") w.name = "disk_MB";
    return w;
}

/// @brief Somebody on a project.
struct project_user
{
    project_user() = default;

    /// `owner` or `collaborator`.
    std::optional<std::string> group;
    /// Not shown in that user's list of projects.
    std::optional<bool> hide;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(project_user, (), (group, hide))
constexpr json::wire wire_of(project_user const*, std::string_view)
{
    json::wire w;
    w.lenient = true;
    return w;
}

/// @brief A project as the database knows it; what was not asked for is not set.
/// @source cocalc packages/util/db-schema/projects.ts
struct project_info
{
    project_info() = default;

    /// Empty if it was not asked for.
    std::string project_id;
    /// What people see it by.
    std::optional<std::string> title;
    /// More about it, for people.
    std::optional<std::string> description;
    /// When something in it was changed last.
    std::optional<sys_ms> last_edited;
    /// When it was made.
    std::optional<sys_ms> created;
    /// What it is doing.
    std::optional<project_state> state;
    /// Whether it is marked as deleted.
    std::optional<bool> deleted;
    /// By account id.
    std::optional<std::map<std::string, project_user>> users;
    /// The other fields that were asked for.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(
    project_info, (), (project_id, title, description, last_edited, created, state, deleted, users)
)
constexpr json::wire wire_of(project_info const*, std::string_view member)
{
    json::wire w;
    w.iso_time = member == "last_edited" || member == "created";
    w.lenient = member == "state";
    w.may_be_absent = member == "project_id";
    return w;
}

/// @brief The projects that somebody was added to.
struct added_collaborator
{
    added_collaborator() = default;

    /// One for each account that was added, in order.
    json::one_or_many project_id;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(added_collaborator, (), (project_id))
constexpr json::wire wire_of(added_collaborator const*, std::string_view)
{
    json::wire w;
    w.may_be_absent = true;
    return w;
}

}  // namespace cohub::inline abi_0_2

#endif
