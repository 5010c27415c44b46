// The interface of cohub 0.2.0, as consumer.py found it: this source has to go on compiling.

#include <cohub/cohub.hpp>

#include "any.hpp"

namespace {

using cohub::error_code;
using released::any;
using released::member;

[[maybe_unused]] void use(cohub::added_collaborator& x)
{
    member<cohub::json::one_or_many>(x.project_id);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::added_collaborator());
}

[[maybe_unused]] void use(cohub::directory_entry& x)
{
    member<std::string>(x.name);
    member<std::optional<bool>>(x.isdir);
    member<std::optional<bool>>(x.issymlink);
    member<std::optional<std::string>>(x.link_target);
    member<std::optional<std::int64_t>>(x.size);
    member<std::optional<double>>(x.mtime);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::directory_entry());
    static_cast<void>(x.is_directory());
    static_cast<void>(x.is_link());
}

[[maybe_unused]] void use(cohub::exec_environment& x)
{
    member<std::vector<std::pair<std::string, std::string>>>(x.variables);
    static_cast<void>(cohub::exec_environment());
}

[[maybe_unused]] void use(cohub::exec_job& x)
{
    static_cast<void>(cohub::exec_job(any<std::string>()));
    static_cast<void>(x.async_stats(any<bool>()));
    static_cast<void>(x.async_stats());
    static_cast<void>(x.async_await(any<bool>()));
    static_cast<void>(x.async_await());
}

[[maybe_unused]] void use(cohub::exec_options& x)
{
    static_cast<void>(cohub::exec_options(any<std::string>()));
    static_cast<void>(cohub::exec_options(any<char const*>()));
    static_cast<void>(x.arg(any<std::string>()));
    static_cast<void>(x.args(any<std::vector<std::string>>()));
    static_cast<void>(x.path(any<std::string>()));
    static_cast<void>(x.cwd(any<std::string>()));
    static_cast<void>(x.timeout(any<std::chrono::nanoseconds>()));
    static_cast<void>(x.max_output(any<std::int64_t>()));
    static_cast<void>(x.bash(any<bool>()));
    static_cast<void>(x.bash());
    static_cast<void>(x.env(any<std::string>(), any<std::string>()));
    static_cast<void>(x.err_on_exit(any<bool>()));
    static_cast<void>(x.async_call(any<bool>()));
    static_cast<void>(x.async_call());
    static_cast<void>(x.compute_server_id(any<std::int64_t>()));
    static_cast<void>(x.filesystem(any<bool>()));
    static_cast<void>(x.filesystem());
    static_cast<void>(x.ulimit_timeout(any<bool>()));
    static_cast<void>(x.aggregate(any<std::int64_t>()));
    static_cast<void>(x.aggregate(any<std::string>()));
    static_cast<void>(x.verbose(any<bool>()));
    static_cast<void>(x.timeout());
}

[[maybe_unused]] void use(cohub::exec_output& x)
{
    member<std::string>(x.type);
    member<std::string>(x.stdout_text);
    member<std::string>(x.stderr_text);
    member<std::optional<std::int64_t>>(x.exit_code);
    member<std::optional<std::string>>(x.job_id);
    member<std::optional<std::string>>(x.status);
    member<std::optional<cohub::sys_ms>>(x.start);
    member<std::optional<std::int64_t>>(x.pid);
    member<std::optional<double>>(x.elapsed_s);
    member<std::optional<std::vector<cohub::exec_stats>>>(x.stats);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::exec_output());
    static_cast<void>(x.ok());
    static_cast<void>(x.is_running());
}

[[maybe_unused]] void use(cohub::exec_stats& x)
{
    member<std::optional<cohub::sys_ms>>(x.timestamp);
    member<std::optional<double>>(x.mem_rss);
    member<std::optional<double>>(x.cpu_pct);
    member<std::optional<double>>(x.cpu_secs);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::exec_stats());
}

[[maybe_unused]] void use(cohub::file_history& x)
{
    member<std::vector<cohub::history_patch>>(x.patches);
    member<boost::json::value>(x.info);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::file_history());
}

[[maybe_unused]] void use(cohub::history_patch& x)
{
    member<std::int64_t>(x.seq);
    member<std::optional<cohub::sys_ms>>(x.time);
    member<cohub::patch_message>(x.mesg);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::history_patch());
}

