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

/// @brief A project to be made; `hub.projects().create_project`.
class new_project
{
public:
    /// @brief With the server's title, `No Title`.
    new_project() = default;
    /// @param title one that no other project has, if a lost call is to be found again
    new_project(std::string title) : title_(std::move(title)) {}
    /// @param title as above
    new_project(char const* title) : title_(title) {}

    /// @brief What people see the project by.
    new_project& title(std::string text)
    {
        title_ = std::move(text);
        return *this;
    }
    /// @brief More about it, for people.
    new_project& description(std::string text)
    {
        description_ = std::move(text);
        return *this;
    }
    /// @brief License ids, separated by commas; invalid ones are dropped silently.
    new_project& license(std::string ids)
    {
        license_ = std::move(ids);
        return *this;
    }
    /// @brief A shared path whose content fills the project.
    new_project& public_path_id(std::string id)
    {
        public_path_id_ = std::move(id);
        return *this;
    }
    /// @brief Software image.
    new_project& image(std::string name)
    {
        image_ = std::move(name);
        return *this;
    }
    /// @brief Start it at once.
    new_project& start(bool yes = true)
    {
        start_ = yes;
        return *this;
    }
    /// @brief Do not take one of the server's projects made in advance.
    new_project& no_pool(bool yes = true)
    {
        no_pool_ = yes;
        return *this;
    }
    /// @brief It expires this long after it was made.
    new_project& ephemeral(std::chrono::milliseconds life)
    {
        ephemeral_ = life.count();
        return *this;
    }
    /// @brief For site admins.
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

/// @brief A file or directory to be copied; `hub.projects().copy_path_between_projects`.
class path_copy
{
public:
    /// @param src_project_id UUID of the source project
    /// @param src_path file or directory, below its home directory
    path_copy(std::string src_project_id, std::string src_path)
        : src_project_id_(std::move(src_project_id)), src_path_(std::move(src_path))
    {
    }

    /// @brief The source project itself if not set.
    path_copy& target_project_id(std::string id)
    {
        target_project_id_ = std::move(id);
        return *this;
    }
    /// @brief The same path as in the source if not set.
    path_copy& target_path(std::string path)
    {
        target_path_ = std::move(path);
        return *this;
    }
    /// @brief Overwrite files that are newer in the target.
    path_copy& overwrite_newer(bool yes = true)
    {
        overwrite_newer_ = yes;
        return *this;
    }
    /// @brief Delete files of the target that the source does not have, newer ones too.
    path_copy& delete_missing(bool yes = true)
    {
        delete_missing_ = yes;
        return *this;
    }
    /// @brief Keep a backup of each file that is overwritten.
    path_copy& backup(bool yes = true)
    {
        backup_ = yes;
        return *this;
    }
    /// @brief How long the copy may take; the call waits as long.
    path_copy& timeout(std::chrono::nanoseconds limit)
    {
        timeout_ = json::seconds(limit);
        return *this;
    }
    /// @brief Patterns of what to leave out, as rsync takes them.
    path_copy& exclude(std::vector<std::string> patterns)
    {
        exclude_ = std::move(patterns);
        return *this;
    }

    /// @brief What `timeout` was told.
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

/// @brief What a project may use; `hub.projects().set_quotas`. What is not set stays.
class project_quotas
{
public:
    /// @param project_id UUID of the project
    explicit project_quotas(std::string project_id) : project_id_(std::move(project_id)) {}

    /// @brief MB.
    project_quotas& memory(std::int64_t mb) { return set(memory_, mb); }
    /// @brief MB that are kept free for it.
    project_quotas& memory_request(std::int64_t mb) { return set(memory_request_, mb); }
    /// @brief Its part of the processor time, beside that of other projects.
    project_quotas& cpu_shares(std::int64_t shares) { return set(cpu_shares_, shares); }
    /// @brief Processor cores; parts of one are possible.
    project_quotas& cores(double n)
    {
        cores_ = n;
        return *this;
    }
    /// @brief MB.
    project_quotas& disk_quota(std::int64_t mb) { return set(disk_quota_, mb); }
    /// @brief Idle time after which it is stopped.
    project_quotas& mintime(std::chrono::seconds idle) { return set(mintime_, idle.count()); }
    /// @brief Access to the internet.
    project_quotas& network(bool yes) { return set(network_, yes); }
    /// @brief Whether it runs on the better machines.
    project_quotas& member_host(bool yes) { return set(member_host_, yes); }
    /// @brief Whether it is started again whenever it stops.
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
