#include "cohub/fake/raw_peer.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "raw_connection.hpp"
#include "raw_tls.hpp"

namespace cohub::fake {
namespace {

constexpr int backlog = 1024;

[[noreturn]] void fail(char const* what)
{
    throw std::system_error(errno, std::generic_category(), std::string("raw_peer: ") + what);
}

int need(int r, char const* what)
{
    if (r < 0) {
        fail(what);
    }
    return r;
}

void set_option(int socket, int level, int name, int value)
{
    ::setsockopt(socket, level, name, &value, sizeof value);
}

int new_socket(int family)
{
    int const s = need(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
    if (family == AF_INET6) {
        set_option(s, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    }
    return s;
}

bool bind_to(int socket, int family, std::uint16_t port)
{
    if (family == AF_INET6) {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_addr = in6addr_loopback;
        address.sin6_port = htons(port);
        return ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

std::uint16_t port_of(int socket)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    need(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return ntohs(address.sin_port);
}

/// @brief Keeps a port without listening on it, so that the listener can go and come back.
class port_reservation
{
public:
    port_reservation() : socket_(new_socket(AF_INET))
    {
        set_option(socket_, SOL_SOCKET, SO_REUSEPORT, 1);
        if (!bind_to(socket_, AF_INET, 0)) {
            ::close(socket_);
            fail("bind");
        }
        port_ = port_of(socket_);
    }
    ~port_reservation() { ::close(socket_); }
    port_reservation(port_reservation const&) = delete;
    port_reservation& operator=(port_reservation const&) = delete;

    std::uint16_t port() const { return port_; }

private:
    int socket_;
    std::uint16_t port_ = 0;
};

}  // namespace

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
    // Guarded by the mutex; the thread holds it whenever it is not in poll(). Others add to the end
    // of `connections`, and change neither what is there nor `listeners`.
    std::shared_ptr<raw_tls_context> tls;
    std::vector<std::shared_ptr<raw_script const>> first;
    std::shared_ptr<raw_script const> rest = std::make_shared<raw_script const>();
    std::vector<std::shared_ptr<raw_record>> log;
    std::shared_ptr<raw_events> events = std::make_shared<raw_events>();
    std::vector<std::unique_ptr<raw_connection>> connections;
    std::vector<int> listeners;
    std::size_t peak = 0;
    std::size_t peak_noted = 0;  // how many of the log are in it
    bool listening_wanted = true;
    bool nudged = false;
    bool newcomers = false;
    bool drop_wanted = false;
    bool stopping = false;

    std::thread thread;
};

raw_peer::state::state(raw_peer_options const& options)
    : ipv6(options.ipv6_), receive_buffer(options.receive_buffer_)
{
    if (options.tls_ != nullptr) {
        tls = std::make_shared<raw_tls_context>(*options.tls_);
    }
    wake_fd = need(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
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
        fail("listen");
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

// Only this thread takes away from `connections` and, but for the constructor, changes `listeners`;
// so `waiting` still lists them in the same order, but for those that came meanwhile.
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

// Clients are connected before anybody accepts them, and that may take a while on a busy machine.
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

// A client that closes one connection and then opens another one never has two; but the second may
// have been accepted before the end of the first was looked for.
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

// At the moment when a connection came, it was there, and so were those that came before it and
// have no end yet.
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
    // The connections of now belong to what was before.
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

raw_peer::raw_peer() : raw_peer(raw_peer_options()) {}

raw_peer::raw_peer(raw_peer_options const& options) : state_(std::make_unique<state>(options)) {}

raw_peer::raw_peer(tls_settings settings) : raw_peer(raw_peer_options().tls(std::move(settings))) {}

raw_peer::~raw_peer() = default;

std::uint16_t raw_peer::port() const { return state_->reservation.port(); }

bool raw_peer::tls() const
{
    std::lock_guard const lock(state_->mutex);
    return state_->tls != nullptr;
}

std::string raw_peer::url() const { return url(tls() ? "localhost" : "127.0.0.1"); }

std::string raw_peer::url(std::string_view host) const
{
    return (tls() ? "https://" : "http://") + std::string(host) + ":" + std::to_string(port());
}

void raw_peer::script(raw_script all) { state_->start_log({}, std::move(all)); }

void raw_peer::scripts(std::vector<raw_script> first, raw_script rest)
{
    state_->start_log(std::move(first), std::move(rest));
}

void raw_peer::tls(tls_settings settings)
{
    auto made = std::make_shared<raw_tls_context>(settings);
    std::lock_guard const lock(state_->mutex);
    state_->tls = std::move(made);
}

void raw_peer::rotate_ticket_keys()
{
    std::lock_guard const lock(state_->mutex);
    if (state_->tls != nullptr) {
        state_->tls->rotate_ticket_keys();
    }
}

void raw_peer::release(std::string event)
{
    {
        std::lock_guard const lock(state_->mutex);
        state_->events->released.insert(std::move(event));
        state_->nudged = true;
    }
    state_->wake();
}

bool raw_peer::wait_mark(std::string const& name, duration limit) const
{
    return state_->wait([&] { return state_->events->marks.contains(name); }, limit);
}

std::vector<raw_record> raw_peer::connections() const
{
    std::lock_guard const lock(state_->mutex);
    std::vector<raw_record> copy;
    copy.reserve(state_->log.size());
    for (auto const& record : state_->log) {
        copy.push_back(*record);
    }
    return copy;
}

raw_record raw_peer::connection(std::size_t index) const
{
    std::lock_guard const lock(state_->mutex);
    return *state_->log.at(index);
}

std::vector<raw_request> raw_peer::requests() const
{
    std::lock_guard const lock(state_->mutex);
    std::vector<raw_request> all;
    for (auto const& record : state_->log) {
        all.insert(all.end(), record->requests.begin(), record->requests.end());
    }
    return all;
}

std::size_t raw_peer::accepted() const
{
    std::lock_guard const lock(state_->mutex);
    state_->take_backlog();
    return state_->log.size();
}

std::size_t raw_peer::open() const
{
    std::lock_guard const lock(state_->mutex);
    return static_cast<std::size_t>(std::count_if(
        state_->log.begin(),
        state_->log.end(),
        [](auto const& record) { return record->how == raw_ending::open; }
    ));
}

std::size_t raw_peer::request_count() const
{
    std::lock_guard const lock(state_->mutex);
    std::size_t n = 0;
    for (auto const& record : state_->log) {
        n += record->requests.size();
    }
    return n;
}

std::size_t raw_peer::peak_open() const
{
    std::unique_lock lock(state_->mutex);
    state_->take_backlog();
    state_->changed.wait_for(lock, patience, [&] { return !state_->newcomers; });
    return state_->peak;
}

bool raw_peer::wait_accepted(std::size_t n, duration limit) const
{
    return state_->wait([&] { return state_->log.size() >= n; }, limit);
}

bool raw_peer::wait_requests(std::size_t n, duration limit) const
{
    auto const enough = [&] {
        std::size_t seen = 0;
        for (auto const& record : state_->log) {
            seen += record->requests.size();
        }
        return seen >= n;
    };
    return state_->wait(enough, limit);
}

bool raw_peer::wait_all_ended(duration limit) const
{
    auto const ended = [&] {
        return !state_->has_backlog() &&
               std::all_of(state_->log.begin(), state_->log.end(), [](auto const& record) {
                   return record->how != raw_ending::open;
               });
    };
    return state_->wait(ended, limit);
}

bool raw_peer::wait_ended(std::size_t index, duration limit) const
{
    auto const ended = [&] {
        return index < state_->log.size() && state_->log[index]->how != raw_ending::open;
    };
    return state_->wait(ended, limit);
}

bool raw_peer::wait_quiet(duration limit) const
{
    return state_->wait(
        [&] { return !state_->has_backlog() && state_->connections.empty(); }, limit
    );
}

bool raw_peer::wait(
    std::function<bool(std::vector<raw_record> const&)> const& predicate, duration limit
) const
{
    auto const met = [&] {
        std::vector<raw_record> copy;
        for (auto const& record : state_->log) {
            copy.push_back(*record);
        }
        return predicate(copy);
    };
    return state_->wait(met, limit);
}

void raw_peer::drop_all()
{
    {
        std::lock_guard const lock(state_->mutex);
        state_->drop_wanted = true;
    }
    state_->wake();
    state_->wait([&] { return !state_->drop_wanted; }, patience);
}

void raw_peer::pause_listening()
{
    {
        std::lock_guard const lock(state_->mutex);
        state_->listening_wanted = false;
    }
    state_->wake();
    state_->wait([&] { return state_->listeners.empty(); }, patience);
}

void raw_peer::resume_listening()
{
    {
        std::lock_guard const lock(state_->mutex);
        state_->listening_wanted = true;
    }
    state_->wake();
    state_->wait([&] { return !state_->listeners.empty(); }, patience);
}

refusing_port::refusing_port() : socket_(new_socket(AF_INET)), port_(0)
{
    if (!bind_to(socket_, AF_INET, 0)) {
        ::close(socket_);
        fail("bind");
    }
    port_ = port_of(socket_);
}

refusing_port::~refusing_port() { ::close(socket_); }

silent_port::silent_port() : socket_(new_socket(AF_INET)), port_(0)
{
    if (!bind_to(socket_, AF_INET, 0) || ::listen(socket_, 0) != 0) {
        ::close(socket_);
        fail("listen");
    }
    port_ = port_of(socket_);

    // A backlog of 0 still takes a connection or two. Those that come through at once fill it; the
    // first that does not proves that it is full.
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    constexpr int at_once_ms = 50;
    constexpr std::size_t enough = 16;
    while (fillers_.size() < enough) {
        int const s = new_socket(AF_INET);
        fillers_.push_back(s);
        ::connect(s, reinterpret_cast<sockaddr*>(&address), sizeof address);
        pollfd connected{s, POLLOUT, 0};
        if (::poll(&connected, 1, at_once_ms) == 0) {
            break;
        }
    }
}

silent_port::~silent_port()
{
    for (int const s : fillers_) {
        ::close(s);
    }
    ::close(socket_);
}

}  // namespace cohub::fake
