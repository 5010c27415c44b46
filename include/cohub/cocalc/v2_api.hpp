#ifndef COHUB_COCALC_V2_API_HPP
#define COHUB_COCALC_V2_API_HPP

#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/account_profile.hpp>
#include <cohub/cocalc/types/user.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/secret.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

namespace cocalc {

/// @brief Returns the error code for the text of a refusal by API v2. Texts that the hub uses too
/// have the same code.
/// @source cocalc packages/next/pages/api/v2/accounts, packages/server/accounts,
/// packages/util/db-schema/accounts.ts
/// @internal
COHUB_DECL errc classify_v2(std::string_view server_message);

/// @brief Which member of the answer's object is the result. With `whole`, the object itself is the
/// result.
/// @internal
enum class v2_answer : std::uint8_t
{
    whole,
    names,
    email_address,
    profile,
    /// Like `profile`; an empty profile is a refusal.
    own_profile,
};

/// @brief Begins a request of API v2; the body is still empty.
/// @param target the path, with `/api/v2/` at its beginning; a text with static storage duration
/// @internal
COHUB_DECL call::request begin_v2(std::string_view target, retry r, v2_answer a);

/// @brief Why the text cannot be the id of an account; empty if it can.
/// @internal
COHUB_DECL std::string problem_of_account(std::string_view account_id);

}  // namespace cocalc

