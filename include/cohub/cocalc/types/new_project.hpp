#ifndef COHUB_COCALC_TYPES_NEW_PROJECT_HPP
#define COHUB_COCALC_TYPES_NEW_PROJECT_HPP

#include <cohub/json/seconds.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief A project to make; `hub.projects().create_project`.
class new_project
{
public:
    /// @brief A project with the server's default title, `No Title`.
    new_project() = default;
    /// @param title use a title that no other project has. Then `find_by_title` can find the
    /// project if the answer to the call is lost
    new_project(std::string title) : title_(std::move(title)) {}
    /// @param title as above
    new_project(char const* title) : title_(title) {}

    /// @brief Sets the title that people see.
    new_project& title(std::string text)
    {
        title_ = std::move(text);
        return *this;
    }
    /// @brief Sets a description for people.
    new_project& description(std::string text)
    {
        description_ = std::move(text);
        return *this;
    }
    /// @brief Sets license ids, separated by commas. The server silently ignores invalid ids.
    new_project& license(std::string ids)
    {
        license_ = std::move(ids);
        return *this;
    }
    /// @brief Sets a shared path. The new project gets its content.
    new_project& public_path_id(std::string id)
    {
        public_path_id_ = std::move(id);
        return *this;
    }
    /// @brief Sets the software image.
    new_project& image(std::string name)
    {
        image_ = std::move(name);
        return *this;
    }
    /// @brief Starts the project at once.
    new_project& start(bool yes = true)
    {
        start_ = yes;
        return *this;
    }
    /// @brief Makes a new project, and does not use one that the server made in advance.
    new_project& no_pool(bool yes = true)
    {
        no_pool_ = yes;
        return *this;
    }
    /// @brief Makes the project expire this long after its creation.
    new_project& ephemeral(std::chrono::milliseconds life)
    {
        ephemeral_ = life.count();
        return *this;
    }
    /// @brief Sets the id of the project. For site admins.
    new_project& project_id(std::string id)
    {
        project_id_ = std::move(id);
        return *this;
    }

private:
    std::optional<std::string> title_, description_, license_, public_path_id_, image_;
    std::optional<bool> start_, no_pool_;
    std::optional<std::int64_t> ephemeral_;
    std::optional<std::string> project_id_;

    BOOST_DESCRIBE_CLASS(
        new_project,
        (),
        (),
        (),
        (title_,
         description_,
         license_,
         public_path_id_,
         image_,
         start_,
         no_pool_,
         ephemeral_,
         project_id_)
    )
};
constexpr json::wire wire_of(new_project const*, std::string_view member)
{
    json::wire w;
    if (member == "no_pool_") w.name = "noPool";
    return w;
}

/// @brief A file or directory to copy; `hub.projects().copy_path_between_projects`.
class path_copy
{
public:
    /// @param src_project_id UUID of the source project
    /// @param src_path the file or directory, relative to the home directory of that project
    path_copy(std::string src_project_id, std::string src_path)
        : src_project_id_(std::move(src_project_id)), src_path_(std::move(src_path))
    {
    }

    /// @brief Sets the target project; not set: the source project itself.
    path_copy& target_project_id(std::string id)
    {
        target_project_id_ = std::move(id);
        return *this;
    }
    /// @brief Sets the path in the target project; not set: the same path as in the source.
    path_copy& target_path(std::string path)
    {
        target_path_ = std::move(path);
        return *this;
    }
    /// @brief Overwrites files that are newer in the target.
    path_copy& overwrite_newer(bool yes = true)
    {
        overwrite_newer_ = yes;
        return *this;
    }
    /// @brief Deletes files of the target that the source does not have, even newer ones.
    path_copy& delete_missing(bool yes = true)
    {
        delete_missing_ = yes;
        return *this;
    }
    /// @brief Keeps a backup of each overwritten file.
    path_copy& backup(bool yes = true)
    {
        backup_ = yes;
        return *this;
    }
    /// @brief Sets how long the copy may take. The call waits as long.
    path_copy& timeout(std::chrono::nanoseconds limit)
    {
        timeout_ = json::seconds(limit);
        return *this;
    }
    /// @brief Sets patterns of files to leave out, in the syntax of rsync.
    path_copy& exclude(std::vector<std::string> patterns)
    {
        exclude_ = std::move(patterns);
        return *this;
    }

    /// @brief The value that was set by `timeout`.
    std::optional<json::seconds> timeout() const noexcept { return timeout_; }

private:
    std::string src_project_id_, src_path_;
    std::optional<std::string> target_project_id_, target_path_;
    std::optional<bool> overwrite_newer_, delete_missing_, backup_;
    std::optional<json::seconds> timeout_;
    std::optional<std::vector<std::string>> exclude_;

    BOOST_DESCRIBE_CLASS(
        path_copy,
        (),
        (),
        (),
        (src_project_id_,
         src_path_,
         target_project_id_,
         target_path_,
         overwrite_newer_,
         delete_missing_,
         backup_,
         timeout_,
         exclude_)
    )
};

/// @brief The quotas of a project; `hub.projects().set_quotas`. A quota that is not set does not
/// change.
class project_quotas
{
public:
    /// @param project_id UUID of the project
    explicit project_quotas(std::string project_id) : project_id_(std::move(project_id)) {}

    /// @brief Sets the memory in MB.
    project_quotas& memory(std::int64_t mb) { return set(memory_, mb); }
    /// @brief Sets the reserved memory in MB.
    project_quotas& memory_request(std::int64_t mb) { return set(memory_request_, mb); }
    /// @brief Sets the project's share of the processor time, relative to other projects.
    project_quotas& cpu_shares(std::int64_t shares) { return set(cpu_shares_, shares); }
    /// @brief Sets the number of processor cores; fractions are possible.
    project_quotas& cores(double n)
    {
        cores_ = n;
        return *this;
    }
    /// @brief Sets the disk space in MB.
    project_quotas& disk_quota(std::int64_t mb) { return set(disk_quota_, mb); }
    /// @brief Sets the idle time after which the server stops the project.
    project_quotas& mintime(std::chrono::seconds idle) { return set(mintime_, idle.count()); }
    /// @brief Sets whether the project has access to the internet.
    project_quotas& network(bool yes) { return set(network_, yes); }
    /// @brief Sets whether the project runs on the better machines.
    project_quotas& member_host(bool yes) { return set(member_host_, yes); }
    /// @brief Sets whether the server restarts the project each time it stops.
    project_quotas& always_running(bool yes) { return set(always_running_, yes); }

private:
    using number = std::optional<std::int64_t>;

    project_quotas& set(number& member, std::int64_t value)
    {
        member = value;
        return *this;
    }

    std::string project_id_;
    number memory_, memory_request_, cpu_shares_;
    std::optional<double> cores_;
    number disk_quota_, mintime_, network_, member_host_, always_running_;

    BOOST_DESCRIBE_CLASS(
        project_quotas,
        (),
        (),
        (),
        (project_id_,
         memory_,
         memory_request_,
         cpu_shares_,
         cores_,
         disk_quota_,
         mintime_,
         network_,
         member_host_,
         always_running_)
    )
};

}  // namespace cohub::inline abi_0_2

#endif
