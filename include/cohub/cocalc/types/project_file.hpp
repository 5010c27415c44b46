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

/// @brief The result of `project.system().test`.
/// @source cocalc packages/project/conat/api/system.ts
struct project_key_owner
{
    project_key_owner() = default;

    /// UUID of the project that answered.
    std::string project_id;
    /// The time on the project's clock.
    sys_ms server_time{};
};
BOOST_DESCRIBE_STRUCT(project_key_owner, (), (project_id, server_time))

/// @brief A file or directory in the list of a directory.
///
/// Servers use two spellings for some members. `is_directory` and `is_link` know both spellings.
/// @source cocalc packages/backend/get-listing.ts
struct directory_entry
{
    directory_entry() = default;

    /// The name, without the directory.
    std::string name;
    /// Whether it is a directory; see `is_directory`.
    std::optional<bool> isdir;
    /// Whether it is a symbolic link; see `is_link`.
    std::optional<bool> issymlink;
    /// The target of a symbolic link.
    std::optional<std::string> link_target;
    /// Size in bytes; for a directory, the number of entries.
    std::optional<std::int64_t> size;
    /// When it was last changed, in seconds since 1970, with a fraction.
    std::optional<double> mtime;
    /// Members that this version does not know.
    boost::json::object extra;

    /// @brief Whether it is a directory, in either spelling.
    bool is_directory() const noexcept { return isdir.value_or(false) || was("isdir"); }
    /// @brief Whether it is a symbolic link, in either spelling.
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

/// @brief A running Jupyter kernel of a project.
/// @source cocalc packages/project/conat/api/system.ts, listJupyterKernels
struct running_kernel
{
    running_kernel() = default;

    /// The process id of the kernel.
    std::int64_t pid = 0;
    /// The kernel's connection file, or `unknown`.
    std::string connection_file;
    /// The name of the kernel, for example `python3`; not set if the project does not know it.
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

    /// Whether the kernel was stopped; false: there is no such kernel.
    bool success = false;
};
BOOST_DESCRIBE_STRUCT(kernel_stopped, (), (success))

/// @brief The logo of a kernel.
struct kernel_logo
{
    kernel_logo() = default;

    /// The file name of the picture.
    std::string filename;
    /// The bytes of the picture, in Base64.
    std::string base64;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(kernel_logo, (), (filename, base64))

}  // namespace cohub::inline abi_0_2

#endif
