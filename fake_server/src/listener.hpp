#pragma once

#include <cohub/fake/pki.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "connection.hpp"
#include "message.hpp"

namespace cohub::fake {

/// What a listener calls, from the connections' threads.
class listener_events
{
public:
    virtual ~listener_events() = default;
    virtual void accepted(connection_record&) = 0;
    virtual void handshaken(connection_record&) = 0;
    virtual void closed(connection_record&) = 0;
    virtual void handle(request const&, connection_record&, reply&, delivery&) = 0;
    /// For the `Date` header.
    virtual std::int64_t now() const = 0;
};

/// Sockets, TLS and HTTP framing: a thread a connection, as many connections as there are, each
/// kept alive for as long as its client likes.
class listener
{
public:
    /// @param tls null for plain HTTP
    listener(listener_events& events, identity const* tls, std::string address, std::uint16_t port);
    ~listener();

    std::uint16_t port() const;
    /// Lets go of held answers.
    void release();
    std::uint64_t release_count() const;
    /// Waits, but not beyond the end of the server. @return false: the server ends
    bool pause(std::chrono::milliseconds time);
    /// Ends all connections and joins; no event comes afterwards.
    void stop();

private:
    class server;
    std::unique_ptr<server> server_;
};

}  // namespace cohub::fake
