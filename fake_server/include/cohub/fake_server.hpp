#pragma once

#include <cohub/fake/account.hpp>
#include <cohub/fake/journal.hpp>
#include <cohub/fake/mail.hpp>
#include <cohub/fake/organization.hpp>
#include <cohub/fake/pieces.hpp>
#include <cohub/fake/pki.hpp>
#include <cohub/fake/project.hpp>
#include <cohub/fake/script.hpp>
#include <cohub/fake/v1_profile.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub {

/// @brief How a fake server starts. The default is TLS on a free port of 127.0.0.1.
class fake_server_options
{
public:
    fake_server_options() = default;

    /// @brief Numeric address to listen on.
    fake_server_options& bind(std::string address)
    {
        bind_ = std::move(address);
        return *this;
    }
    /// @brief Port to listen on; 0 lets the system choose.
    fake_server_options& port(std::uint16_t value)
    {
        port_ = value;
        return *this;
    }
    fake_server_options& tls(bool on)
    {
        tls_ = on;
        return *this;
    }
    /// @brief HTTP without TLS.
    fake_server_options& plain() { return tls(false); }
    /// @brief Serves with this certificate in place of one made at start.
    /// @param ca_pem what `fake_server::ca_pem` shall answer
    fake_server_options& certificate(fake::identity identity, std::string ca_pem)
    {
        identity_ = std::move(identity);
        ca_pem_ = std::move(ca_pem);
        return *this;
    }
    /// @brief Same seed, users and clock: same data and same answers, byte for byte.
    fake_server_options& seed(std::uint64_t value)
    {
        seed_ = value;
        return *this;
    }
    /// @brief Accounts to begin with; the three that hold the seeded keys are always there.
    fake_server_options& users(std::size_t n)
    {
        users_ = n;
        return *this;
    }
    /// @brief The ordinary account's key, in place of one drawn from the seed.
    fake_server_options& api_key(std::string key)
    {
        api_key_ = std::move(key);
        return *this;
    }
    /// @brief Where the server's clock stands, in milliseconds since the epoch. It stands still
    /// until `set_now` or `advance` move it.
    fake_server_options& now(std::int64_t ms)
    {
        now_ = ms;
        return *this;
    }
    /// @brief What takes time by the server's clock (a cold start, `sleep 5` in `exec`) keeps its
    /// caller waiting that long. Otherwise time is only counted: a call that takes longer than its
    /// `timeout` is answered so at once.
    fake_server_options& spend_time(bool on = true)
    {
        spend_time_ = on;
        return *this;
    }
    /// @brief Which API v1 is served under `/api/v1/`: the manual's unless told otherwise.
    fake_server_options& v1(fake::v1_profile profile)
    {
        v1_ = profile;
        return *this;
    }
    /// @brief Keeps keys and passwords readable in the journal: for tests that compare what was
    /// sent with what should have been.
    fake_server_options& unmasked_journal(bool on = true)
    {
        unmasked_journal_ = on;
        return *this;
    }

    /// @brief Appends a line of JSON to this file for each request, masked as the journal is.
    fake_server_options& log(std::string file)
    {
        log_ = std::move(file);
        return *this;
    }

private:
    friend class fake_server;

    std::string bind_ = "127.0.0.1";
    std::uint16_t port_ = 0;
    bool tls_ = true;
    std::optional<fake::identity> identity_;
    std::string ca_pem_;
    std::uint64_t seed_ = 42;
    std::size_t users_ = 1000;
    std::string api_key_;
    std::int64_t now_ = 1'760'000'000'000;
    fake::v1_profile v1_ = fake::v1_profile::manual;
    bool spend_time_ = false;
    bool unmasked_journal_ = false;
    std::string log_;
};

namespace fake {
/// @brief What `fake_server::verify` throws; `what()` lists the problems, one a line.
class verification_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};
}  // namespace fake

/// @brief A CoCalc server in this process: real sockets, real TLS, invented data.
///
/// It accepts connections once it is constructed; the destructor ends all of them at once.
///
///     cohub::fake_server server;
///     server.script("system.userSearch").status(503).then_ok();
///     // … connect a client to server.url(), trusting server.ca_pem(), with server.api_key()
///     assert(server.journal().count("system.userSearch") == 2);
///     server.verify();
///
/// @par Thread safety
/// All members but the destructor may be called from any thread.
class fake_server
{
public:
    /// @throws std::invalid_argument for an option that makes no sense
    /// @throws std::runtime_error when it cannot listen
    explicit fake_server(fake_server_options const& options = fake_server_options());
    fake_server(fake_server const&) = delete;
    fake_server& operator=(fake_server const&) = delete;
    ~fake_server();

    /// @brief `https://localhost:PORT` (`http://` without TLS; a bound address other than loopback
    /// as it is). No slash at the end.
    std::string const& url() const;
    std::uint16_t port() const;
    /// @brief The certificate to trust, as PEM text; empty without TLS.
    std::string const& ca_pem() const;

    /// @brief The ordinary account's key.
    std::string const& api_key() const;
    fake::api_keys const& keys() const;

    /// @brief All accounts, in the order of their making.
    std::vector<fake::account> users() const;
    /// @brief Adds an account, or replaces the one of that id. @return its id
    std::string add_account(fake::account account);
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
    /// @brief Whether code may be run without a project (`jupyter.execute`, `jupyter.kernels`). At
    /// first it may not.
    void allow_public_jupyter(bool on = true);
    /// @brief The next random text of this length (a key's 16 characters, a token's 24, an id's
    /// 36) will be this one.
    void next_random(std::string text);

    std::int64_t now() const;
    void set_now(std::int64_t ms);
    void advance(std::chrono::milliseconds by);

    /// @brief As if freshly started: data, clock, script and journal. Connections stay open.
    void reset();

    /// @brief Queues faults for the calls that match; patterns as with `fake::journal`.
    fake::script script(std::string pattern);
    /// @brief Queues faults written as text, as for `--fault`; docs/fake-server.md has the grammar.
    /// @throws std::invalid_argument naming the word that is wrong and what may stand there
    void add_fault(std::string_view spec);
    /// @brief Lets all answers go that `delay_until_released` keeps back now.
    void release();

    fake::journal const& journal() const;

    /// @brief The Pieces OS that answers on the same port.
    fake::pieces_os pieces();

    /// @brief What is wrong so far: scripted steps that no call used, routes that do not exist.
    std::vector<std::string> problems() const;
    /// @brief The same as one text, empty when all is well: `EXPECT_EQ(server.report(), "")`.
    std::string report() const;
    /// @throws fake::verification_error when there are problems
    void verify() const;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace cohub