[[maybe_unused]] void use(cohub::history_query& x)
{
    static_cast<void>(cohub::history_query(any<std::string>(), any<std::string>()));
    static_cast<void>(x.start_seq(any<std::int64_t>()));
    static_cast<void>(x.end_seq(any<std::int64_t>()));
}

[[maybe_unused]] void use(cohub::jupyter_input& x)
{
    static_cast<void>(cohub::jupyter_input(any<std::string>(), any<std::string>()));
    static_cast<void>(x.history(any<std::vector<std::string>>()));
    static_cast<void>(x.project_id(any<std::string>()));
    static_cast<void>(x.path(any<std::string>()));
    static_cast<void>(x.no_cache(any<bool>()));
    static_cast<void>(x.no_cache());
    static_cast<void>(x.tag(any<std::string>()));
    static_cast<void>(x.timeout(any<std::chrono::nanoseconds>()));
    static_cast<void>(x.timeout());
}

[[maybe_unused]] void use(cohub::jupyter_output& x)
{
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::jupyter_output());
    static_cast<void>(x.stream());
    static_cast<void>(x.text());
    static_cast<void>(x.data(any<std::string_view>()));
    static_cast<void>(x.is_error());
    static_cast<void>(x.error_name());
    static_cast<void>(x.error_value());
}

[[maybe_unused]] void use(cohub::jupyter_result& x)
{
    member<std::vector<cohub::jupyter_output>>(x.output);
    member<std::optional<cohub::sys_ms>>(x.created);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::jupyter_result());
    static_cast<void>(x.is_cached());
}

[[maybe_unused]] void use(cohub::kernel_logo& x)
{
    member<std::string>(x.filename);
    member<std::string>(x.base64);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::kernel_logo());
}

[[maybe_unused]] void use(cohub::kernel_spec& x)
{
    member<std::string>(x.name);
    member<std::optional<std::string>>(x.display_name);
    member<std::optional<std::string>>(x.language);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::kernel_spec());
}

[[maybe_unused]] void use(cohub::kernel_stopped& x)
{
    member<bool>(x.success);
    static_cast<void>(cohub::kernel_stopped());
}

[[maybe_unused]] void use(cohub::new_project& x)
{
    static_cast<void>(cohub::new_project());
    static_cast<void>(cohub::new_project(any<std::string>()));
    static_cast<void>(cohub::new_project(any<char const*>()));
    static_cast<void>(x.title(any<std::string>()));
    static_cast<void>(x.description(any<std::string>()));
    static_cast<void>(x.license(any<std::string>()));
    static_cast<void>(x.public_path_id(any<std::string>()));
    static_cast<void>(x.image(any<std::string>()));
    static_cast<void>(x.start(any<bool>()));
    static_cast<void>(x.start());
    static_cast<void>(x.no_pool(any<bool>()));
    static_cast<void>(x.no_pool());
    static_cast<void>(x.ephemeral(any<std::chrono::milliseconds>()));
    static_cast<void>(x.project_id(any<std::string>()));
}

[[maybe_unused]] void use(cohub::patch_message& x)
{
    member<std::optional<cohub::sys_ms>>(x.time);
    member<std::optional<cohub::sys_ms>>(x.wall);
    member<std::optional<std::string>>(x.patch);
    member<std::optional<std::int64_t>>(x.user_id);
    member<std::optional<bool>>(x.is_snapshot);
    member<std::vector<cohub::sys_ms>>(x.parents);
    member<std::optional<std::int64_t>>(x.version);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::patch_message());
}

[[maybe_unused]] void use(cohub::path_copy& x)
{
    static_cast<void>(cohub::path_copy(any<std::string>(), any<std::string>()));
    static_cast<void>(x.target_project_id(any<std::string>()));
    static_cast<void>(x.target_path(any<std::string>()));
    static_cast<void>(x.overwrite_newer(any<bool>()));
    static_cast<void>(x.overwrite_newer());
    static_cast<void>(x.delete_missing(any<bool>()));
    static_cast<void>(x.delete_missing());
    static_cast<void>(x.backup(any<bool>()));
    static_cast<void>(x.backup());
    static_cast<void>(x.timeout(any<std::chrono::nanoseconds>()));
    static_cast<void>(x.exclude(any<std::vector<std::string>>()));
    static_cast<void>(x.timeout());
}

