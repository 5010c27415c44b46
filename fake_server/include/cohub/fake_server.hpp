#pragma once

#include <cohub/fake/pki.hpp>
#include <cohub/fake/served_world.hpp>
#include <cohub/fake/session.hpp>
#include <cohub/fake/time_source.hpp>
#include <cohub/fake/v1_profile.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

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
    /// @brief Whether the server speaks TLS. The default is true.
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
    /// @brief Which API v1 is served under `/api/v1/`. The default is that of the manual.
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
    /// @brief Called when the machine is at a limit: for example, no file descriptor is left, and
    /// new connections wait. The server's threads call it, not more often than every ten seconds.
    /// Such a limit is a problem for `report`, too.
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
/// Most of what it can do is declared in `fake::served_world`: it is about the common world, the
/// one without a session.
/// @par Thread safety
/// All members but the destructor may be called from any thread.
class fake_server : public fake::served_world
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

    /// @brief Another world behind the same port, for one test of several that run side by side.
    /// Its requests are those with its key, or with the header `X-Fake-Session` and its id.
    /// @throws std::invalid_argument for a key that is in use, a fault that makes no sense, more
    /// than a million users, or when there are 1,000 sessions already
    fake::session session(fake::session_options const& options = fake::session_options());

private:
    struct impl;
    fake_server(fake_server_options const& options, std::unique_ptr<impl> made);

    std::unique_ptr<impl> impl_;
};

}  // namespace cohub::inline abi_0_2
