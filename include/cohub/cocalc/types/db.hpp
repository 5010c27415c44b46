#ifndef COHUB_COCALC_TYPES_DB_HPP
#define COHUB_COCALC_TYPES_DB_HPP

#include <cohub/core/config.hpp>
#include <cohub/json/encode.hpp>
#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief Options of a user query; `hub.db().query`, `get_many`. It is a list of options. Each
/// option is an object with one member.
class query_options
{
public:
    query_options() {}

    /// @brief Sets the maximum number of rows.
    query_options& limit(std::int64_t n) { return add("limit", n); }
    /// @brief Sorts by a column. `-` before the name means descending order.
    query_options& order_by(std::string_view column)
    {
        return add("order_by", boost::json::string(column.data(), column.size()));
    }
    /// @brief Sets whether the query changes a row (true) or reads (false). Then it does not matter
    /// if the query contains nulls.
    query_options& set(bool yes = true) { return add("set", yes); }
    /// @brief Deletes the matching rows.
    query_options& delete_(bool yes = true) { return add("delete", yes); }
    /// @brief Adds any other option.
    COHUB_DECL query_options& add(std::string_view name, boost::json::value value);

    /// @brief Whether there are no options.
    bool empty() const noexcept { return all_.empty(); }
    /// @brief The first option, a JSON object with one member.
    auto begin() const noexcept { return all_.begin(); }
    /// @brief The position after the last option.
    auto end() const noexcept { return all_.end(); }

    friend void encode(json::writer& w, query_options const& o) { w.value(o.all_); }

private:
    boost::json::array all_;
};

/// @brief A use of a project or file, to be recorded; `hub.db().touch`.
class activity
{
public:
    /// @brief An activity of the account without a project.
    activity() {}
    /// @brief An activity in this project.
    /// @param project_id UUID of the project
    explicit activity(std::string project_id) : project_id_(std::move(project_id)) {}

    /// @brief Sets the file, relative to the project's home directory.
    activity& path(std::string file)
    {
        path_ = std::move(file);
        return *this;
    }
    /// @brief Sets the kind of activity; `edit` if not set.
    activity& action(std::string word)
    {
        action_ = std::move(word);
        return *this;
    }

private:
    std::optional<std::string> project_id_, path_, action_;

    BOOST_DESCRIBE_CLASS(activity, (), (), (), (project_id_, path_, action_))
};

/// @brief Where the server stores the old history of a file, from before the present sync engine.
struct legacy_time_travel
{
    legacy_time_travel() = default;

    /// The argument for `get_legacy_time_travel_patches`; empty: there is no old history.
    std::string uuid;
    /// The account ids that the patches refer to by index.
    boost::json::value users;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(legacy_time_travel, (), (uuid, users))
constexpr json::wire wire_of(legacy_time_travel const*, std::string_view member)
{
    json::wire w;
    w.may_be_absent = member == "users";
    return w;
}

/// @brief A query for the times at which an account used a file; `hub.db().file_use_times`.
class file_use_query
{
public:
    /// @param project_id UUID of the project
    /// @param path the file, relative to the project's home directory
    file_use_query(std::string project_id, std::string path)
        : project_id_(std::move(project_id)), path_(std::move(path))
    {
    }

    /// @brief Selects another account than the caller's.
    file_use_query& target_account_id(std::string id)
    {
        target_account_id_ = std::move(id);
        return *this;
    }
    /// @brief Sets the maximum number of times; 1000 if not set.
    file_use_query& limit(std::int64_t n)
    {
        limit_ = n;
        return *this;
    }
    /// @brief Sets whether to return when the file was opened; true if not set.
    file_use_query& access_times(bool yes)
    {
        access_times_ = yes;
        return *this;
    }
    /// @brief Sets whether to return when the file was edited; false if not set.
    file_use_query& edit_times(bool yes = true)
    {
        edit_times_ = yes;
        return *this;
    }

private:
    std::string project_id_, path_;
    std::optional<std::string> target_account_id_;
    std::optional<std::int64_t> limit_;
    std::optional<bool> access_times_, edit_times_;

    BOOST_DESCRIBE_CLASS(
        file_use_query,
        (),
        (),
        (),
        (project_id_, path_, target_account_id_, limit_, access_times_, edit_times_)
    )
};

/// @brief When an account used a file.
/// @source cocalc packages/server/conat/api/file-use-times.ts
struct file_use
{
    file_use() = default;

    /// UUID of the account.
    std::string target_account_id;
    /// When the account opened the file; not set if the query did not ask for it.
    std::optional<std::vector<sys_ms>> access_times;
    /// When the account edited the file. An element is not set if the time of that edit is not
    /// known.
    std::optional<std::vector<std::optional<sys_ms>>> edit_times;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(file_use, (), (target_account_id, access_times, edit_times))

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/types/impl/db.ipp>
#endif

#endif
