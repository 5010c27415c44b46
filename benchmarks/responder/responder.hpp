#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace bench {

/// @brief A server on 127.0.0.1 that answers every POST at once with a fixed body: TLS 1.3 with a
/// certificate for localhost, tickets for resumption, keep-alive, one thread, epoll.
///
/// A request whose path begins with `/large` gets the large answer, any other request the small
/// one. Only the framing of a request is checked: this is a yardstick, not a fake server.
class responder
{
public:
    enum class transport
    {
        tls,
        plain
    };

    /// Listens from now on, on `port`. If that is 0, the system chooses a port.
    explicit responder(transport kind, std::uint16_t port = 0);
    ~responder();
    responder(responder const&) = delete;
    responder& operator=(responder const&) = delete;

    std::uint16_t port() const { return port_; }
    /// `https://localhost:PORT`
    std::string url() const;
    /// The certificate that a client has to trust; empty without TLS.
    std::string const& ca_pem() const { return ca_pem_; }

    /// Serves until `stop`.
    void run();
    /// Any thread or signal handler may call it.
    void stop();

private:
    struct session;
    struct state;

    std::unique_ptr<state> state_;
    std::uint16_t port_ = 0;
    std::string ca_pem_;
};

/// @brief A responder with its own thread.
class background_responder
{
public:
    explicit background_responder(responder::transport kind)
        : server_(kind), thread_([this] { server_.run(); })
    {
    }
    ~background_responder()
    {
        server_.stop();
        thread_.join();
    }

    responder const* operator->() const { return &server_; }

private:
    responder server_;
    std::thread thread_;
};

}  // namespace bench
