#ifndef COHUB_COCALC_ORG_HPP
#define COHUB_COCALC_ORG_HPP

#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/organization.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief Organizations, with their admins and members; `hub.org()`.
///
/// The `name` identifies an organization; upper and lower case are different. A `user` is an
/// account id in lower case, or an e-mail address exactly as the account has it. "For admins"
/// means: both the organization's admins and site admins may call the method. If an organization
/// does not exist, callers that are not site admins get `errc::forbidden`.
class org_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Lists all organizations, in no particular order. For site admins.
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

    /// @brief Makes an organization without admins and members. For site admins.
    ///
    /// The request is never sent twice. If the call fails and `error.why().maybe_sent` is true, the
    /// organization may exist nevertheless. Then call `find(name)`. If there is such an
    /// organization, this call made it, or somebody else made it before. If there is none, the hub
    /// may still be working on the request: it waits at most 15 s. After that time, call `create`
    /// again. It does no harm to call it too early: one of the two calls then fails with
    /// `errc::conflict`.
    /// @param name 1 to 39 characters. The name cannot be changed, and the organization cannot be
    /// removed
    /// @return the UUID of the organization; no other method returns it or takes it
    /// @errors errc::invalid_argument if the name is empty or too long (nothing is sent);
    /// errc::conflict if an account or an organization has the name, in upper or lower case;
    /// errc::forbidden; transport errors
    /// @retry never: a second request would conflict with the first one
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

    /// @brief Returns the data of an organization. For admins.
    /// @param name the organization's name
    /// @errors errc::not_found (there is no such organization; only site admins get this code),
    /// errc::forbidden; transport errors
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

    /// @brief Returns the data of an organization that may not exist.
    ///
    /// It shows whether a `create` without an answer took effect. For site admins: others cannot
    /// learn that there is no such organization. In the protocol, it is `org.get`.
    /// @param name the organization's name
    /// @return not set if there is no such organization
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

    /// @brief Changes the data of an organization. For admins.
    ///
    /// If a site admin names an unknown organization, this is not an error.
    /// @param settings the organization, and the changes
    /// @errors errc::invalid_argument if nothing is set (nothing is sent), or if a text has more
    /// than 254 characters (the server reports this); errc::forbidden; transport errors
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

    /// @brief Makes a user an admin of the organization. A user without an organization also
    /// becomes a member. For site admins.
    ///
    /// An unknown organization is not an error: the user becomes a member of an organization with
    /// that name.
    /// @param name the organization's name
    /// @param user the account's UUID, or its e-mail address
    /// @errors errc::not_found (there is no such account), errc::conflict (the user is a member of
    /// another organization; `add_user` moves the user), errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, addAdmin
    template <class... Args>
    requires call_args<Args...>
    auto add_admin(std::string_view name, std::string_view user, Args&&... args) const
    {
        return for_user("org.addAdmin", name, user, std::forward<Args>(args)...);
    }

    /// @brief Makes a user a member of the organization, and of no other organization. For site
    /// admins.
    ///
    /// The organization does not have to exist. If the user is an admin of another organization,
    /// the user stays an admin there.
    /// @param name the organization's name
    /// @param user the account's UUID, or its e-mail address
    /// @errors errc::not_found (there is no such account), errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, addUser
    template <class... Args>
    requires call_args<Args...>
    auto add_user(std::string_view name, std::string_view user, Args&&... args) const
    {
        return for_user("org.addUser", name, user, std::forward<Args>(args)...);
    }

    /// @brief Makes an account as a member of the organization. For admins.
    ///
    /// The request is never sent twice. If the call fails and `error.why().maybe_sent` is true, the
    /// account may exist nevertheless. Then call `find_user(name, address)`. If it finds the
    /// account, it returns its id. If it finds none, the hub may still be working on the request:
    /// it waits at most 15 s. After that time, call `create_user` again.
    ///
    /// If that call fails with `errc::conflict`, there is an account with this address outside the
    /// organization. Either the first call made it but did not add it to the organization, or it
    /// existed before. Its time of creation (`created` from `system().user_search(address)`) shows
    /// which. If the first call made it, call `add_user` (for site admins), which removes an
    /// account from any other organization.
    ///
    /// For an account without an address, there is no way to find out, and another call makes
    /// another account.
    /// @param user the new account, and its organization
    /// @return the id of the account
    /// @errors errc::conflict if an account has the address, errc::forbidden; transport errors
    /// @retry never: each request without an address makes another account
    /// @source cocalc packages/server/conat/api/org.ts, createUser
    template <class... Args>
    requires call_args<Args...>
    auto create_user(new_org_user const& user, Args&&... args) const
    {
        return rpc<std::string>("org.createUser", retry::never, user, std::forward<Args>(args)...);
    }

    /// @brief Makes a token and a URL that sign in a member of an organization.
    ///
    /// They work for 24 hours, unless the request sets another time. For admins of that
    /// organization.
    /// @param request a user as text, or `token_request(user).expire(when)`
    /// @errors errc::not_found if there is no such account, or if it is not in an organization;
    /// errc::forbidden; transport errors
    /// @retry never: each request makes another token
    /// @source cocalc packages/server/conat/api/org.ts, createToken
    template <class... Args>
    requires call_args<Args...>
    auto create_token(token_request const& request, Args&&... args) const
    {
        return rpc<sign_in_token>(
            "org.createToken", retry::never, request, std::forward<Args>(args)...
        );
    }

    /// @brief Makes a token invalid. An unknown token is not an error. Everybody who has the token
    /// may call this.
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

    /// @brief Lists the members of an organization, with deleted accounts, in no particular order.
    /// For admins.
    ///
    /// If a site admin names an unknown organization, the list is empty.
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

    /// @brief Finds one member. It shows whether a `create_user` without an answer took effect. For
    /// admins.
    ///
    /// In the protocol, it is `org.getUsers`.
    /// @param user an account id or an e-mail address, in upper or lower case
    /// @param name the organization's name
    /// @return not set if no member has this id or address
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

    /// @brief Removes a user from the user's organization.
    ///
    /// `name` does not select that organization: it only determines whose admins may call this. For
    /// admins.
    /// @param name the organization's name
    /// @param user the account's UUID, or its e-mail address
    /// @errors errc::not_found (there is no such account), errc::conflict (the user is an admin of
    /// `name`; call `remove_admin` first), errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, removeUser
    template <class... Args>
    requires call_args<Args...>
    auto remove_user(std::string_view name, std::string_view user, Args&&... args) const
    {
        return for_user("org.removeUser", name, user, std::forward<Args>(args)...);
    }

    /// @brief Makes an admin of the organization an ordinary member. It is not an error if the user
    /// is not an admin. For admins.
    /// @param name the organization's name
    /// @param user the account's UUID, or its e-mail address
    /// @errors errc::not_found (there is no such account), errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/org.ts, removeAdmin
    template <class... Args>
    requires call_args<Args...>
    auto remove_admin(std::string_view name, std::string_view user, Args&&... args) const
    {
        return for_user("org.removeAdmin", name, user, std::forward<Args>(args)...);
    }

    /// @brief Sends a message to all members of the organization. A sender who is a member gets it
    /// too. For admins.
    /// @param body the text of the message, in Markdown
    /// @param name the organization's name
    /// @param subject the subject of the message
    /// @errors errc::forbidden; transport errors
    /// @retry never: each request sends a message
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
