#pragma once

#include <cohub/fake/time_source.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "connection.hpp"
#include "message.hpp"
#include "tls_context.hpp"

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
    /// The machine is at a limit. Not more often than every ten seconds.
    virtual void complain(std::string what) = 0;
};

/// Sockets, TLS and HTTP framing: a thread a connection, as many connections as there are, each
/// kept alive for as long as its client likes.
class listener
{
public:
    /// @param tls null for plain HTTP
    /// @param time null: the real one
    listener(
        listener_events& events,
        std::unique_ptr<tls_context> tls,
        std::string address,
        std::uint16_t port,
        std::shared_ptr<time_source> time
    );
    ~listener();

    std::uint16_t port() const;
    /// Has held answers look again whether they are released.
    void wake();
    /// Waits, but not beyond the end of the server. For a connection's thread, while it handles a
    /// request. @return false: the server ends
    bool pause(std::chrono::milliseconds time);
    /// Whether somebody waits for the answer, and the server does not end. For the same thread.
    bool is_awaited() const;
    /// Ends all connections and joins; no event comes afterwards.
    void stop();

private:
    class server;
    std::unique_ptr<server> server_;
};

}  // namespace cohub::fake
