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

/// @brief An action on the API keys of the account, or of one of its projects.
class api_key_action
{
public:
    /// @brief Lists the keys.
    static api_key_action get() { return api_key_action("get"); }
    /// @brief Makes a key.
    /// @param name the name that people see
    static api_key_action create(std::string name)
    {
        return api_key_action("create").name(std::move(name));
    }
    /// @brief Changes the name or the expiry time of a key.
    /// @param id the `id` of the key's `api_key_entry`
    static api_key_action edit(std::int64_t id) { return api_key_action("edit").id(id); }
    /// @brief Removes a key.
    /// @param id the `id` of the key's `api_key_entry`
    static api_key_action remove(std::int64_t id) { return api_key_action("delete").id(id); }

    /// @brief Selects the keys of this project, and not the account's own keys.
    api_key_action& project_id(std::string id)
    {
        project_id_ = std::move(id);
        return *this;
    }
    /// @brief Sets the name of the key that people see.
    api_key_action& name(std::string text)
    {
        name_ = std::move(text);
        return *this;
    }
    /// @brief Sets when the key expires. A key without such a time never expires.
    api_key_action& expire(sys_ms when)
    {
        expire_ = json::format_iso8601(when);
        return *this;
    }
    /// @brief Selects one key by the `id` of its `api_key_entry`. With `get`, the answer contains
    /// only this key.
    api_key_action& id(std::int64_t number)
    {
        id_ = number;
        return *this;
    }

    /// @brief Whether this action makes a key.
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

    /// The server's number of the key.
    std::int64_t id = 0;
    /// UUID of the account that made the key.
    std::optional<std::string> account_id;
    /// UUID of the project that the key belongs to; not set: it is the key of an account.
    std::optional<std::string> project_id;
    /// When the key expires; not set: never.
    std::optional<sys_ms> expire;
    /// When the key was made.
    std::optional<sys_ms> created;
    /// The name that people see.
    std::optional<std::string> name;
    /// The beginning and the end of the key, to distinguish it from other keys.
    std::optional<std::string> trunc;
    /// When the key was last used.
    std::optional<sys_ms> last_active;
    /// The key itself. Only the answer to `create` contains it.
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