/// @brief The accounts part of API v2; `hub.v2().accounts()`.
///
/// For the server, a caller without a valid key is not signed in. Methods that need a signed-in
/// caller refuse such a call. A caller with a project's key is signed in, but has no account. These
/// routes do not go through the hub's bridge with its time limit. If an answer takes too long, a
/// proxy in front of the server answers with a page and status 502 or 504.
///
/// After its arguments, every method takes `call_options`, a completion token, both, or neither.
/// Without a completion token, `co_await` returns the result or throws `cohub::error`.
class v2_accounts_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Finds accounts by parts of their names, by exact e-mail address or by account id.
    ///
    /// `hub.system().user_search` finds the same accounts. In addition, it can set a limit, and
    /// search as a site admin.
    /// @param query one or more terms, separated by commas, semicolons or line ends, as in
    /// `user_query`. All words of a term must match. An id must be a term of its own
    /// @return at most 20 accounts found by name, and all accounts found by address; the most
    /// recently active first. Only accounts that were found by their e-mail address have
    /// `email_address`
    /// @errors transport errors only. The server answers every caller, so a wrong key is not
    /// reported
    /// @retry safe
    /// @source cocalc packages/next/pages/api/v2/accounts/search.ts, server/accounts/search.ts
    template <class... Args>
    requires call_args<Args...>
    auto search(std::string_view query, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("query", query);
        return send<std::vector<user>>(
            {},
            cocalc::v2_answer::whole,
            "/api/v2/accounts/search",
            retry::safe,
            o,
            std::forward<Args>(args)...
        );
    }

    /// @brief Returns the names of accounts.
    /// @param account_ids UUIDs in lower case; see `system_api::get_names`
    /// @return a map from account id to names; unknown accounts have the name `Deleted User`
    /// @errors errc::invalid_argument if an id is not a UUID (nothing is sent); errc::unauthorized;
    /// transport errors
    /// @retry safe
    /// @source cocalc packages/next/pages/api/v2/accounts/get-names.ts
    template <class... Args>
    requires call_args<Args...>
    auto get_names(std::vector<std::string> const& account_ids, Args&&... args) const
    {
        std::string problem;
        for (auto const& id : account_ids)
            if (problem.empty()) problem = cocalc::problem_of_account(id);
        cocalc::object_writer o;
        o.add("account_ids", account_ids);
        return send<names_by_account>(
            std::move(problem),
            cocalc::v2_answer::names,
            "/api/v2/accounts/get-names",
            retry::safe,
            o,
            std::forward<Args>(args)...
        );
    }

    /// @brief Returns the caller's own profile, with its rights and its e-mail address.
    /// @return the caller's `account_profile`, with the members that only the owner sees
    /// @errors errc::unauthorized if the server does not know the key; errc::not_found with a
    /// project's key; transport errors
    /// @retry safe
    /// @source cocalc packages/next/pages/api/v2/accounts/profile.ts
    template <class... Args>
    requires(call_args<Args...> && (!std::convertible_to<Args, profile_query> && ...)) auto profile(
        Args&&... args
    ) const
    {
        return profile(profile_query(), std::forward<Args>(args)...);
    }

    /// @brief Returns the profile of an account: its names and its avatar. Anybody who knows the id
    /// may see it.
    /// @param of an account id; without an id, the caller's own profile
    /// @errors errc::invalid_argument if the id is not a UUID (nothing is sent); errc::not_found if
    /// there is no such account (the server still shows deleted accounts); transport errors
    /// @retry safe
    /// @source cocalc packages/next/pages/api/v2/accounts/profile.ts
    template <class... Args>
    requires call_args<Args...>
    auto profile(profile_query const& of, Args&&... args) const
    {
        return send<account_profile>(
            of.account() ? cocalc::problem_of_account(*of.account()) : std::string(),
            of.account() ? cocalc::v2_answer::profile : cocalc::v2_answer::own_profile,
            "/api/v2/accounts/profile",
            retry::safe,
            of,
            std::forward<Args>(args)...
        );
    }

    /// @brief Sets the user name, the first name or the last name of the caller. Site admins can
    /// also set the names of another account.
    /// @param names the new names, and the account
    /// @errors errc::invalid_argument if no name is set, if a name is empty (the server would
    /// ignore it and report success), or if the id is not a UUID (nothing is sent in these cases);
    /// errc::invalid_argument also if the user name breaks the server's rules; errc::conflict if
    /// the user name is taken or reserved; errc::forbidden if the account is not the caller's and
    /// the caller is not a site admin, or if the site does not allow its users to change names;
    /// errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/next/pages/api/v2/accounts/set-name.ts
    template <class... Args>
    requires call_args<Args...>
    auto set_name(name_change const& names, Args&&... args) const
    {
        return send<void>(
            problem_of(names),
            cocalc::v2_answer::whole,
            "/api/v2/accounts/set-name",
            retry::safe,
            names,
            std::forward<Args>(args)...
        );
    }

    /// @brief Returns the e-mail address of an account. For site admins and partners.
    /// @param account_id UUID of the account
    /// @return not set if the account has no address, or if there is no such account
    /// @errors errc::invalid_argument if the id is not a UUID (nothing is sent); errc::forbidden,
    /// also for a key that the server does not know; transport errors
    /// @retry safe
    /// @source cocalc packages/next/pages/api/v2/accounts/get-email-address.ts
    template <class... Args>
    requires call_args<Args...>
    auto get_email_address(std::string_view account_id, Args&&... args) const
    {
        return about<std::optional<std::string>>(
            cocalc::v2_answer::email_address,
            "/api/v2/accounts/get-email-address",
            account_id,
            std::forward<Args>(args)...
        );
    }

    /// @brief Sets the caller's e-mail address.
    ///
    /// If the account has a password, the server sends a verification mail to the new address,
    /// unless it is already verified. If an account with a password already has this address, the
    /// server refuses it, with the same text as for an address of another account. So a repetition
    /// of a successful call would fail. If the answer to a call was lost, `profile()` shows whether
    /// the address has changed.
    /// @param password the account's password; if the account has no password, this one is set
    /// together with the address
    /// @param email_address the new address
    /// @errors errc::invalid_argument (the text is not an e-mail address, or the password has less
    /// than 8 characters), errc::conflict (an account already has this address), errc::forbidden
    /// (on this site, accounts with such an address must sign in in another way),
    /// errc::unauthorized (wrong password or wrong key); transport errors
    /// @retry never
    /// @source cocalc packages/next/pages/api/v2/accounts/set-email-address.ts,
    /// server/accounts/set-email-address.ts
    template <class... Args>
    requires call_args<Args...>
    auto set_email_address(std::string_view email_address, secret const& password, Args&&... args)
        const
    {
        cocalc::object_writer o;
        o.add("email_address", email_address).add("password", password);
        return change(
            "/api/v2/accounts/set-email-address", retry::never, o, std::forward<Args>(args)...
        );
    }

    /// @brief Sets the caller's password.
    ///
    /// If the answer was lost, call this method again with the new password as the current and as
    /// the new one. If that call succeeds, the first call took effect.
    /// @param current_password the present password; ignored if the account has no password
    /// @param new_password the password from now on
    /// @errors errc::unauthorized (the current password is wrong, or the key is unknown),
    /// errc::invalid_argument (the new password is too weak); transport errors
    /// @retry never: after a success, the current password in the repeated request would be wrong
    /// @source cocalc packages/next/pages/api/v2/accounts/set-password.ts,
    /// server/accounts/set-password.ts
    template <class... Args>
    requires call_args<Args...>
    auto set_password(secret const& current_password, secret const& new_password, Args&&... args)
        const
    {
        cocalc::object_writer o;
        o.add("currentPassword", current_password).add("newPassword", new_password);
        return change(
            "/api/v2/accounts/set-password", retry::never, o, std::forward<Args>(args)...
        );
    }

    /// @brief Sends the verification mail to the account's address.
    /// @errors errc::unauthorized, errc::api_error (the mail cannot be sent, or the account has no
    /// address); transport errors
    /// @retry never: each request sends a mail
    /// @source cocalc packages/next/pages/api/v2/accounts/send-verification-email.ts
    template <class... Args>
    requires call_args<Args...>
    auto send_verification_email(Args&&... args) const
    {
        cocalc::object_writer o;
        return change(
            "/api/v2/accounts/send-verification-email", retry::never, o, std::forward<Args>(args)...
        );
    }

    /// @brief The same for development servers, which check each request against a schema that
    /// requires an address.
    ///
    /// The mail still goes to the account's own address.
    /// @param email_address any address
    /// @errors as above
    /// @retry never: each request sends a mail
    /// @source cocalc packages/next/pages/api/v2/accounts/send-verification-email.ts,
    /// lib/api/schema/accounts
    template <class... Args>
    requires call_args<Args...>
    auto send_verification_email(std::string_view email_address, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("email_address", email_address);
        return change(
            "/api/v2/accounts/send-verification-email", retry::never, o, std::forward<Args>(args)...
        );
    }

    /// @brief Bans an account and ends its sign-in tokens. For site admins. The server refuses the
    /// account's keys after at most a minute.
    /// @param account_id UUID of the account; an unknown account is not an error
    /// @errors errc::invalid_argument if the id is not a UUID (nothing is sent); errc::forbidden,
    /// errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/next/pages/api/v2/accounts/ban.ts
    template <class... Args>
    requires call_args<Args...>
    auto ban(std::string_view account_id, Args&&... args) const
    {
        return about<void>(
            cocalc::v2_answer::whole,
            "/api/v2/accounts/ban",
            account_id,
            std::forward<Args>(args)...
        );
    }

    /// @brief Ends the ban of an account. For site admins. The account's keys work again after at
    /// most ten minutes.
    /// @param account_id UUID of the account; an unknown account is not an error
    /// @errors errc::invalid_argument if the id is not a UUID (nothing is sent); errc::forbidden,
    /// errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/next/pages/api/v2/accounts/remove-ban.ts
    template <class... Args>
    requires call_args<Args...>
    auto remove_ban(std::string_view account_id, Args&&... args) const
    {
        return about<void>(
            cocalc::v2_answer::whole,
            "/api/v2/accounts/remove-ban",
            account_id,
            std::forward<Args>(args)...
        );
    }

    /// @brief Deletes the account that the key belongs to.
    ///
    /// Its subscriptions end, searches do not find it any more, and another account can use its
    /// e-mail address. This cannot be undone. If the answer was lost, call `get_names` with the
    /// account's id. The answer `Deleted User` means that the call took effect. The key still works
    /// after the deletion.
    /// @errors errc::unauthorized, errc::not_found with a project's key; transport errors
    /// @retry never: a second request would make the server forget the address, which it keeps in
    /// case the account is restored
    /// @source cocalc packages/next/pages/api/v2/accounts/delete.ts, server/accounts/delete.ts
    template <class... Args>
    requires call_args<Args...>
    auto delete_(Args&&... args) const
    {
        cocalc::object_writer o;
        return change("/api/v2/accounts/delete", retry::never, o, std::forward<Args>(args)...);
    }

    /// @brief Ends the account's sessions in browsers. API keys still work.
    /// @param all true: all sessions. With false, the server ends only the session of the request's
    /// cookie. This client sends no cookie, so nothing happens
    /// @errors transport errors only. For a key that the server does not know, nothing happens
    /// @retry safe
    /// @source cocalc packages/next/pages/api/v2/accounts/sign-out.ts
    template <class... Args>
    requires call_args<Args...>
    auto sign_out(bool all, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("all", all);
        return change("/api/v2/accounts/sign-out", retry::safe, o, std::forward<Args>(args)...);
    }

