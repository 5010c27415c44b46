#include "raw_peer_state.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>
#include <utility>

namespace cohub::inline abi_0_2::fake {
namespace {

constexpr int backlog = 1024;

}  // namespace

raw_peer::state::state(raw_peer_options const& options)
    : ipv6(options.ipv6_), receive_buffer(options.receive_buffer_)
{
    if (options.tls_ != nullptr) {
        tls = std::make_shared<raw_tls_context>(*options.tls_);
    }
    wake_fd = check_errno(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
    try {
        update_listeners();
        thread = std::thread([this] { run(); });
    } catch (...) {
        close_listeners();
        ::close(wake_fd);
        throw;
    }
}

raw_peer::state::~state()
{
    {
        std::lock_guard const lock(mutex);
        stopping = true;
    }
    wake();
    thread.join();
    connections.clear();
    close_listeners();
    ::close(wake_fd);
}

int raw_peer::state::listen_on(int family)
{
    int const s = new_socket(family);
    set_option(s, SOL_SOCKET, SO_REUSEPORT, 1);
    set_option(s, SOL_SOCKET, SO_REUSEADDR, 1);
    if (receive_buffer > 0) {
        set_option(s, SOL_SOCKET, SO_RCVBUF, receive_buffer);
    }
    if (!bind_to(s, family, reservation.port()) || ::listen(s, backlog) != 0) {
        ::close(s);
        throw_errno("listen");
    }
    return s;
}

void raw_peer::state::update_listeners()
{
    if (listening_wanted && listeners.empty()) {
        listeners.push_back(listen_on(AF_INET));
        if (ipv6) {
            listeners.push_back(listen_on(AF_INET6));
        }
    } else if (!listening_wanted) {
        close_listeners();
    }
}

void raw_peer::state::close_listeners()
{
    for (int const s : listeners) {
        ::close(s);
    }
    listeners.clear();
}

void raw_peer::state::wake()
{
    std::uint64_t const one = 1;
    [[maybe_unused]] ssize_t const n = ::write(wake_fd, &one, sizeof one);
}

void raw_peer::state::run()
{
    std::vector<pollfd> waiting;
    while (true) {
        poll_once(waiting);
        std::lock_guard const lock(mutex);
        if (stopping) {
            return;
        }
        handle(waiting);
        changed.notify_all();
    }
}

void raw_peer::state::poll_once(std::vector<pollfd>& waiting)
{
    std::optional<clock::time_point> next;
    {
        std::lock_guard const lock(mutex);
        waiting.assign(1, pollfd{wake_fd, POLLIN, 0});
        for (int const s : listeners) {
            waiting.push_back(pollfd{s, POLLIN, 0});
        }
        for (auto const& c : connections) {
            waiting.push_back(pollfd{c->socket(), c->wanted(), 0});
            if (c->wake() && (!next || *c->wake() < *next)) {
                next = c->wake();
            }
        }
    }
    timespec limit{};
    if (next) {
        auto const left = std::max(*next - clock::now(), clock::duration::zero());
        auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
        limit.tv_sec = seconds.count();
        limit.tv_nsec = std::chrono::nanoseconds(left - seconds).count();
    }
    if (::ppoll(waiting.data(), waiting.size(), next ? &limit : nullptr, nullptr) < 0) {
        for (pollfd& p : waiting) {
            p.revents = 0;
        }
    }
}

// Only this thread removes connections from `connections`, and only this thread and the constructor
// change `listeners`. So `waiting` still lists both in the same order. It only lacks the
// connections that came in the meantime.
void raw_peer::state::handle(std::vector<pollfd> const& waiting)
{
    if (waiting[0].revents != 0) {
        std::uint64_t count = 0;
        [[maybe_unused]] ssize_t const n = ::read(wake_fd, &count, sizeof count);
    }
    if (std::exchange(drop_wanted, false)) {
        for (auto const& c : connections) {
            c->end(raw_ending::stopped);
        }
    }
    bool const all = std::exchange(nudged, false);
    clock::time_point const now = clock::now();
    std::size_t const first_connection = 1 + listeners.size();
    for (std::size_t i = 0; i < connections.size(); ++i) {
        raw_connection& c = *connections[i];
        std::size_t const at = first_connection + i;
        short const ready = at < waiting.size() ? waiting[at].revents : short{0};
        if ((ready & ~POLLOUT) != 0) {
            c.on_readable();
        }
        if (ready != 0 || all || (c.wake() && *c.wake() <= now)) {
            c.advance();
        }
    }
    for (std::size_t i = 1; i < first_connection; ++i) {
        if (waiting[i].revents != 0) {
            accept_from(waiting[i].fd);
        }
    }
    if (std::exchange(newcomers, false)) {
        note_ends();
        note_peak();
    }
    std::erase_if(connections, [](auto const& c) { return c->over(); });
    update_listeners();
}

void raw_peer::state::accept_from(int listener)
{
    while (true) {
        int const s = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (s < 0) {
            return;
        }
        set_option(s, IPPROTO_TCP, TCP_NODELAY, 1);
        auto record = std::make_shared<raw_record>();
        record->index = log.size();
        record->accepted = clock::now();
        auto const& script = record->index < first.size() ? first[record->index] : rest;
        log.push_back(record);
        connections.push_back(
            std::make_unique<raw_connection>(s, script, tls, events, std::move(record))
        );
        connections.back()->advance();
        newcomers = true;
    }
}

// The kernel connects clients before the peer accepts them. On a busy machine the accept may come
// much later.
void raw_peer::state::take_backlog()
{
    std::size_t const before = connections.size();
    for (int const s : listeners) {
        accept_from(s);
    }
    if (connections.size() != before) {
        wake();
    }
}

bool raw_peer::state::has_backlog() const
{
    return std::any_of(listeners.begin(), listeners.end(), [](int s) {
        pollfd one{s, POLLIN, 0};
        return ::poll(&one, 1, 0) > 0;
    });
}

// A client that closes one connection and then opens another one never has two at a time. But the
// second one may be accepted before this thread looks at the end of the first.
void raw_peer::state::note_ends()
{
    for (auto const& c : connections) {
        pollfd one{c->socket(), c->wanted(), 0};
        if (!c->over() && ::poll(&one, 1, 0) > 0 && (one.revents & ~POLLOUT) != 0) {
            c->on_readable();
            c->advance();
        }
    }
}

// When a connection came, the open ones were this one and the earlier ones that have no end yet.
void raw_peer::state::note_peak()
{
    std::size_t open = 0;
    for (std::size_t i = 0; i < log.size(); ++i) {
        if (i >= peak_noted) {
            peak = std::max(peak, open + 1);
        }
        open += log[i]->how == raw_ending::open ? 1 : 0;
    }
    peak_noted = log.size();
}

void raw_peer::state::start_log(std::vector<raw_script> first_scripts, raw_script rest_script)
{
    std::lock_guard const lock(mutex);
    // The present connections belong to the old scripts.
    take_backlog();
    first.clear();
    for (raw_script& s : first_scripts) {
        first.push_back(std::make_shared<raw_script const>(std::move(s)));
    }
    rest = std::make_shared<raw_script const>(std::move(rest_script));
    log.clear();
    events = std::make_shared<raw_events>();
    peak = peak_noted = 0;
}

bool raw_peer::state::wait(std::function<bool()> const& predicate, duration limit) const
{
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, limit, predicate);
}

}  // namespace cohub::inline abi_0_2::fake
