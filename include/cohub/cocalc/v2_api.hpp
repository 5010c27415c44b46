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

/// @brief What the words of a refusal by API v2 come to; what the hub says too means the same.
/// @source cocalc packages/next/pages/api/v2/accounts, packages/server/accounts,
/// packages/util/db-schema/accounts.ts
/// @internal
COHUB_DECL errc classify_v2(std::string_view server_message);

/// @brief Where the result lies within an answer's object; `whole`: the object is the result.
/// @internal
enum class v2_answer : std::uint8_t
{
    whole,
    names,
    email_address,
    profile,
    /// The same, and nobody's is a refusal.
    own_profile,
};

/// @brief The beginning of a call of API v2, up to the body's first member.
/// @param target with `/api/v2/` before it; of static storage
/// @internal
COHUB_DECL call::request begin_v2(std::string_view target, retry r, v2_answer a);

/// @brief Why this is no account's id; empty if it is one.
/// @internal
COHUB_DECL std::string problem_of_account(std::string_view account_id);

}  // namespace cocalc

/// @brief Accounts by API v2; `hub.v2().accounts()`.
///
/// The server takes a caller without a valid key for nobody, and refuses it where somebody is
/// needed. A project's key is somebody without an account. There is no bridge behind these routes:
/// what comes late comes as a proxy's page, status 502 or 504.
///
/// Every method takes, after its arguments, nothing (then `co_await` gives the result or throws
/// `cohub::error`), a completion token, `call_options`, or both.
class v2_accounts_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Finds accounts by parts of their names, by exact e-mail address or by account id.
    ///
    /// `hub.system().user_search` finds the same, and more if told to: it has a limit, and a search
    /// for site admins.
    /// @param query terms with commas, semicolons or line ends between them, as `user_query` has
    /// them. All words of a term have to match; an id has to stand alone
    /// @return at most 20 found by name, and those found by address; most recently active first. No
    /// e-mail address but for who was found by it
    /// @errors none of its own: it answers everybody, so that a wrong key goes unnoticed;
    /// transport errors
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

    /// @brief Gives the names of accounts.
    /// @param account_ids UUIDs in lower case; see `system_api::get_names`
    /// @return a map from account id to names; unknown accounts are `Deleted User`
    /// @errors errc::invalid_argument if an id is no UUID, and nothing is sent; errc::unauthorized;
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

    /// @brief Shows the caller's own profile, with its rights and its e-mail address.
    /// @return `account_profile`: the caller's, with the members that only the owner sees
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

    /// @brief Shows an account's profile: its names and its avatar, to those who know the id.
    /// @param of an account id; without one it is the caller's own
    /// @errors errc::invalid_argument if the id is no UUID, and nothing is sent; errc::not_found if
    /// there is no such account (one that was deleted is shown still); transport errors
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

    /// @brief Sets the user name, the first or the last name, of the caller or, for site admins, of
    /// another account.
    /// @param names what changes, and whose it is
    /// @errors errc::invalid_argument if nothing is set, or to nothing (the server would leave it
    /// and say that it went well), or if the id is no UUID, and nothing is sent; or if a user name
    /// breaks the rules; errc::conflict if it is another's; errc::forbidden for another account
    /// without being a site admin, or if the site keeps names to itself; errc::unauthorized;
    /// transport errors
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

    /// @brief Tells an account's e-mail address. For site admins and partners.
    /// @param account_id UUID of the account
    /// @return nothing if there is none, or no such account
    /// @errors errc::invalid_argument if the id is no UUID, and nothing is sent; errc::forbidden,
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

    /// @brief Sets the caller's e-mail address, and has the verification mail sent to it.
    ///
    /// The server refuses the address that the account has already, in the words for another's. So
    /// a repetition would report as a failure what went well: `profile()` tells what became of a
    /// call whose answer was lost.
    /// @param password the account's; if it has none, this one is set along with the address
    /// @param email_address the new address
    /// @errors errc::invalid_argument (an address that is none, a password of less than 8
    /// characters), errc::conflict (the address is somebody's), errc::forbidden (the site has
    /// accounts of this address sign in otherwise), errc::unauthorized (wrong password, or key);
    /// transport errors
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
    /// Whether a call whose answer was lost took effect, tells another one from the new password to
    /// the new password: it succeeds.
    /// @param current_password is not looked at if the account has none
    /// @param new_password the password from now on
    /// @errors errc::unauthorized (the current password is another, or the key is unknown),
    /// errc::invalid_argument (the new one is too weak); transport errors
    /// @retry never: the second sending would find another password than it names
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

    /// @brief Sends the mail that verifies the account's own address.
    /// @errors errc::unauthorized, errc::api_error (mail trouble, no address); transport errors
    /// @retry never: each sending sends a mail
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

    /// @brief The same for servers that check what they are sent (development ones): their schema
    /// wants an address. The mail goes to the account's own all the same.
    /// @param email_address any address
    /// @errors as above
    /// @retry never: each sending sends a mail
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

    /// @brief Bans an account and ends its sign-in tokens. For site admins. Its keys are refused
    /// within a minute.
    /// @param account_id a UUID; that there is no such account is no error
    /// @errors errc::invalid_argument if it is none, and nothing is sent; errc::forbidden,
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

    /// @brief Lifts a ban. For site admins. The account's keys work again within ten minutes.
    /// @param account_id a UUID; that there is no such account is no error
    /// @errors errc::invalid_argument if it is none, and nothing is sent; errc::forbidden,
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

    /// @brief Deletes the account whose key this is: subscriptions end, nobody finds it any more,
    /// its e-mail address is free for another. There is no way back.
    ///
    /// Whether a call whose answer was lost took effect, `get_names` of the account's id tells:
    /// `Deleted User`. The key goes on working.
    /// @errors errc::unauthorized, errc::not_found with a project's key; transport errors
    /// @retry never: a second time the server forgets the address that it keeps for an undeletion
    /// @source cocalc packages/next/pages/api/v2/accounts/delete.ts, server/accounts/delete.ts
    template <class... Args>
    requires call_args<Args...>
    auto delete_(Args&&... args) const
    {
        cocalc::object_writer o;
        return change("/api/v2/accounts/delete", retry::never, o, std::forward<Args>(args)...);
    }

    /// @brief Ends the account's sessions in browsers. Keys go on working.
    /// @param all without it the server ends the session of the request's cookie, which this client
    /// does not have: nothing happens
    /// @errors none of its own: for a key that the server does not know, nothing happens; transport
    /// errors
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
/// A cheap handle. It may be copied, and used after the hub is gone (its calls then fail with
/// `errc::client_closed`).
/// @par Thread safety
/// Distinct and shared objects: safe.
class v2_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Accounts: names, profiles, addresses, passwords.
    v2_accounts_api accounts() const { return v2_accounts_api(channel_); }

    /// @brief Any route by its path, e.g. `call("projects/get", body)`.
    ///
    /// Not repeated once it may have reached the server, unless `call_options().idempotent()`.
    /// @param path what follows `/api/v2/`
    /// @param body its members
    /// @return the answer's JSON
    /// @errors errc::not_found (no such route); those of the route; transport errors
    /// @retry never, unless told otherwise
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
