#ifndef COHUB_COCALC_TYPES_API_KEY_HPP
#define COHUB_COCALC_TYPES_API_KEY_HPP

#include <cohub/core/secret.hpp>
#include <cohub/json/timestamp.hpp>
#include <cohub/json/wire.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

/// @brief What to do with the API keys of the account, or of a project of its.
class api_key_action
{
public:
    /// @brief Lists the keys.
    static api_key_action get() { return api_key_action("get"); }
    /// @brief Makes a key.
    /// @param name what people see it by
    static api_key_action create(std::string name)
    {
        return api_key_action("create").name(std::move(name));
    }
    /// @brief Changes a key: its name, its end.
    /// @param id from `api_key_entry`
    static api_key_action edit(std::int64_t id) { return api_key_action("edit").id(id); }
    /// @brief Removes a key.
    /// @param id from `api_key_entry`
    static api_key_action remove(std::int64_t id) { return api_key_action("delete").id(id); }

    /// @brief The keys of this project and not the account's own.
    api_key_action& project_id(std::string id)
    {
        project_id_ = std::move(id);
        return *this;
    }
    /// @brief What people see the key by.
    api_key_action& name(std::string text)
    {
        name_ = std::move(text);
        return *this;
    }
    /// @brief When the key ends; one without an end goes on for ever.
    api_key_action& expire(sys_ms when)
    {
        expire_ = json::format_iso8601(when);
        return *this;
    }
    /// @brief Which key, by the `id` of its `api_key_entry`; for `get`, that one alone.
    api_key_action& id(std::int64_t number)
    {
        id_ = number;
        return *this;
    }

    /// @brief Whether this makes a key.
    bool creates() const noexcept { return action_ == "create"; }

private:
    explicit api_key_action(std::string action) : action_(std::move(action)) {}

    std::string action_;
    std::optional<std::string> project_id_;
    std::optional<std::string> name_;
    std::optional<std::string> expire_;
    std::optional<std::int64_t> id_;

    BOOST_DESCRIBE_CLASS(api_key_action, (), (), (), (action_, project_id_, name_, expire_, id_))
};

/// @brief An API key as the server lists it.
/// @source cocalc packages/server/api/manage.ts
struct api_key_entry
{
    api_key_entry() = default;

    /// The number that the server knows the key by.
    std::int64_t id = 0;
    /// UUID of the account that made it.
    std::optional<std::string> account_id;
    /// UUID of the project whose key it is; not set: an account's.
    std::optional<std::string> project_id;
    /// When it ends; not set: never.
    std::optional<sys_ms> expire;
    /// When it was made.
    std::optional<sys_ms> created;
    /// What people see it by.
    std::optional<std::string> name;
    /// The key's beginning and end, enough to tell it from others.
    std::optional<std::string> trunc;
    /// When it was used last.
    std::optional<sys_ms> last_active;
    /// The key itself; only right after `create`, and never again.
    std::optional<cohub::secret> secret;
    /// Members that this version does not know.
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(
    api_key_entry,
    (),
    (id, account_id, project_id, expire, created, name, trunc, last_active, secret)
)
constexpr json::wire wire_of(api_key_entry const*, std::string_view member)
{
    json::wire w;
    w.iso_time = member == "expire" || member == "created" || member == "last_active";
    return w;
}

}  // namespace cohub::inline abi_0_2

#endif
