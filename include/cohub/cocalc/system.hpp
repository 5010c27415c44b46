#ifndef COHUB_COCALC_SYSTEM_HPP
#define COHUB_COCALC_SYSTEM_HPP

#include <cohub/batching/name_lookups.hpp>
#include <cohub/cocalc/names.hpp>
#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/api_key.hpp>
#include <cohub/cocalc/types/server_time.hpp>
#include <cohub/cocalc/types/user.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief Accounts and the server itself; `hub.system()`.
///
/// After its arguments, every method takes `call_options`, a completion token, both, or neither.
/// Without a completion token, `co_await` returns the result or throws `cohub::error`.
///
/// There is no function for `system.terminate`: it is a development hook that stops a service. A
/// program that needs it can use `hub.call`.
class system_api : public cocalc::group
{
public:
    using group::group;

    /// @brief Returns the server's time. This is the cheapest way to check that the host and the
    /// key work.
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/system.ts, ping
    template <class... Args>
    requires call_args<Args...>
    auto ping(Args&&... args) const
    {
        return rpc_plain<server_now>("system.ping", retry::safe, std::forward<Args>(args)...);
    }

    /// @brief Returns the account that the key belongs to. The server refuses a project's key here.
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/system.ts, test
    template <class... Args>
    requires call_args<Args...>
    auto test(Args&&... args) const
    {
        return rpc_plain<key_owner>("system.test", retry::safe, std::forward<Args>(args)...);
    }

    /// @brief Returns the names of accounts.
    /// @param account_ids UUIDs in lower case; one request can carry about 26,000 of them. For an
    /// id in upper case, the answer has two entries: the right names under the id in lower case,
    /// and `Deleted User` under the id in upper case
    /// @return a map from account id to names; unknown accounts have the name `Deleted User`
    /// @errors errc::invalid_argument if an id is not a UUID (the server reports this);
    /// errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/accounts/get-name.ts, getNames
    template <class... Args>
    requires call_args<Args...>
    auto get_names(std::vector<std::string> const& account_ids, Args&&... args) const
    {
        return rpc<names_by_account>(
            "system.getNames", retry::safe, account_ids, std::forward<Args>(args)...
        );
    }

    /// @brief Returns the name of one account.
    ///
    /// With `options::coalesce`, the client sends the lookups that arrive within a short time
    /// window as one `system.getNames` for all callers. Each caller still has its own result,
    /// deadline and cancellation. A lookup with its own headers or its own number of retries is
    /// sent alone. With `coalesce_options::cache`, a cached name is returned without a request.
    /// @param account_id a UUID
    /// @errors errc::invalid_argument if the id is not a UUID (nothing is sent); errc::not_found if
    /// there is no such account (any more); errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/accounts/get-name.ts, getNames
    template <class... Args>
    requires call_args<Args...>
    auto get_name(std::string_view account_id, Args&&... args) const
    {
        return call::initiate<account_names>(
            channel_->shared_by_callers(call::room::names, &batching::make_name_lookups),
            cocalc::name_request(account_id),
            std::forward<Args>(args)...
        );
    }

    /// @brief Removes the name of this account from the cache, so that the next `get_name` sends a
    /// request; see `coalesce_options::cache`.
    /// @param account_id the account's UUID
    void forget_name(std::string_view account_id) const { channel_->forget(account_id); }
    /// @brief Removes the names of all accounts from the cache.
    void forget_names() const { channel_->forget({}); }

    /// @brief Finds accounts by parts of their names, by exact e-mail address or by account id.
    /// @param query what to look for; a plain string is enough
    /// @return the matching accounts, the most recently active first. An account that matches twice
    /// may be in the list twice
    /// @errors errc::forbidden if `admin` is set and the account is not a site admin;
    /// errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/accounts/search.ts
    template <class... Args>
    requires call_args<Args...>
    auto user_search(user_query const& query, Args&&... args) const
    {
        return rpc<std::vector<user>>(
            "system.userSearch", retry::safe, query, std::forward<Args>(args)...
        );
    }

