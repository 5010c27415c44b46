#pragma once

#include <cohub/fake/account.hpp>
#include <cohub/fake/journal.hpp>
#include <cohub/fake/mail.hpp>
#include <cohub/fake/organization.hpp>
#include <cohub/fake/pieces.hpp>
#include <cohub/fake/pki.hpp>
#include <cohub/fake/project.hpp>
#include <cohub/fake/script.hpp>
#include <cohub/fake/time_source.hpp>
#include <cohub/fake/v1_profile.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
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

    /// @brief Address to listen on, of IPv4 or IPv6, or a name of this machine; the certificate is
    /// for it, too. `::` takes IPv4 in.
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
    /// @brief Whether the server speaks TLS; it does unless told otherwise.
    fake_server_options& tls(bool on)
    {
        tls_ = on;
        return *this;
    }
    /// @brief HTTP without TLS.
    fake_server_options& plain() { return tls(false); }
    /// @brief Serves with this certificate in place of one made at start.
    /// @param ca_pem what `fake_server::ca_pem` answers
    fake_server_options& certificate(fake::identity identity, std::string ca_pem)
    {
        identity_ = std::move(identity);
        ca_pem_ = std::move(ca_pem);
        return *this;
    }
    /// @brief Clients have to show a certificate that this issuer (PEM) vouches for; a handshake
    /// without one fails.
    fake_server_options& client_ca(std::string pem)
    {
        client_ca_ = std::move(pem);
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
    /// @brief The server's clock runs from its start as real time does. Answers with times in them
    /// are then no longer the same in each run.
    fake_server_options& running_clock(bool on = true)
    {
        running_clock_ = on;
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
    /// @brief By whose time answers are kept back (`delay`, `stall`, `spend_time`); null: by the
    /// real one. `cohub/fake/paused_time.hpp` has one that clients share. What `now` sets is
    /// another clock, that of the data.
    fake_server_options& time_source(std::shared_ptr<fake::time_source> source)
    {
        time_source_ = std::move(source);
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

    /// @brief A fault from the start, as text. `reset` brings it back, whatever was used of it;
    /// docs/fake-server.md has the grammar. To be repeated for several.
    fake_server_options& fault(std::string spec)
    {
        faults_.push_back(std::move(spec));
        return *this;
    }
    /// @brief Is told when the machine is at a limit: no file descriptor is left, say, and new
    /// connections wait. From the server's threads, not more often than every ten seconds; it is a
    /// problem for `report`, too.
    fake_server_options& warn(std::function<void(std::string const&)> f)
    {
        warn_ = std::move(f);
        return *this;
    }
    /// @brief Passes all requests but those under `/__fake__/` on to `upstream`
    /// (`https://cocalc.com`), and keeps them with their answers in `file`, which must not be there
    /// yet. Secrets, e-mail addresses and IPv4 addresses of machines are replaced in the file.
    /// Faults work as ever. The key is sent on, so that `http://` is for this machine alone.
    /// @param ca_file PEM; the issuers to trust for `upstream`; empty: the system's
    fake_server_options& record(
        std::string upstream, std::string file, std::string ca_file = std::string()
    )
    {
        upstream_ = std::move(upstream);
        record_to_ = std::move(file);
        upstream_ca_ = std::move(ca_file);
        return *this;
    }
    /// @brief Answers from a file that `record` made, without a network: the request that was
    /// recorded with the same method, path, query and body (JSON: the same value). What is not in
    /// it is answered 501 and is a problem for `report`, and so is what is in it and not asked for.
    /// A request that comes again gets the next answer that was recorded of it, and then the last.
    fake_server_options& replay(std::string file)
    {
        replay_from_ = std::move(file);
        return *this;
    }
    /// @brief As `replay`; each request has to be the next of the recording.
    fake_server_options& replay_in_order(std::string file)
    {
        in_order_ = true;
        return replay(std::move(file));
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
    std::string client_ca_;
    std::uint64_t seed_ = 42;
    std::size_t users_ = 1000;
    std::string api_key_;
    std::int64_t now_ = 1'760'000'000'000;
    fake::v1_profile v1_ = fake::v1_profile::manual;
    bool spend_time_ = false;
    bool running_clock_ = false;
    std::shared_ptr<fake::time_source> time_source_;
    bool unmasked_journal_ = false;
    std::string log_;
    std::string upstream_, record_to_, upstream_ca_;
    std::string replay_from_;
    bool in_order_ = false;
    std::vector<std::string> faults_;
    std::function<void(std::string const&)> warn_;
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

    /// @brief `https://localhost:PORT` (`http://` without TLS) when 127.0.0.1 or all addresses are
    /// bound, otherwise with the address that is, `https://[::1]:PORT`. No slash at the end.
    std::string const& url() const;
    /// @brief The port that it listens on.
    std::uint16_t port() const;
    /// @brief The certificate to trust, as PEM text; empty without TLS.
    std::string const& ca_pem() const;

    /// @brief The ordinary account's key.
    std::string const& api_key() const;
    /// @brief A key of each kind.
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
    /// @brief The mails by which addresses are verified, in the order of their sending.
    std::vector<fake::verification_mail> verification_mails() const;
    /// @brief Whether code may be run without a project (`jupyter.execute`, `jupyter.kernels`). At
    /// first it may not.
    void allow_public_jupyter(bool on = true);
    /// @brief The next random text of this length (a key's 16 characters, a token's 24, an id's
    /// 36) will be this one.
    void next_random(std::string text);

    /// @brief What the server's clock shows, in milliseconds since the epoch.
    std::int64_t now() const;
    /// @brief Sets the server's clock.
    /// @param ms milliseconds since the epoch
    void set_now(std::int64_t ms);
    /// @brief Moves the server's clock on.
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

    /// @brief What the server has received.
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
