#ifndef COHUB_COCALC_TYPES_PROJECT_FILE_HPP
#define COHUB_COCALC_TYPES_PROJECT_FILE_HPP

#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2 {

/// @brief The answer to a project's `test`.
/// @source cocalc packages/project/conat/api/system.ts
struct project_key_owner
{
    project_key_owner() = default;

    /// UUID of the project that answered.
    std::string project_id;
    /// The project's clock.
    sys_ms server_time{};
};
BOOST_DESCRIBE_STRUCT(project_key_owner, (), (project_id, server_time))

/// @brief A file or directory in a listing.
///
/// Servers have spelled some members in two ways: `is_directory` and `is_link` know both.
/// @source cocalc packages/backend/get-listing.ts
struct directory_entry
{
    directory_entry() = default;

    /// Without the directory.
    std::string name;
    /// Whether it is a directory; see `is_directory`.
    std::optional<bool> isdir;
    /// Whether it is a symbolic link; see `is_link`.
    std::optional<bool> issymlink;
    /// Where a symbolic link leads.
    std::optional<std::string> link_target;
    /// Bytes; of a directory: entries.
    std::optional<std::int64_t> size;
    /// Seconds since 1970, parts of them too.
    std::optional<double> mtime;
    /// Members that this version does not know.
    boost::json::object extra;

    /// @brief Whether it is a directory, by either spelling.
    bool is_directory() const noexcept { return isdir.value_or(false) || was("isdir"); }
    /// @brief Whether it is a symbolic link, by either spelling.
    bool is_link() const noexcept { return issymlink.value_or(false) || was("issymlink"); }

private:
    bool was(char const* older_name) const noexcept
    {
        auto const* const v = extra.if_contains(older_name);
        return v != nullptr && v->is_bool() && v->get_bool();
    }
};
BOOST_DESCRIBE_STRUCT(directory_entry, (), (name, isdir, issymlink, link_target, size, mtime))
constexpr json::wire wire_of(directory_entry const*, std::string_view member)
{
    json::wire w;
    w.lenient = member != "name";
    if (member == "isdir") w.name = "isDir";
    if (member == "issymlink") w.name = "isSymLink";
    if (member == "link_target") w.name = "linkTarget";
    return w;
}

/// @brief A Jupyter kernel that runs in a project.
/// @source cocalc packages/project/conat/api/system.ts, listJupyterKernels
struct running_kernel
{
    running_kernel() = default;

    /// Number of the kernel's process.
    std::int64_t pid = 0;
    /// The kernel's connection file, or `unknown`.
    std::string connection_file;
    /// E.g. `python3`; not set if nobody knows it any more.
    std::optional<std::string> kernel_name;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(running_kernel, (), (pid, connection_file, kernel_name))
constexpr json::wire wire_of(running_kernel const*, std::string_view member)
{
    json::wire w;
    if (member == "connection_file") w.name = "connectionFile";
    return w;
}

/// @brief Whether a kernel was stopped.
struct kernel_stopped
{
    kernel_stopped() = default;

    /// False: there is no such kernel.
    bool success = false;
};
BOOST_DESCRIBE_STRUCT(kernel_stopped, (), (success))

/// @brief A kernel's picture.
struct kernel_logo
{
    kernel_logo() = default;

    /// The picture's file name.
    std::string filename;
    /// The picture's bytes, encoded.
    std::string base64;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(kernel_logo, (), (filename, base64))

}  // namespace cohub::inline abi_0_2

#endif