[[maybe_unused]] void use(cohub::project_info& x)
{
    member<std::string>(x.project_id);
    member<std::optional<std::string>>(x.title);
    member<std::optional<std::string>>(x.description);
    member<std::optional<cohub::sys_ms>>(x.last_edited);
    member<std::optional<cohub::sys_ms>>(x.created);
    member<std::optional<cohub::project_state>>(x.state);
    member<std::optional<bool>>(x.deleted);
    member<std::optional<std::map<std::string, cohub::project_user>>>(x.users);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::project_info());
}

[[maybe_unused]] void use(cohub::project_jupyter_input& x)
{
    static_cast<void>(cohub::project_jupyter_input(any<std::string>(), any<std::string>()));
    static_cast<void>(x.history(any<std::vector<std::string>>()));
    static_cast<void>(x.path(any<std::string>()));
    static_cast<void>(x.pool(any<boost::json::object>()));
    static_cast<void>(x.limits(any<boost::json::object>()));
    static_cast<void>(x.timeout(any<std::chrono::nanoseconds>()));
    static_cast<void>(x.timeout());
}

[[maybe_unused]] void use(cohub::project_key_owner& x)
{
    member<std::string>(x.project_id);
    member<cohub::sys_ms>(x.server_time);
    static_cast<void>(cohub::project_key_owner());
}

[[maybe_unused]] void use(cohub::project_memory& x)
{
    member<std::optional<double>>(x.count);
    member<std::optional<double>>(x.pss);
    member<std::optional<double>>(x.rss);
    member<std::optional<double>>(x.swap);
    member<std::optional<double>>(x.uss);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::project_memory());
}

[[maybe_unused]] void use(cohub::project_query& x)
{
    static_cast<void>(cohub::project_query());
    static_cast<void>(x.fields(any<std::vector<std::string>>()));
    static_cast<void>(x.field(any<std::string>()));
    static_cast<void>(x.all(any<bool>()));
    static_cast<void>(x.all());
    static_cast<void>(x.project_id(any<std::string>()));
    static_cast<void>(x.title(any<std::string>()));
    static_cast<void>(x.deleted(any<bool>()));
    static_cast<void>(x.hidden(any<bool>(), any<std::string>()));
    static_cast<void>(x.state(any<std::string>()));
    static_cast<void>(x.limit(any<std::size_t>()));
}

[[maybe_unused]] void use(cohub::project_quotas& x)
{
    static_cast<void>(cohub::project_quotas(any<std::string>()));
    static_cast<void>(x.memory(any<std::int64_t>()));
    static_cast<void>(x.memory_request(any<std::int64_t>()));
    static_cast<void>(x.cpu_shares(any<std::int64_t>()));
    static_cast<void>(x.cores(any<double>()));
    static_cast<void>(x.disk_quota(any<std::int64_t>()));
    static_cast<void>(x.mintime(any<std::chrono::seconds>()));
    static_cast<void>(x.network(any<bool>()));
    static_cast<void>(x.member_host(any<bool>()));
    static_cast<void>(x.always_running(any<bool>()));
}

[[maybe_unused]] void use(cohub::project_state& x)
{
    member<std::optional<std::string>>(x.state);
    member<std::optional<cohub::sys_ms>>(x.time);
    member<std::optional<std::string>>(x.ip);
    member<std::optional<std::string>>(x.error);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::project_state());
    static_cast<void>(x.is_running());
}

[[maybe_unused]] void use(cohub::project_status& x)
{
    member<std::optional<std::int64_t>>(x.project_pid);
    member<std::optional<std::int64_t>>(x.hub_server_port);
    member<std::optional<std::int64_t>>(x.browser_server_port);
    member<std::optional<std::int64_t>>(x.sage_server_port);
    member<std::optional<std::int64_t>>(x.sage_server_pid);
    member<std::optional<cohub::sys_ms>>(x.start_ts);
    member<std::optional<std::string>>(x.session_id);
    member<std::optional<std::int64_t>>(x.version);
    member<std::optional<double>>(x.disk_mb);
    member<std::optional<cohub::project_memory>>(x.memory);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::project_status());
}

[[maybe_unused]] void use(cohub::project_user& x)
{
    member<std::optional<std::string>>(x.group);
    member<std::optional<bool>>(x.hide);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::project_user());
}

[[maybe_unused]] void use(cohub::running_kernel& x)
{
    member<std::int64_t>(x.pid);
    member<std::string>(x.connection_file);
    member<std::optional<std::string>>(x.kernel_name);
    member<boost::json::object>(x.extra);
    static_cast<void>(cohub::running_kernel());
}

}  // namespace