    /// @brief Reads all public settings of the site, for example `siteName` and `dns`.
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/system.ts, getCustomize
    template <class... Args>
    requires call_args<Args...>
    auto get_customize(Args&&... args) const
    {
        return rpc_bare<boost::json::object>(
            "system.getCustomize", retry::safe, std::forward<Args>(args)...
        );
    }

    /// @brief Reads some public settings of the site.
    /// @param fields the names of the settings. Settings that are not set are missing in the answer
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/system.ts, getCustomize
    template <class... Args>
    requires call_args<Args...>
    auto get_customize(std::vector<std::string> const& fields, Args&&... args) const
    {
        return rpc<boost::json::object>(
            "system.getCustomize", retry::safe, fields, std::forward<Args>(args)...
        );
    }

    /// @brief Records an event of the user.
    /// @param value more data, as an object
    /// @param event the name of the event
    /// @errors errc::unauthorized; transport errors
    /// @retry never: each request appends a record
    /// @source cocalc packages/conat/hub/api/system.ts, userTracking
    template <class... Args>
    requires call_args<Args...>
    auto user_tracking(std::string_view event, boost::json::object const& value, Args&&... args)
        const
    {
        cocalc::object_writer o;
        o.add("event", event).add("value", boost::json::value(value));
        return send<void>("system.userTracking", retry::never, o, std::forward<Args>(args)...);
    }

    /// @brief Records an error that happened in a client.
    /// @param event what went wrong
    /// @param error the error's text
    /// @errors errc::unauthorized; transport errors
    /// @retry never: each request appends a record
    /// @source cocalc packages/conat/hub/api/system.ts, logClientError
    template <class... Args>
    requires call_args<Args...>
    auto log_client_error(std::string_view event, std::string_view error, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("event", event).add("error", error);
        return send<void>("system.logClientError", retry::never, o, std::forward<Args>(args)...);
    }

    /// @brief Records an error of a web application.
    /// @param details an object with any members
    /// @errors errc::unauthorized; transport errors
    /// @retry never: each request appends a record
    /// @source cocalc packages/conat/hub/api/system.ts, webappError
    template <class... Args>
    requires call_args<Args...>
    auto webapp_error(boost::json::object const& details, Args&&... args) const
    {
        return rpc<void>(
            "system.webappError",
            retry::never,
            boost::json::value(details),
            std::forward<Args>(args)...
        );
    }

    /// @brief Lists, makes, changes or removes API keys.
    /// @param action what to do, and with which keys
    /// @return for `get`, the keys, newest first (with an `id` that no key has, the list contains
    /// an empty element); for `create`, the new key with its `secret`; otherwise nothing
    /// @errors errc::not_found (there is no such key), errc::forbidden (the account is not a
    /// collaborator), errc::unauthorized; transport errors
    /// @retry safe; never for `create`
    /// @source cocalc packages/server/api/manage.ts
    template <class... Args>
    requires call_args<Args...>
    auto manage_api_keys(api_key_action const& action, Args&&... args) const
    {
        return rpc<json::list_or_null<std::optional<api_key_entry>>>(
            "system.manageApiKeys",
            action.creates() ? retry::never : retry::safe,
            action,
            std::forward<Args>(args)...
        );
    }

    /// @brief Makes a token that signs in the account by a URL, for 24 hours.
    ///
    /// It is not an API key. For site admins; others need the account's password (see the next
    /// overload).
    /// @param user_account_id UUID of the account that the token signs in
    /// @errors errc::forbidden, errc::unauthorized; transport errors
    /// @retry never: each request makes another token
    /// @source cocalc packages/server/auth/auth-token.ts, generateUserAuthToken
    template <class... Args>
    requires call_args<Args...>
    auto generate_user_auth_token(std::string_view user_account_id, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("user_account_id", user_account_id);
        return send<secret>(
            "system.generateUserAuthToken", retry::never, o, std::forward<Args>(args)...
        );
    }

