#pragma once

#include <cohub/fake/account.hpp>
#include <cohub/fake/journal.hpp>
#include <cohub/fake/mail.hpp>
#include <cohub/fake/organization.hpp>
#include <cohub/fake/pieces.hpp>
#include <cohub/fake/project.hpp>
#include <cohub/fake/script.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2::fake {

class service;
class world;

/// @brief The exception of `served_world::verify`; `what()` lists the problems, one per line.
class verification_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// @brief A world from which a server answers: its data, its faults, its journal. It is the
/// server's own world, which all share, or a session's.
/// @par Thread safety
/// All members may be called from any thread.
class served_world
{
public:
    /// @brief The ordinary account's key.
    std::string const& api_key() const;
    /// @brief A key of each kind.
    fake::api_keys const& keys() const;

    /// @brief All accounts, in the order in which they were made.
    std::vector<fake::account> users() const;
    /// @brief Adds an account, or replaces the one with that id. @return its id
    std::string add_account(fake::account account);
    /// @brief Adds an API key.
    /// @return the key itself
    std::string add_api_key(fake::api_key key);
    /// @brief Adds a project, or replaces the one with that id. @return its id
    /// @throws std::invalid_argument if an id is not a UUID, or a status is not a JSON object
    std::string add_project(fake::project project);
    /// @brief Adds a project with these accounts, the first one as its owner. If the project
    /// exists, this replaces its list of accounts.
    void add_project(std::string project_id, std::vector<std::string> collaborators);
    /// @brief Adds an organization, or replaces the one with that name. Its members do not change,
    /// because each account names its organization.
    void add_organization(fake::organization organization);
    /// @brief Removes an organization, and its members from it. The real hub has no such call.
    void remove_organization(std::string_view name);
    /// @brief Puts a message into the mailboxes of its parties. @return its id
    std::int64_t add_message(fake::mail mail);
    /// @brief Sets or removes a mark on a message for one of its parties, as people do in their
    /// browsers.
    /// @throws std::invalid_argument if there is no such message, or the account is not one of its
    /// parties
    void mark_message(
        std::int64_t id, std::string_view account_id, fake::mail_flag flag, bool on = true
    );
    /// @brief The tokens that can sign somebody in now: made by `org.createToken` or
    /// `system.generateUserAuthToken`, not revoked, and not expired by the server's clock.
    std::vector<fake::auth_token> auth_tokens() const;
    /// @brief The mails for verifying addresses, in the order in which they were sent.
    std::vector<fake::verification_mail> verification_mails() const;
    /// @brief Whether code may run without a project (`jupyter.execute`, `jupyter.kernels`); false
    /// by default.
    void allow_public_jupyter(bool on = true);
    /// @brief Determines the next random text of this length: a key has 16 characters, a token 24,
    /// an id 36.
    void next_random(std::string text);

    /// @brief The time of the server's clock, in milliseconds since the epoch.
    std::int64_t now() const;
    /// @brief Sets the server's clock.
    /// @param ms milliseconds since the epoch
    void set_now(std::int64_t ms);
    /// @brief Moves the server's clock forward.
    void advance(std::chrono::milliseconds by);
    /// @brief Lets the server's clock run like real time, or stops it.
    void run_clock(bool on = true);

    /// @brief Restores the state after the start: data, clock, script and journal. Connections stay
    /// open. The faults of `fake_server_options::fault` are restored, others are removed.
    void reset();

    /// @brief Queues faults for the calls that match. Patterns are those of `fake::journal`.
    fake::script script(std::string pattern);
    /// @brief Queues faults written as text, as for `--fault`; docs/fake-server.md has the grammar.
    /// @throws std::invalid_argument naming the wrong word and what is possible there, or, for a
    /// call that does not exist, the call with the most similar name
    void add_fault(std::string_view spec);
    /// @brief Sends all answers that `delay_until_released` keeps back now.
    void release();

    /// @brief The requests that the server has received.
    fake::journal const& journal() const;

    /// @brief The Pieces OS that answers on the same port.
    fake::pieces_os pieces();

    /// @brief The problems so far: scripted steps that no call used, routes that do not exist.
    std::vector<std::string> problems() const;
    /// @brief The same as one text, empty if there are no problems:
    /// `EXPECT_EQ(server.report(), "")`.
    std::string report() const;
    /// @brief Throws if there are problems.
    /// @throws fake::verification_error with all problems
    void verify() const;

protected:
    explicit served_world(std::shared_ptr<service> s);
    served_world(served_world&&) noexcept = default;
    ~served_world() = default;

private:
    /// The world at the present time.
    world& current() const;

    std::shared_ptr<service> service_;
    fake::journal journal_;
    api_keys keys_;
};

}  // namespace cohub::inline abi_0_2::fake
