#pragma once

#include <poll.h>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "cohub/fake/raw_peer.hpp"
#include "raw_connection.hpp"
#include "raw_port.hpp"
#include "raw_tls.hpp"

namespace cohub::inline abi_0_2::fake {

/// @brief The thread that plays the scripts, and the data that it shares with the threads that ask
/// about them.
struct raw_peer::state
{
    using clock = raw_connection::clock;

    explicit state(raw_peer_options const& options);
    ~state();

    void run();
    void poll_once(std::vector<pollfd>& waiting);
    void handle(std::vector<pollfd> const& waiting);
    void accept_from(int listener);
    void take_backlog();
    bool has_backlog() const;
    void note_ends();
    void note_peak();
    void update_listeners();
    int listen_on(int family);
    void close_listeners();
    void wake();
    void start_log(std::vector<raw_script> first, raw_script rest);
    bool wait(std::function<bool()> const& predicate, duration limit) const;

    port_reservation reservation;
    bool const ipv6;
    int const receive_buffer;
    int wake_fd = -1;

    mutable std::mutex mutex;
    mutable std::condition_variable changed;
    // Guarded by the mutex. The peer's thread holds it whenever it is not in poll(). Other threads
    // only add to the end of `connections`. They change neither its other elements nor `listeners`.
    std::shared_ptr<raw_tls_context> tls;
    std::vector<std::shared_ptr<raw_script const>> first;
    std::shared_ptr<raw_script const> rest = std::make_shared<raw_script const>();
    std::vector<std::shared_ptr<raw_record>> log;
    std::shared_ptr<raw_events> events = std::make_shared<raw_events>();
    std::vector<std::unique_ptr<raw_connection>> connections;
    std::vector<int> listeners;
    std::size_t peak = 0;
    std::size_t peak_noted = 0;  // how many entries of the log it covers
    bool listening_wanted = true;
    bool nudged = false;
    bool newcomers = false;
    bool drop_wanted = false;
    bool stopping = false;

    std::thread thread;
};

}  // namespace cohub::inline abi_0_2::fake
