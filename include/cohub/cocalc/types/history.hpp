#ifndef COHUB_COCALC_TYPES_HISTORY_HPP
#define COHUB_COCALC_TYPES_HISTORY_HPP

#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief Selects a part of a file's history; `hub.sync().history`.
class history_query
{
public:
    /// @param project_id UUID of the project
    /// @param path the file, relative to the project's home directory
    history_query(std::string project_id, std::string path)
        : project_id_(std::move(project_id)), path_(std::move(path))
    {
    }

    /// @brief Sets the number from which edits are returned. The server's default is 0, the
    /// beginning.
    history_query& start_seq(std::int64_t seq)
    {
        start_seq_ = seq;
        return *this;
    }
    /// @brief Sets the number up to which edits are returned.
    history_query& end_seq(std::int64_t seq)
    {
        end_seq_ = seq;
        return *this;
    }

private:
    std::string project_id_, path_;
    std::optional<std::int64_t> start_seq_, end_seq_;

    BOOST_DESCRIBE_CLASS(history_query, (), (), (), (project_id_, path_, start_seq_, end_seq_))
};

/// @brief An edit, as the sync engine records it.
struct patch_message
{
    patch_message() = default;

    /// Logical time. It identifies the patch among the patches of its file.
    std::optional<sys_ms> time;
    /// The time on the clock of the author.
    std::optional<sys_ms> wall;
    /// The change, as a diff-match-patch in a compressed JSON form.
    std::optional<std::string> patch;
    /// The index of the author in the file's list of users.
    std::optional<std::int64_t> user_id;
    /// Whether the patch is stored with the whole text.
    std::optional<bool> is_snapshot;
    /// The logical times of the patches that this patch is based on.
    std::vector<sys_ms> parents;
    /// The number that the editor shows for the patch.
    std::optional<std::int64_t> version;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(
    patch_message, (), (time, wall, patch, user_id, is_snapshot, parents, version)
)
constexpr json::wire wire_of(patch_message const*, std::string_view)
{
    json::wire w;
    w.may_be_absent = true;
    w.lenient = true;
    return w;
}

/// @brief One entry of a file's history.
struct history_patch
{
    history_patch() = default;

    /// Its number in the stream that contains the patches.
    std::int64_t seq = 0;
    /// When the server stored it.
    std::optional<sys_ms> time;
    /// The edit.
    patch_message mesg;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(history_patch, (), (seq, time, mesg))

/// @brief The edits of a file, oldest first.
/// @source cocalc packages/server/conat/api/sync.ts, history
struct file_history
{
    file_history() = default;

    /// Oldest first.
    std::vector<history_patch> patches;
    /// Information about the stream that contains the patches.
    boost::json::value info;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(file_history, (), (patches, info))
constexpr json::wire wire_of(file_history const*, std::string_view member)
{
    json::wire w;
    w.may_be_absent = member == "info";
    return w;
}

}  // namespace cohub::inline abi_0_2

#endif