private:
    template <class T, class Fields, class... Args>
    auto send(
        std::string problem,
        cocalc::v2_answer a,
        std::string_view target,
        retry r,
        Fields const& fields,
        Args&&... args
    ) const
    {
        call::request req = cocalc::begin_v2(target, r, a);
        json::writer w(req.body);
        if (!problem.empty()) w.refuse(std::move(problem));
        encode(w, fields);
        req.problem = w.problem();
        req.holds_secret = w.holds_secret();
        return call::initiate<T>(channel_, std::move(req), std::forward<Args>(args)...);
    }
    template <class T, class... Args>
    auto about(
        cocalc::v2_answer a, std::string_view target, std::string_view account_id, Args&&... args
    ) const
    {
        cocalc::object_writer o;
        o.add("account_id", account_id);
        return send<T>(
            cocalc::problem_of_account(account_id),
            a,
            target,
            retry::safe,
            o,
            std::forward<Args>(args)...
        );
    }
    template <class... Args>
    auto change(std::string_view target, retry r, cocalc::object_writer const& o, Args&&... args)
        const
    {
        return send<void>({}, cocalc::v2_answer::whole, target, r, o, std::forward<Args>(args)...);
    }
    COHUB_DECL static std::string problem_of(name_change const& names);
};

/// @brief API v2 of CoCalc, `POST {host}/api/v2/<path>`; `hub.v2()`.
///
///     auto const users = co_await hub.v2().accounts().search("ada lov,jd@example.com");
///
/// This is a cheap handle and may be copied. It may be used after the hub was destroyed; its calls
/// then fail with `errc::client_closed`.
/// @par Thread safety
/// Distinct and shared objects: safe.
class v2_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Accounts: names, profiles, addresses, passwords.
    v2_accounts_api accounts() const { return v2_accounts_api(channel_); }

    /// @brief Calls any route by its path, for example `call("projects/get", body)`.
    ///
    /// A request that may have reached the server is not repeated, unless
    /// `call_options().idempotent()` is set.
    /// @param path the part of the path after `/api/v2/`
    /// @param body the body of the request, a JSON object
    /// @return the answer's JSON
    /// @errors errc::not_found (there is no such route); the errors of the route; transport errors
    /// @retry never, unless `call_options().idempotent()` is set
    /// @source cocalc packages/next/pages/api/v2
    template <class... Args>
    requires call_args<Args...>
    auto call(std::string_view path, boost::json::object const& body = {}, Args&&... args) const
    {
        return call::initiate<boost::json::value>(
            channel_, describe(path, body), std::forward<Args>(args)...
        );
    }

private:
    COHUB_DECL static call::request describe(
        std::string_view path, boost::json::object const& body
    );
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/v2_api.ipp>
#endif

#endif
