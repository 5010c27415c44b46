#ifndef COHUB_COCALC_PROJECTS_HPP
#define COHUB_COCALC_PROJECTS_HPP

#include <cohub/cocalc/expected_duration.hpp>
#include <cohub/cocalc/rpc.hpp>
#include <cohub/cocalc/types/collaborator.hpp>
#include <cohub/cocalc/types/new_project.hpp>
#include <cohub/cocalc/types/project.hpp>
#include <cohub/cocalc/types/project_query.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief The rows that a list of projects comes to.
using project_list = json::only_member<std::vector<project_info>>;

/// @brief Projects as the hub manages them; `hub.projects()`. What runs inside one is
/// `cohub::project`.
///
/// Wherever a project is named, `errc::invalid_argument` with the server's words says that the id
/// is no UUID, and `errc::forbidden` that the account is no collaborator.
class projects_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Makes a project.
    ///
    /// Never sent twice. If it fails and `error.why().maybe_sent` is true, the project may exist
    /// all the same: look for its title with `find_by_title`, which needs a title that no other
    /// project has. One row is the project. No row means that it was not made so far; the hub may
    /// still be at work for the 15 s it waits at most, so look again after that before making it
    /// anew.
    /// @param what title, description and the rest of the new project
    /// @return the project's id
    /// @errors errc::forbidden (`project_id` given by no site admin), errc::unauthorized; transport
    /// errors
    /// @retry never: each sending makes another project
    /// @source cocalc packages/server/projects/create.ts
    template <class... Args>
    requires call_args<Args...>
    auto create_project(new_project const& what, Args&&... args) const
    {
        return rpc<std::string>(
            "projects.createProject", retry::never, what, std::forward<Args>(args)...
        );
    }

    /// @brief Finds all one's projects of exactly this title, recent or not, deleted or not.
    ///
    /// Tells whether a `create_project` that was lost on the way took effect. It is a database
    /// query and no method of its own on the wire.
    /// @param title the whole title; case matters
    /// @return `project_id`, `title`, `created`, `last_edited`, `deleted`; last edited first
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/database/postgres-user-queries.coffee, table projects_all
    template <class... Args>
    requires call_args<Args...>
    auto find_by_title(std::string_view title, Args&&... args) const
    {
        return get(by_title(title), std::forward<Args>(args)...);
    }

    /// @brief Lists one's projects, by default the recent ones; last edited first.
    ///
    /// It is a database query and no method of its own on the wire; see `project_query` for what is
    /// done on which side.
    /// @param query which projects, and which of their fields
    /// @errors errc::api_error (a field that the table does not have), errc::unauthorized;
    /// transport errors
    /// @retry safe
    /// @source cocalc python/cocalc-api/src/cocalc_api/hub.py, Projects.get
    template <class... Args>
    requires call_args<Args...>
    auto get(project_query const& query, Args&&... args) const
    {
        call::request req = begin("db.userQuery", retry::safe);
        req.adapter = refinement_of<project_list>(query);
        json::writer w(req.body);
        encode(w, query);
        return end<project_list>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// @brief One's recent projects, last edited first.
    /// @return as above
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc python/cocalc-api/src/cocalc_api/hub.py, Projects.get
    template <class... Args>
    requires(
        call_args<Args...> && (!std::is_convertible_v<Args, project_query const&> && ...)
    ) auto get(Args&&... args) const
    {
        return get(project_query(), std::forward<Args>(args)...);
    }

    /// @brief Copies a file or directory between two projects, or inside one; done when it returns.
    ///
    /// The hub waits 15 s unless `path_copy::timeout` or `call_options` say otherwise. A copy that
    /// is not done by then goes on, though the call fails with `errc::timeout`.
    /// @param what source, target and how to copy
    /// @errors errc::forbidden (not a collaborator on both), errc::timeout; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/projects.ts, copyPathBetweenProjects
    template <class... Args>
    requires call_args<Args...>
    auto copy_path_between_projects(path_copy const& what, Args&&... args) const
    {
        call::request req = begin("projects.copyPathBetweenProjects", retry::safe);
        cocalc::expect_duration(req, what.timeout());
        json::writer w(req.body);
        encode(w, what);
        return end<void>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// @brief Adds an account to a project; one that is on it already is fine.
    /// @param project_id UUID of the project
    /// @param account_id UUID of the account
    /// @return the project once more
    /// @errors errc::forbidden (on some sites only owners may); transport errors
    /// @retry safe
    /// @source cocalc packages/server/projects/collaborators.ts, addCollaborator
    template <class... Args>
    requires call_args<Args...>
    auto add_collaborator(std::string_view project_id, std::string_view account_id, Args&&... args)
        const
    {
        cocalc::object_writer o;
        o.add("project_id", project_id).add("account_id", account_id);
        return with_opts<added_collaborator>(
            "projects.addCollaborator", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief Adds several at once, or by invite token.
    /// @param whom accounts, and projects or tokens
    /// @errors errc::forbidden (also: an invalid token), errc::api_error (lists of different
    /// length); transport errors
    /// @retry safe: a token's use counts once for each account
    /// @source cocalc packages/server/projects/collaborators.ts, addCollaborator
    template <class... Args>
    requires call_args<Args...>
    auto add_collaborator(new_collaborators const& whom, Args&&... args) const
    {
        return with_opts<added_collaborator>(
            "projects.addCollaborator", retry::safe, whom, std::forward<Args>(args)...
        );
    }

    /// @brief Takes an account off a project.
    /// @param project_id UUID of the project
    /// @param account_id UUID of the account
    /// @errors errc::forbidden, errc::conflict (it is an owner); transport errors
    /// @retry safe
    /// @source cocalc packages/server/projects/collaborators.ts, removeCollaborator
    template <class... Args>
    requires call_args<Args...>
    auto remove_collaborator(
        std::string_view project_id, std::string_view account_id, Args&&... args
    ) const
    {
        cocalc::object_writer o;
        o.add("project_id", project_id).add("account_id", account_id);
        return with_opts<void>(
            "projects.removeCollaborator", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief Adds an account to a project, and tells it by mail if the invitation has a text; at
    /// most one mail to an address within some days.
    /// @param whom the account, the project, and the mail's text if one is to be sent
    /// @errors errc::forbidden; transport errors
    /// @retry safe, but never with a mail
    /// @source cocalc packages/server/projects/collaborators.ts, inviteCollaborator
    template <class... Args>
    requires call_args<Args...>
    auto invite_collaborator(project_invitation const& whom, Args&&... args) const
    {
        return with_opts<void>(
            "projects.inviteCollaborator",
            whom.sends_mail() ? retry::never : retry::safe,
            whom,
            std::forward<Args>(args)...
        );
    }

    /// @brief Invites people by mail who have no account yet.
    /// @param whom the addresses, the project, and the mail's text
    /// @errors errc::invalid_argument (an address is invalid or too long, too many of them),
    /// errc::forbidden; transport errors
    /// @retry never: each sending sends mails
    /// @source cocalc packages/server/projects/collaborators.ts, inviteCollaboratorWithoutAccount
    template <class... Args>
    requires call_args<Args...>
    auto invite_collaborator_without_account(mail_invitation const& whom, Args&&... args) const
    {
        return with_opts<void>(
            "projects.inviteCollaboratorWithoutAccount",
            retry::never,
            whom,
            std::forward<Args>(args)...
        );
    }

    /// @brief Makes a collaborator an owner, or an owner a collaborator. For owners.
    /// @param project_id UUID of the project
    /// @param target_account_id UUID of the account that changes
    /// @param new_group what it is then
    /// @errors errc::forbidden (not an owner), errc::not_found (no member), errc::conflict (the
    /// last owner); transport errors
    /// @retry safe
    /// @source cocalc packages/server/projects/collaborators.ts, changeUserType
    template <class... Args>
    requires call_args<Args...>
    auto change_user_type(
        std::string_view project_id,
        std::string_view target_account_id,
        project_role new_group,
        Args&&... args
    ) const
    {
        cocalc::object_writer o;
        o.add("project_id", project_id)
            .add("target_account_id", target_account_id)
            .add("new_group", new_group);
        return with_opts<void>(
            "projects.changeUserType", retry::safe, o, std::forward<Args>(args)...
        );
    }

    /// @brief Sets what a project may use. For site admins.
    /// @param quotas the project, and what changes
    /// @errors errc::forbidden (the server speaks of a search then); transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/projects.ts, setQuotas
    template <class... Args>
    requires call_args<Args...>
    auto set_quotas(project_quotas const& quotas, Args&&... args) const
    {
        return rpc<void>("projects.setQuotas", retry::safe, quotas, std::forward<Args>(args)...);
    }

    /// @brief Starts a project, and waits until it runs.
    ///
    /// The hub waits 15 s unless `call_options` say otherwise; a start that takes longer goes on
    /// though the call fails with `errc::timeout`.
    /// @param project_id UUID of the project
    /// @errors errc::forbidden, errc::timeout; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/projects.ts, start
    template <class... Args>
    requires call_args<Args...>
    auto start(std::string_view project_id, Args&&... args) const
    {
        return of_project<void>(
            "projects.start", retry::safe, project_id, std::forward<Args>(args)...
        );
    }

    /// @brief Stops a project.
    /// @param project_id UUID of the project
    /// @errors errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/projects.ts, stop
    template <class... Args>
    requires call_args<Args...>
    auto stop(std::string_view project_id, Args&&... args) const
    {
        return of_project<void>(
            "projects.stop", retry::safe, project_id, std::forward<Args>(args)...
        );
    }

    /// @brief Says that the project is in use, and starts it if it does not run.
    /// @param project_id UUID of the project
    /// @errors errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/projects.ts, touch
    template <class... Args>
    requires call_args<Args...>
    auto touch(std::string_view project_id, Args&&... args) const
    {
        return of_project<void>(
            "projects.touch", retry::safe, project_id, std::forward<Args>(args)...
        );
    }

    /// @brief Marks a project as deleted, stops it and frees its licenses; twice is fine.
    /// @param project_id UUID of the project
    /// @errors errc::forbidden (the server speaks of owners, yet any collaborator may); transport
    /// errors
    /// @retry safe
    /// @source cocalc packages/server/projects/delete.ts
    template <class... Args>
    requires call_args<Args...>
    auto delete_(std::string_view project_id, Args&&... args) const
    {
        return of_project<void>(
            "projects.deleteProject", retry::safe, project_id, std::forward<Args>(args)...
        );
    }

    /// @brief Tells what a project is doing.
    /// @param project_id UUID of the project
    /// @return nothing set if nothing is known; an `error` in it is the project's and no failure
    /// @errors errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/projects.ts, state
    template <class... Args>
    requires call_args<Args...>
    auto state(std::string_view project_id, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("project_id", project_id);
        call::request req = begin("projects.state", retry::safe);
        req.result_member = "state";
        json::writer w(req.body);
        encode(w, o);
        return end<project_state>(std::move(req), w, std::forward<Args>(args)...);
    }

    /// @brief Tells what runs in a project.
    /// @param project_id UUID of the project
    /// @return nothing set if it is stopped
    /// @errors errc::forbidden; transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/projects.ts, status
    template <class... Args>
    requires call_args<Args...>
    auto status(std::string_view project_id, Args&&... args) const
    {
        return of_project<project_status>(
            "projects.status", retry::safe, project_id, std::forward<Args>(args)...
        );
    }

private:
    template <class T, class... Args>
    auto of_project(std::string_view route, retry r, std::string_view id, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("project_id", id);
        return rpc<T>(route, r, o, std::forward<Args>(args)...);
    }

    /// Where the target is another account than the caller's, the options stand one level deeper.
    template <class T, class Arguments, class... Args>
    auto with_opts(std::string_view route, retry r, Arguments const& opts, Args&&... args) const
    {
        cocalc::object_writer o;
        o.add("opts", opts);
        return rpc<T>(route, r, o, std::forward<Args>(args)...);
    }

    COHUB_DECL static project_query by_title(std::string_view title);
    template <class Rows>
    static boost::intrusive_ptr<call::result_adapter const> refinement_of(project_query const& q);
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/projects.ipp>
#endif

#endif
