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

/// @brief What `served_world::verify` throws; `what()` lists the problems, one a line.
class verification_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// @brief A world that a server answers from: its data, its faults, its journal. The server's own,
/// the common one, or a session's.
/// @par Thread safety
/// All members may be called from any thread.
class served_world
{
public:
    /// @brief The ordinary account's key.
    std::string const& api_key() const;
    /// @brief A key of each kind.
    fake::api_keys const& keys() const;

    /// @brief All accounts, in the order of their making.
    std::vector<fake::account> users() const;
    /// @brief Adds an account, or replaces the one of that id. @return its id
    std::string add_account(fake::account account);
    /// @brief Adds an API key.
    /// @return the key itself
    std::string add_api_key(fake::api_key key);
    /// @brief Adds a project, or replaces the one of that id. @return its id
    /// @throws std::invalid_argument for an id that is no UUID, or a status that is no JSON object
    std::string add_project(fake::project project);
    /// @brief Adds a project with these accounts on it, the first as its owner, or replaces its
    /// list of them.
    void add_project(std::string project_id, std::vector<std::string> collaborators);
    /// @brief Adds an organization, or replaces the one of that name. Its members stay as they are:
    /// accounts say themselves where they belong.
    void add_organization(fake::organization organization);
    /// @brief Takes an organization away, and its members out of it; upstream knows no such call.
    void remove_organization(std::string_view name);
    /// @brief Puts a message into the mailboxes of its parties. @return its id
    std::int64_t add_message(fake::mail mail);
    /// @brief Notes something on a message for one of its parties, or takes it back: what people
    /// do in their browsers.
    /// @throws std::invalid_argument when there is no such message, or the account has no part in
    /// it
    void mark_message(
        std::int64_t id, std::string_view account_id, fake::mail_flag flag, bool on = true
    );
    /// @brief The tokens that would sign somebody in now: made by `org.createToken` or
    /// `system.generateUserAuthToken`, not revoked, not expired by the server's clock.
    std::vector<fake::auth_token> auth_tokens() const;
    /// @brief The mails by which addresses are verified, in the order of their sending.
    std::vector<fake::verification_mail> verification_mails() const;
    /// @brief Whether code may be run without a project (`jupyter.execute`, `jupyter.kernels`). At
    /// first it may not.
    void allow_public_jupyter(bool on = true);
    /// @brief The next random text of this length (a key's 16 characters, a token's 24, an id's
    /// 36) will be this one.
    void next_random(std::string text);

    /// @brief The time of the server's clock, in milliseconds since the epoch.
    std::int64_t now() const;
    /// @brief Sets the server's clock.
    /// @param ms milliseconds since the epoch
    void set_now(std::int64_t ms);
    /// @brief Moves the server's clock forward.
    void advance(std::chrono::milliseconds by);
    /// @brief Lets the server's clock run as real time does, or stops it where it is.
    void run_clock(bool on = true);

    /// @brief As if freshly started: data, clock, script and journal. Connections stay open. The
    /// faults of `fake_server_options::fault` are there again, others are not.
    void reset();

    /// @brief Queues faults for the calls that match; patterns as with `fake::journal`.
    fake::script script(std::string pattern);
    /// @brief Queues faults written as text, as for `--fault`; docs/fake-server.md has the grammar.
    /// @throws std::invalid_argument naming the word that is wrong and what may stand there, or the
    /// call nearest to one that does not exist
    void add_fault(std::string_view spec);
    /// @brief Lets all answers go that `delay_until_released` keeps back now.
    void release();

    /// @brief The requests that the server has received.
    fake::journal const& journal() const;

    /// @brief The Pieces OS that answers on the same port.
    fake::pieces_os pieces();

    /// @brief What is wrong so far: scripted steps that no call used, routes that do not exist.
    std::vector<std::string> problems() const;
    /// @brief The same as one text, empty when all is well: `EXPECT_EQ(server.report(), "")`.
    std::string report() const;
    /// @brief Fails if there are problems.
    /// @throws fake::verification_error with all problems
    void verify() const;

protected:
    explicit served_world(std::shared_ptr<service> s);
    served_world(served_world&&) noexcept = default;
    ~served_world() = default;

private:
    /// By the time of now.
    world& current() const;

    std::shared_ptr<service> service_;
    fake::journal journal_;
    api_keys keys_;
};

}  // namespace cohub::inline abi_0_2::fake