    /// @brief The same for callers who know the account's password.
    /// @param user_account_id as above
    /// @param password the password of that account
    /// @errors errc::unauthorized (wrong password), errc::rate_limited (for 30 s after a wrong
    /// password); transport errors
    /// @retry never
    /// @source cocalc packages/server/auth/auth-token.ts, generateUserAuthToken
    template <class... Args>
    requires call_args<Args...>
    auto generate_user_auth_token(
        std::string_view user_account_id, secret const& password, Args&&... args
    ) const
    {
        cocalc::object_writer o;
        o.add("user_account_id", user_account_id).add("password", password);
        return send<secret>(
            "system.generateUserAuthToken", retry::never, o, std::forward<Args>(args)...
        );
    }

    /// @brief Makes a token invalid. An unknown token is not an error.
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/auth/auth-token.ts, revokeUserAuthToken
    template <class... Args>
    requires call_args<Args...>
    auto revoke_user_auth_token(secret const& token, Args&&... args) const
    {
        return rpc<void>(
            "system.revokeUserAuthToken", retry::safe, token, std::forward<Args>(args)...
        );
    }

    /// @brief Makes a link with which a user can set a new password for the account. For site
    /// admins.
    /// @param user_account_id UUID of the account
    /// @return the path of the link, without scheme and host
    /// @errors errc::forbidden; errc::api_error if the account has no e-mail address; transport
    /// errors
    /// @retry never: each request makes another link
    /// @source cocalc packages/conat/hub/api/system.ts, adminResetPasswordLink
    template <class... Args>
    requires call_args<Args...>
    auto admin_reset_password_link(std::string_view user_account_id, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("user_account_id", user_account_id);
        return send<std::string>(
            "system.adminResetPasswordLink", retry::never, o, std::forward<Args>(args)...
        );
    }

    /// @brief Sends the verification mail to the account's own address.
    /// @param only_verify if true, the mail contains no welcome text; the server's default is true
    /// @errors errc::unauthorized, errc::api_error (the mail cannot be sent); transport errors
    /// @retry never: each request sends a mail
    /// @source cocalc packages/conat/hub/api/system.ts, sendEmailVerification
    template <class... Args>
    requires call_args<Args...>
    auto send_email_verification(std::optional<bool> only_verify, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add_if("only_verify", only_verify);
        return send<void>(
            "system.sendEmailVerification", retry::never, o, std::forward<Args>(args)...
        );
    }

    /// @brief Unlinks a sign-in provider, for example `google`, from the account.
    /// @param strategy the sign-in provider
    /// @param id the user's id at that provider
    /// @errors errc::forbidden if the site does not allow users to unlink this provider; transport
    /// errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/system.ts, deletePassport
    template <class... Args>
    requires call_args<Args...>
    auto delete_passport(std::string_view strategy, std::string_view id, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("strategy", strategy).add("id", id);
        return send<void>("system.deletePassport", retry::safe, o, std::forward<Args>(args)...);
    }

    /// @brief Copies accounts to the site's CRM, in the background. For site admins.
    /// @param account_ids UUIDs of the accounts
    /// @errors errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/system.ts, adminSalesloftSync
    template <class... Args>
    requires call_args<Args...>
    auto admin_salesloft_sync(std::vector<std::string> const& account_ids, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("account_ids", account_ids);
        return send<void>("system.adminSalesloftSync", retry::safe, o, std::forward<Args>(args)...);
    }

    /// @brief Copies the caller's own account to the site's CRM.
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/conat/hub/api/system.ts, userSalesloftSync
    template <class... Args>
    requires call_args<Args...>
    auto user_salesloft_sync(Args&&... args) const
    {
        return rpc_plain<void>(
            "system.userSalesloftSync", retry::safe, std::forward<Args>(args)...
        );
    }

private:
    template <class T, class... Args>
    auto send(std::string_view route, retry r, cocalc::object_writer& o, Args&&... args) const
    {
        return rpc<T>(route, r, o, std::forward<Args>(args)...);
    }
};

}  // namespace cohub::inline abi_0_2

#endif
