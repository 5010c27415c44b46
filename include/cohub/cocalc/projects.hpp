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

/// @brief The rows of a list of projects.
using project_list = json::only_member<std::vector<project_info>>;

/// @brief The management of projects; `hub.projects()`. For files and processes inside a project,
/// use `cohub::project`.
///
/// For all methods with a project id: `errc::invalid_argument` with a text of the server means that
/// the id is not a UUID, and `errc::forbidden` means that the account is not a collaborator.
class projects_api : public cocalc::group
{
public:
    using cocalc::group::group;

    /// @brief Makes a project.
    ///
    /// The request is never sent twice. If the call fails and `error.why().maybe_sent` is true, the
    /// project may exist nevertheless. Then search for its title with `find_by_title`. This needs a
    /// title that no other project has. If there is one row, it is the new project. If there is no
    /// row, the project was not made so far, but the hub may still be working on the request: it
    /// waits at most 15 s. So search again after that time, before you call `create_project` again.
    /// @param what title, description and the rest of the new project
    /// @return the id of the project
    /// @errors errc::forbidden (`project_id` is set, and the account is not a site admin),
    /// errc::unauthorized; transport errors
    /// @retry never: each request makes another project
    /// @source cocalc packages/server/projects/create.ts
    template <class... Args>
    requires call_args<Args...>
    auto create_project(new_project const& what, Args&&... args) const
    {
        return rpc<std::string>(
            "projects.createProject", retry::never, what, std::forward<Args>(args)...
        );
    }

    /// @brief Finds all projects of the account that have exactly this title: recent and old ones,
    /// deleted ones too.
    ///
    /// It shows whether a `create_project` without an answer took effect. In the protocol, it is a
    /// database query and not a separate method.
    /// @param title the whole title; case matters
    /// @return the fields `project_id`, `title`, `created`, `last_edited` and `deleted`; the last
    /// edited project first
    /// @errors errc::unauthorized; transport errors
    /// @retry safe
    /// @source cocalc packages/database/postgres-user-queries.coffee, table projects_all
    template <class... Args>
    requires call_args<Args...>
    auto find_by_title(std::string_view title, Args&&... args) const
    {
        return get(by_title(title), std::forward<Args>(args)...);
    }

    /// @brief Lists the projects of the account, by default only recent ones. The last edited
    /// project is first.
    ///
    /// In the protocol, it is a database query and not a separate method. `project_query` describes
    /// what the server does and what this library does.
    /// @param query which projects, and which fields of them
    /// @errors errc::api_error (the table does not have such a field), errc::unauthorized;
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

    /// @brief Lists the recent projects of the account. The last edited project is first.
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

    /// @brief Copies a file or directory between two projects, or inside one project. The copy is
    /// complete when the call completes.
    ///
    /// The hub waits 15 s, unless `path_copy::timeout` or `call_options` set another time. If the
    /// copy takes longer, the call fails with `errc::timeout`, but the copy continues.
    /// @param what the source, the target and how to copy
    /// @errors errc::forbidden (the account is not a collaborator on both projects), errc::timeout;
    /// transport errors
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

    /// @brief Adds an account to a project. It is not an error if the account is already a
    /// collaborator.
    /// @param project_id UUID of the project
    /// @param account_id UUID of the account
    /// @return the id of the project
    /// @errors errc::forbidden (on some sites, only owners may add collaborators); transport errors
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

    /// @brief Adds several accounts in one call, or adds accounts with invite tokens.
    /// @param whom the accounts, and the projects or tokens
    /// @errors errc::forbidden (also for an invalid token), errc::api_error (the lists have
    /// different lengths); transport errors
    /// @retry safe: for each account, the server counts the use of a token only once
    /// @source cocalc packages/server/projects/collaborators.ts, addCollaborator
    template <class... Args>
    requires call_args<Args...>
    auto add_collaborator(new_collaborators const& whom, Args&&... args) const
    {
        return with_opts<added_collaborator>(
            "projects.addCollaborator", retry::safe, whom, std::forward<Args>(args)...
        );
    }

    /// @brief Removes an account from a project.
    /// @param project_id UUID of the project
    /// @param account_id UUID of the account
    /// @errors errc::forbidden, errc::conflict (the account is an owner); transport errors
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

    /// @brief Adds an account to a project.
    ///
    /// If the invitation has a text, the server sends it by mail. It sends at most one mail to an
    /// address within some days.
    /// @param whom the account, the project, and optionally the text of the mail
    /// @errors errc::forbidden; transport errors
    /// @retry safe without a mail; never with a mail
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

    /// @brief Invites people who have no account yet, by mail.
    /// @param whom the addresses, the project, and the text of the mail
    /// @errors errc::invalid_argument (an address is invalid or too long, or there are too many
    /// addresses), errc::forbidden; transport errors
    /// @retry never: each request sends mails
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

    /// @brief Changes a collaborator to an owner, or an owner to a collaborator. For owners.
    /// @param project_id UUID of the project
    /// @param target_account_id UUID of the account to change
    /// @param new_group the new role of the account
    /// @errors errc::forbidden (the caller is not an owner), errc::not_found (the account is not a
    /// member of the project), errc::conflict (the account is the last owner); transport errors
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

    /// @brief Sets the quotas of a project. For site admins.
    /// @param quotas the project, and the quotas to change
    /// @errors errc::forbidden (the server's text then wrongly mentions a search); transport errors
    /// @retry safe
    /// @source cocalc packages/server/conat/api/projects.ts, setQuotas
    template <class... Args>
    requires call_args<Args...>
    auto set_quotas(project_quotas const& quotas, Args&&... args) const
    {
        return rpc<void>("projects.setQuotas", retry::safe, quotas, std::forward<Args>(args)...);
    }

    /// @brief Starts a project and waits until it runs.
    ///
    /// The hub waits 15 s, unless `call_options` set another time. If the start takes longer, the
    /// call fails with `errc::timeout`, but the start continues.
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

    /// @brief Marks a project as used, and starts it if it does not run.
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

    /// @brief Marks a project as deleted, stops it and frees its licenses. It is not an error if
    /// the project is already deleted.
    /// @param project_id UUID of the project
    /// @errors errc::forbidden (the server's text mentions owners, but every collaborator may
    /// delete the project); transport errors
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

    /// @brief Returns the state of a project.
    /// @param project_id UUID of the project
    /// @return no member is set if the state is unknown. Its `error` is about the project and does
    /// not mean that the call failed
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

    /// @brief Returns which processes run in a project, and what they use.
    /// @param project_id UUID of the project
    /// @return no member is set if the project is stopped
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

    /// If the target is another account than the caller's, the options are one level deeper.
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
