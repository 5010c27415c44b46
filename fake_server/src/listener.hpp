#pragma once

#include <cohub/fake/time_source.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "connection.hpp"
#include "message.hpp"
#include "tls_context.hpp"

namespace cohub::inline abi_0_2::fake {

/// The functions that a listener calls, from the threads of the connections.
class listener_events
{
public:
    virtual ~listener_events() = default;
    virtual void accepted(connection_record&) = 0;
    virtual void handshaken(connection_record&) = 0;
    virtual void closed(connection_record&) = 0;
    virtual void handle(request const&, connection_record&, reply&, delivery&) = 0;
    /// The machine is at a limit. Called at most every ten seconds.
    virtual void complain(std::string what) = 0;
};

/// Sockets, TLS and HTTP framing. Each connection has a thread. There is no limit on the number of
/// connections, and each stays open for as long as its client wants.
class listener
{
public:
    /// Listens. Connections wait until it is started.
    /// @param tls null for plain HTTP
    /// @param time null: the real time
    listener(
        listener_events& events,
        std::unique_ptr<tls_context> tls,
        std::string address,
        std::uint16_t port,
        std::shared_ptr<time_source> time
    );
    ~listener();

    std::uint16_t port() const;
    /// Accepts connections. To be called once, when all that the events need is in place.
    void start();
    /// Makes held answers check again whether they are released.
    void wake();
    /// Waits, but not longer than the server runs and the client is there. For the thread of a
    /// connection, while it handles a request.
    /// @return false: nobody is left to answer
    bool pause(std::chrono::milliseconds time);
    /// Whether a client still waits for the answer and the server is not ending. For the same
    /// thread.
    bool is_awaited() const;
    /// Ends all connections and joins their threads. No event comes afterwards.
    void stop();

private:
    class server;
    std::unique_ptr<server> server_;
};

}  // namespace cohub::inline abi_0_2::fake
