#ifndef COHUB_COCALC_TYPES_COLLABORATOR_HPP
#define COHUB_COCALC_TYPES_COLLABORATOR_HPP

#include <cohub/core/secret.hpp>
#include <cohub/json/encode.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief The role of an account in a project.
enum class project_role
{
    /// The account may work in the project.
    collaborator,
    /// The account may also remove others and change their roles.
    owner,
};
inline void encode(json::writer& w, project_role r)
{
    w.text(r == project_role::owner ? "owner" : "collaborator");
}

/// @brief Accounts to add to projects; `hub.projects().add_collaborator`.
class new_collaborators
{
public:
    /// @brief Adds `account_id[i]` to `project_id[i]`. Both lists must have the same length.
    new_collaborators(std::vector<std::string> project_id, std::vector<std::string> account_id)
        : project_id_(std::move(project_id)), account_id_(std::move(account_id))
    {
    }
    /// @brief Adds the accounts with invite tokens. Each token belongs to a project.
    static new_collaborators by_token(
        std::vector<secret> token_id, std::vector<std::string> account_id
    )
    {
        new_collaborators c({}, std::move(account_id));
        c.project_id_.reset();
        c.token_id_ = std::move(token_id);
        return c;
    }

private:
    std::optional<std::vector<std::string>> project_id_;
    std::vector<std::string> account_id_;
    std::optional<std::vector<secret>> token_id_;

    BOOST_DESCRIBE_CLASS(new_collaborators, (), (), (), (project_id_, account_id_, token_id_))
};

/// @brief An invitation of an account to a project; `hub.projects().invite_collaborator`.
class project_invitation
{
public:
    /// @param project_id UUID of the project
    /// @param account_id UUID of the account to invite
    project_invitation(std::string project_id, std::string account_id)
        : project_id_(std::move(project_id)), account_id_(std::move(account_id))
    {
    }

    /// @brief Sets the project's title for the mail.
    project_invitation& title(std::string text) { return set(title_, std::move(text)); }
    /// @brief Sets a link to the project for the mail.
    project_invitation& link2proj(std::string url) { return set(link2proj_, std::move(url)); }
    /// @brief Sets the address for answers to the mail.
    project_invitation& replyto(std::string address) { return set(replyto_, std::move(address)); }
    /// @brief Sets the name for the address for answers.
    project_invitation& replyto_name(std::string name)
    {
        return set(replyto_name_, std::move(name));
    }
    /// @brief Sets the text of the mail, in HTML. Without a text, no mail is sent.
    project_invitation& email(std::string html) { return set(email_, std::move(html)); }
    /// @brief Sets the subject of the mail.
    project_invitation& subject(std::string text) { return set(subject_, std::move(text)); }

    /// @brief Whether a mail is sent.
    bool sends_mail() const noexcept { return email_.has_value(); }

private:
    project_invitation& set(std::optional<std::string>& member, std::string value)
    {
        member = std::move(value);
        return *this;
    }

    std::string project_id_, account_id_;
    std::optional<std::string> title_, link2proj_, replyto_, replyto_name_, email_, subject_;

    BOOST_DESCRIBE_CLASS(
        project_invitation,
        (),
        (),
        (),
        (project_id_, account_id_, title_, link2proj_, replyto_, replyto_name_, email_, subject_)
    )
};

/// @brief An invitation by mail, for people without an account;
/// `hub.projects().invite_collaborator_without_account`.
class mail_invitation
{
public:
    /// @param title the project's title
    /// @param link2proj a link to the project
    /// @param to the addresses, separated by commas, semicolons or blanks; at most 1024 characters
    /// in total
    /// @param email the text of the mail, in HTML
    mail_invitation(
        std::string project_id,
        std::string title,
        std::string link2proj,
        std::string to,
        std::string email
    )
        : project_id_(std::move(project_id)),
          title_(std::move(title)),
          link2proj_(std::move(link2proj)),
          to_(std::move(to)),
          email_(std::move(email))
    {
    }

    /// @brief Sets the address for answers to the mail.
    mail_invitation& replyto(std::string address) { return set(replyto_, std::move(address)); }
    /// @brief Sets the name for the address for answers.
    mail_invitation& replyto_name(std::string name) { return set(replyto_name_, std::move(name)); }
    /// @brief Sets the subject of the mail.
    mail_invitation& subject(std::string text) { return set(subject_, std::move(text)); }

private:
    mail_invitation& set(std::optional<std::string>& member, std::string value)
    {
        member = std::move(value);
        return *this;
    }

    std::string project_id_, title_, link2proj_, to_, email_;
    std::optional<std::string> replyto_, replyto_name_, subject_;

    BOOST_DESCRIBE_CLASS(
        mail_invitation,
        (),
        (),
        (),
        (project_id_, title_, link2proj_, to_, email_, replyto_, replyto_name_, subject_)
    )
};

}  // namespace cohub::inline abi_0_2

#endif
