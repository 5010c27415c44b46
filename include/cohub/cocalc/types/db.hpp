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

/// @brief How a user query is done; `hub.db().query`, `get_many`. A list of options, each an object
/// of one member.
class query_options
{
public:
    query_options() {}

    /// @brief How many rows at most.
    query_options& limit(std::int64_t n) { return add("limit", n); }
    /// @brief A column, with `-` before it for descending order.
    query_options& order_by(std::string_view column)
    {
        return add("order_by", boost::json::string(column.data(), column.size()));
    }
    /// @brief Take the query for one that changes a row, or for one that reads, whether it has
    /// nulls or not.
    query_options& set(bool yes = true) { return add("set", yes); }
    /// @brief Delete the rows that match.
    query_options& delete_(bool yes = true) { return add("delete", yes); }
    /// @brief Any other option.
    COHUB_DECL query_options& add(std::string_view name, boost::json::value value);

    /// @brief Whether there is no option.
    bool empty() const noexcept { return all_.empty(); }
    /// @brief The first option, a JSON object of one member.
    auto begin() const noexcept { return all_.begin(); }
    /// @brief Behind the last option.
    auto end() const noexcept { return all_.end(); }

    friend void encode(json::writer& w, query_options const& o) { w.value(o.all_); }

private:
    boost::json::array all_;
};

/// @brief Some use of a project or file to be recorded; `hub.db().touch`.
class activity
{
public:
    /// @brief Of the account alone.
    activity() {}
    /// @brief Of this project.
    /// @param project_id a UUID
    explicit activity(std::string project_id) : project_id_(std::move(project_id)) {}

    /// @brief The file that is used, below the project's home directory.
    activity& path(std::string file)
    {
        path_ = std::move(file);
        return *this;
    }
    /// @brief `edit` if not set.
    activity& action(std::string word)
    {
        action_ = std::move(word);
        return *this;
    }

private:
    std::optional<std::string> project_id_, path_, action_;

    BOOST_DESCRIBE_CLASS(activity, (), (), (), (project_id_, path_, action_))
};

/// @brief Where the history of a file from before today's sync engine is kept.
struct legacy_time_travel
{
    legacy_time_travel() = default;

    /// For `get_legacy_time_travel_patches`; empty: there is none.
    std::string uuid;
    /// Account ids, as the patches count them.
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

/// @brief Whose use of which file; `hub.db().file_use_times`.
class file_use_query
{
public:
    /// @param project_id UUID of the project
    /// @param path the file, below the project's home directory
    file_use_query(std::string project_id, std::string path)
        : project_id_(std::move(project_id)), path_(std::move(path))
    {
    }

    /// @brief Somebody else's.
    file_use_query& target_account_id(std::string id)
    {
        target_account_id_ = std::move(id);
        return *this;
    }
    /// @brief How many times at most; 1000 if not set.
    file_use_query& limit(std::int64_t n)
    {
        limit_ = n;
        return *this;
    }
    /// @brief When it was opened; true if not set.
    file_use_query& access_times(bool yes)
    {
        access_times_ = yes;
        return *this;
    }
    /// @brief When it was edited; false if not set.
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
    /// When the account opened the file; not set if it was not asked for.
    std::optional<std::vector<sys_ms>> access_times;
    /// An edit whose time is not known is not set.
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
