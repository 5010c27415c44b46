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

/// @brief The state of a project.
/// @source cocalc packages/conat/hub/api/projects.ts, state
struct project_state
{
    project_state() = default;

    /// `opened`, `starting`, `running`, `stopping` and others; a server may use other words too.
    std::optional<std::string> state;
    /// When the project entered this state.
    std::optional<sys_ms> time;
    /// The IP address of the project in the server's network.
    std::optional<std::string> ip;
    /// An error of the project. It does not mean that the call failed.
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

    /// The number of processes, and their proportional, resident, swapped and unique memory, as the
    /// server measures them.
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

/// @brief The processes of a project, and what they use. For a stopped project, no member is set.
/// @source cocalc packages/conat/hub/api/projects.ts, status
struct project_status
{
    project_status() = default;

    /// The id of the project's own process.
    std::optional<std::int64_t> project_pid;
    /// The port through which the hub connects to the project.
    std::optional<std::int64_t> hub_server_port;
    /// The port through which browsers connect to the project, by way of the hub.
    std::optional<std::int64_t> browser_server_port;
    /// The port of the Sage server; not set if it does not run.
    std::optional<std::int64_t> sage_server_port;
    /// The process id of the Sage server.
    std::optional<std::int64_t> sage_server_pid;
    /// When the project was started.
    std::optional<sys_ms> start_ts;
    /// Identifies this run of the project.
    std::optional<std::string> session_id;
    /// The version of the project's own software.
    std::optional<std::int64_t> version;
    /// Used disk space in MB.
    std::optional<double> disk_mb;
    /// The memory that its processes use.
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
// These are flat names that contain dots. They are not paths.
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

/// @brief A member of a project.
struct project_user
{
    project_user() = default;

    /// `owner` or `collaborator`.
    std::optional<std::string> group;
    /// Whether the project is hidden in this user's list of projects.
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

/// @brief A project in the database. Fields that were not requested are not set.
/// @source cocalc packages/util/db-schema/projects.ts
struct project_info
{
    project_info() = default;

    /// UUID of the project; empty if it was not requested.
    std::string project_id;
    /// The title that people see.
    std::optional<std::string> title;
    /// A description for people.
    std::optional<std::string> description;
    /// When something in the project was last changed.
    std::optional<sys_ms> last_edited;
    /// When the project was made.
    std::optional<sys_ms> created;
    /// The state of the project.
    std::optional<project_state> state;
    /// Whether the project is marked as deleted.
    std::optional<bool> deleted;
    /// The members of the project; the key is the account id.
    std::optional<std::map<std::string, project_user>> users;
    /// The other fields that were requested.
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

/// @brief The projects to which accounts were added.
struct added_collaborator
{
    added_collaborator() = default;

    /// The id of the project, or one id for each added account, in order.
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
