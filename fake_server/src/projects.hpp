#pragma once

// A project as the fake hub keeps it, and the functions that change it.

#include <cohub/fake/project.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "project_files.hpp"

namespace cohub::inline abi_0_2::fake {

class world;
struct call;

struct kernel_row
{
    std::int64_t pid;
    std::string connection_file;
    std::string name;  ///< empty: its author is no longer known
};

/// What a command had written at some moment of its run.
struct output_mark
{
    std::int64_t after_ms;
    std::size_t out, err;  ///< bytes written until then
};

/// A command that runs in the background. It has run already. The clock decides how much of it is
/// visible.
struct job_row
{
    std::string job_id;
    std::int64_t pid = 0;
    std::int64_t start = 0;
    std::int64_t takes_ms = 0;
    bool finished = false;  ///< a client waited for its end
    bool failed = false;
    std::string out, err;  ///< the output that is shown after the end
    int exit_code = 0;
    std::string running_out, running_err;  ///< shown during the run; marks count it
    std::vector<output_mark> marks;

    /// Ends it as a signal does. The project reports this as a success.
    void kill(std::int64_t now);
};

struct edit_row
{
    std::int64_t time;
    std::string patch;
};

struct invite_token_row
{
    std::string token;
    std::optional<int> uses;
    std::optional<std::int64_t> expires;
    int used = 0;
};

/// What the hub keeps about an execution.
struct jupyter_row
{
    std::int64_t id = 0;
    boost::json::array output;
    std::int64_t created = 0;
};

struct project_row
{
    std::string project_id;
    std::string title, description;
    std::vector<project::user> users;
    bool owners_only = false;
    std::vector<invite_token_row> tokens;
    std::int64_t created = 0;
    std::int64_t edited = 0;
    bool deleted = false;

    std::string state;  ///< empty: unknown; `starting` ends at `ready_at`
    std::int64_t state_time = 0;
    std::optional<std::string> state_error;
    std::optional<std::int64_t> ready_at;
    std::int64_t started = 0;
    std::int64_t start_takes_ms = 0;
    boost::json::object status;

    boost::json::object settings;  ///< quotas
    boost::json::object more;      ///< other columns of the table, as they were set

    file_tree files;
    std::vector<kernel_row> kernels;
    std::vector<job_row> jobs;
    std::int64_t next_pid = 1001;
    std::map<std::string, std::vector<edit_row>> edits;  ///< by path
    std::vector<project::visit> opens;
    std::vector<project::old_history> legacy;
    boost::json::array log;  ///< rows of the table `project_log`

    project::user const* user(std::string_view account_id) const;
    bool is_owner(std::string_view account_id) const;
    bool has(std::string_view account_id) const { return user(account_id) != nullptr; }
    void add_user(std::string_view account_id, bool owner);
    void remove_user(std::string_view account_id);

    /// Ends a start that is over according to the clock.
    void settle(std::int64_t now);
    bool running() const { return state == "running"; }
    /// @return the time until it runs; nothing when it never will run
    std::optional<std::int64_t> start(std::int64_t now);
    /// A client that waited for the start has seen its end, whatever the clock shows.
    void started_while_waiting(std::int64_t now);
    void stop(std::int64_t now);
    /// Sets the time of the last edit, as an edit does.
    void touch(std::int64_t now) { edited = now; }
};

/// The project with this id if the account is a collaborator on it, otherwise null.
/// @throws call_error when either id is no UUID
project_row* collaborators_project(
    world& w, std::string_view account_id, boost::json::value const* project_id
);
/// The same for the caller and its `project_id`. @throws call_error with the text instead of null
project_row& require_project(call& c, std::string const& otherwise);

/// Starts the project if it does not run, and lets the call wait for that.
/// @return false when the call times out before the project runs
bool start_for(call& c, project_row& p);

/// The row for a project that a test describes. @throws std::invalid_argument for an id that is no
/// UUID
project_row make_project(project const& p, world& w);

}  // namespace cohub::inline abi_0_2::fake
