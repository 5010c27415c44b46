#ifndef COHUB_COCALC_ORG_HPP
#define COHUB_COCALC_ORG_HPP

#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/organization.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief Organizations, their admins and members; `hub.org()`.
///
/// An organization is called by its `name`, upper and lower case apart. A `user` is an account id
/// in lower case, or an e-mail address exactly as the account has it. Where it says "for admins",
/// both the organization's admins and site admins may; an organization that does not exist is
/// `errc::forbidden` to all but site admins.
class org_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Lists all organizations, in no order. For site admins.
    /// @errors errc::forbidden; errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, getAll
    template <class... Args>
    requires call_args<Args...>
    auto get_all(Args&&... args) const
    {
        return rpc_plain<std::vector<organization_entry>>(
            "org.getAll", retry::safe, std::forward<Args>(args)...
        );
    }

    /// @brief Makes an organization, without admins and members. For site admins.
    ///
    /// Never sent twice. If it fails and `error.why().maybe_sent` is true, the organization may
    /// have been made all the same: `find(name)` tells. If there is one, this call made it, or
    /// somebody else before. If there is none, the hub may still be at work for the 15 s it waits
    /// at most; after that call again. Too early is no harm: one of the two ends in
    /// `errc::conflict`.
    /// @param name 1 to 39 characters; it cannot be changed, nor the organization removed
    /// @return its UUID, which nothing else tells or takes
    /// @errors errc::invalid_argument for an empty or too long name, before it is sent;
    /// errc::conflict if an account or organization has the name, also in other case;
    /// errc::forbidden; transport errors
    /// @retry never: it would end in errc::conflict with itself
    /// @source cocalc packages/server/conat/api/org.ts, create
    template <class... Args>
    requires call_args<Args...>
    auto create(std::string_view name, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("name", name);
        return rpc_unless<std::string>(
            problem_of_name(name), "org.create", retry::never, o, std::forward<Args>(args)...
        );
    }

    /// @brief Gives what there is to know of an organization. For admins.
    /// @param name the organization's name
    /// @errors errc::not_found (for site admins), errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, get
    template <class... Args>
    requires call_args<Args...>
    auto get(std::string_view name, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("name", name);
        return rpc<organization>("org.get", retry::safe, o, std::forward<Args>(args)...);
    }

    /// @brief The same, where there may be none; tells whether a lost `create` took effect. For
    /// site admins: to others it cannot tell that there is none.
    ///
    /// It is `org.get` on the wire.
    /// @param name the organization's name
    /// @return nothing if there is no such organization
    /// @errors errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, get
    template <class... Args>
    requires call_args<Args...>
    auto find(std::string_view name, Args&&... args) const
    {
        call::request req = begin("org.get", retry::safe);
        req.adapter = or_nothing();
        cocalc::object_writer o;
        o.add("name", name);
        return end_with<std::optional<organization>>(
            std::move(req), o, std::forward<Args>(args)...
        );
    }

    /// @brief Changes what is known of an organization. For admins.
    ///
    /// To a site admin an unknown organization is no error.
    /// @param settings the organization, and what is changed
    /// @errors errc::invalid_argument if nothing is set (before it is sent), or more than 254
    /// characters are (the server says so); errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, set
    template <class... Args>
    requires call_args<Args...>
    auto set(org_settings const& settings, Args&&... args) const
    {
        return rpc_unless<void>(
            settings.sets_nothing()
                ? "nothing to set; say which of title, description, email_address, link"
                : "",
            "org.set",
            retry::safe,
            settings,
            std::forward<Args>(args)...
        );
    }

    /// @brief Makes a user an admin of the organization, and a member if it was in none. For site
    /// admins.
    ///
    /// An unknown organization is no error: the user becomes a member of that name.
    /// @param name the organization's name
    /// @param user the account's UUID, or its e-mail address
    /// @errors errc::not_found (no such account), errc::conflict (a member of another
    /// organization: `add_user` moves it), errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, addAdmin
    template <class... Args>
    requires call_args<Args...>
    auto add_admin(std::string_view name, std::string_view user, Args&&... args) const
    {
        return for_user("org.addAdmin", name, user, std::forward<Args>(args)...);
    }

    /// @brief Makes a user a member of the organization and of no other one. For site admins.
    ///
    /// The organization need not exist. An admin of another organization stays that.
    /// @param name the organization's name
    /// @param user the account's UUID, or its e-mail address
    /// @errors errc::not_found (no such account), errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, addUser
    template <class... Args>
    requires call_args<Args...>
    auto add_user(std::string_view name, std::string_view user, Args&&... args) const
    {
        return for_user("org.addUser", name, user, std::forward<Args>(args)...);
    }

    /// @brief Makes an account and puts it into the organization. For admins.
    ///
    /// Never sent twice. If it fails and `error.why().maybe_sent` is true, the account may have
    /// been made all the same: `find_user(name, address)` tells its id. If there is none, the hub
    /// may still be at work for the 15 s it waits at most; after that call again. `errc::conflict`
    /// then says that the address has an account outside the organization: the one just made, which
    /// did not get as far as into it, or one that somebody had before. Which, its `created` tells
    /// (`system().user_search(address)`); only then `add_user` (for site admins), which takes an
    /// account out of any other organization. Without an address nothing can tell, and another call
    /// makes another account.
    /// @param user the new account, and its organization
    /// @return the account's id
    /// @errors errc::conflict if the address is in use, errc::forbidden; transport errors
    /// @retry never: each sending without an address makes another account
    /// @source cocalc packages/server/conat/api/org.ts, createUser
    template <class... Args>
    requires call_args<Args...>
    auto create_user(new_org_user const& user, Args&&... args) const
    {
        return rpc<std::string>("org.createUser", retry::never, user, std::forward<Args>(args)...);
    }

    /// @brief Makes a token and a URL with which a member of an organization is signed in, for 24
    /// hours unless told otherwise. For admins of that organization.
    /// @param request a user, as text; or `token_request(user).expire(when)`
    /// @errors errc::not_found if there is no such account or it is in no organization,
    /// errc::forbidden; transport errors
    /// @retry never: each sending makes another token
    /// @source cocalc packages/server/conat/api/org.ts, createToken
    template <class... Args>
    requires call_args<Args...>
    auto create_token(token_request const& request, Args&&... args) const
    {
        return rpc<sign_in_token>(
            "org.createToken", retry::never, request, std::forward<Args>(args)...
        );
    }

    /// @brief Ends a token's life; an unknown one is fine. Anybody who has the token may.
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, expireToken
    template <class... Args>
    requires call_args<Args...>
    auto expire_token(secret const& token, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("token", token);
        return rpc<void>("org.expireToken", retry::safe, o, std::forward<Args>(args)...);
    }

    /// @brief Lists the members of an organization, deleted accounts too, in no order. For admins.
    ///
    /// To a site admin an unknown organization is one without members.
    /// @param name the organization's name
    /// @errors errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, getUsers
    template <class... Args>
    requires call_args<Args...>
    auto get_users(std::string_view name, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("name", name);
        return rpc<std::vector<organization_user>>(
            "org.getUsers", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief Finds one member; tells whether a lost `create_user` took effect. For admins.
    ///
    /// It is `org.getUsers` on the wire.
    /// @param user an account id or an e-mail address, in any case
    /// @param name the organization's name
    /// @return nothing if no member is called so
    /// @errors errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, getUsers
    template <class... Args>
    requires call_args<Args...>
    auto find_user(std::string_view name, std::string_view user, Args&&... args) const
    {
        call::request req = begin("org.getUsers", retry::safe);
        req.adapter = called<organization_user>(user);
        cocalc::object_writer o;
        o.add("name", name);
        return end_with<std::optional<organization_user>>(
            std::move(req), o, std::forward<Args>(args)...
        );
    }

    /// @brief Takes a user out of its organization, whichever that is: `name` only says whose
    /// admins may do it. For admins.
    /// @param name the organization's name
    /// @param user the account's UUID, or its e-mail address
    /// @errors errc::not_found (no such account), errc::conflict (an admin of `name`:
    /// `remove_admin` first), errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, removeUser
    template <class... Args>
    requires call_args<Args...>
    auto remove_user(std::string_view name, std::string_view user, Args&&... args) const
    {
        return for_user("org.removeUser", name, user, std::forward<Args>(args)...);
    }

    /// @brief Makes an admin of the organization an ordinary member; one who is no admin is fine.
    /// For admins.
    /// @param name the organization's name
    /// @param user the account's UUID, or its e-mail address
    /// @errors errc::not_found (no such account), errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, removeAdmin
    template <class... Args>
    requires call_args<Args...>
    auto remove_admin(std::string_view name, std::string_view user, Args&&... args) const
    {
        return for_user("org.removeAdmin", name, user, std::forward<Args>(args)...);
    }

    /// @brief Sends a message to all members of the organization, the sender too if a member. For
    /// admins.
    /// @param body Markdown
    /// @param name the organization's name
    /// @param subject of the message
    /// @errors errc::forbidden; transport errors
    /// @retry never: each sending sends a message
    /// @source cocalc packages/server/conat/api/org.ts, message
    template <class... Args>
    requires call_args<Args...>
    auto message(
        std::string_view name, std::string_view subject, std::string_view body, Args&&... args
    ) const
    {
        cocalc::object_writer o;
        o.add("name", name).add("subject", subject).add("body", body);
        return rpc<void>("org.message", retry::never, o, std::forward<Args>(args)...);
    }

private:
    template <class... Args>
    auto for_user(
        std::string_view route, std::string_view name, std::string_view user, Args&&... args
    ) const
    {
        cocalc::object_writer o;
        o.add("name", name).add("user", user);
        return rpc<void>(route, retry::safe, o, std::forward<Args>(args)...);
    }

    template <class T, class... Args>
    auto end_with(call::request&& req, cocalc::object_writer& o, Args&&... args) const
    {
        json::writer w(req.body);
        encode(w, o);
        return end<T>(std::move(req), w, std::forward<Args>(args)...);
    }

    COHUB_DECL static std::string problem_of_name(std::string_view name);
    COHUB_DECL static boost::intrusive_ptr<call::result_adapter const> or_nothing();
    template <class Member>
    static boost::intrusive_ptr<call::result_adapter const> called(std::string_view user);
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/org.ipp>
#endif

#endif
