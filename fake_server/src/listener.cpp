#include "listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "http_stream.hpp"
#include "server_socket.hpp"
#include "tls_context.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

// There is one for each connection.
class thread_list
{
public:
    /// @return false: the system has no more threads
    bool start(std::function<void()> task)
    {
        join_finished();
        std::lock_guard lock(mutex_);
        auto const at = threads_.emplace(threads_.end());
        try {
            *at = std::thread([this, at, task = std::move(task)] {
                task();
                std::lock_guard inner(mutex_);
                finished_.splice(finished_.end(), threads_, at);
                if (threads_.empty()) all_finished_.notify_all();
            });
        } catch (std::system_error const&) {
            threads_.erase(at);
            return false;
        }
        return true;
    }

    void join_all()
    {
        {
            std::unique_lock lock(mutex_);
            all_finished_.wait(lock, [this] { return threads_.empty(); });
        }
        join_finished();
    }

private:
    void join_finished()
    {
        std::list<std::thread> gone;
        {
            std::lock_guard lock(mutex_);
            gone.swap(finished_);
        }
        for (std::thread& t : gone) t.join();
    }

    std::mutex mutex_;
    std::condition_variable all_finished_;
    std::list<std::thread> threads_;
    std::list<std::thread> finished_;
};

bool is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

std::uint16_t peer_port(int socket)
{
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return 0;
    if (peer.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in*>(&peer)->sin_port);
    return ntohs(reinterpret_cast<sockaddr_in6*>(&peer)->sin6_port);
}

bool peer_is_gone(int socket)
{
    pollfd p{socket, POLLRDHUP, 0};
    return ::poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace

class listener::server : public httplib::Server
{
public:
    server(
        listener_events& events,
        std::unique_ptr<tls_context> tls,
        std::string address,
        std::uint16_t port,
        std::shared_ptr<time_source> time
    )
        : events_(events),
          tls_(std::move(tls)),
          time_(std::move(time)),
          listening_(address, port),
          port_(listening_.port())
    {
        // The hub's own limit is 1 MiB, and the routes check it. This one limits memory.
        set_payload_max_length(std::size_t{64} << 20);
        auto const handler = [](httplib::Request const& in, httplib::Response& out) {
            on_request(in, out);
        };
        // A dot would not match a line feed, which a decoded path may contain.
        auto const any = "[\\s\\S]*";
        Get(any, handler).Post(any, handler).Put(any, handler).Patch(any, handler);
        Delete(any, handler).Options(any, handler);

        static std::once_flag begun;
        std::call_once(begun, [this] { refuse_one_request(); });
    }

    ~server() override { end(); }

    void start()
    {
        thread_ = std::thread([this] { accept_all(); });
    }

    void end()
    {
        {
            std::lock_guard lock(mutex_);
            if (ending_) return;
            ending_ = true;
            // close() alone would not wake the threads that read from them
            for (int const s : sockets_) ::shutdown(s, SHUT_RDWR);
            // These connections still send their closing messages. They lock nothing of the
            // listener.
            for (auto const& [socket, running] : upgraded_) running->stop();
        }
        changed_.notify_all();
        listening_.wake();
        if (thread_.joinable()) thread_.join();
        threads_.join_all();
    }

    void wake()
    {
        {
            std::lock_guard lock(mutex_);
            for (auto const& [socket, running] : upgraded_) running->wake();
        }
        changed_.notify_all();
    }

    bool pause(std::chrono::milliseconds time) { return pause_for_peer(*current_->stream, time); }

    bool is_awaited() const
    {
        std::lock_guard lock(mutex_);
        return !ending_ && !peer_is_gone(current_->stream->socket());
    }

    std::uint16_t port() const { return port_; }

private:
    struct exchange
    {
        server* self = nullptr;
        http_stream* stream = nullptr;
        connection_record* record = nullptr;
        bool answered = false;
        bool body_left = false;
        reply out;
        delivery how;
    };
    static thread_local exchange* current_;

    static void on_request(httplib::Request const& in, httplib::Response& out)
    {
        exchange& x = *current_;
        request r;
        message_head const& head = x.stream->head();
        r.method = head.method;
        r.target = head.target;
        r.path = r.target.substr(0, r.target.find('?'));
        r.headers = head.headers;
        r.http_1_0 = head.http_1_0;
        r.body = in.body;
        // httplib reads no body after GET and similar methods. The bytes that follow may be one.
        x.body_left = head.has_body && in.body.empty() &&
                      (in.method == "GET" || in.method == "HEAD" || in.method == "OPTIONS" ||
                       in.method == "DELETE");
        x.self->events_.handle(r, *x.record, x.out, x.how);
        x.answered = true;
        x.stream->discard_writes();
        out.status = 200;
    }

    // httplib makes its list of known methods when it reads the first request line.
    // ThreadSanitizer, under which users also run their tests, cannot see that the requests of
    // other threads wait for that, because Debian's library is not instrumented. So one request
    // with an unknown method is read here, before there are threads.
    void refuse_one_request()
    {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return;
        std::string_view const request = "NONE / HTTP/1.1\r\n\r\n";
        [[maybe_unused]] auto const sent = ::write(ends[1], request.data(), request.size());
        ::shutdown(ends[1], SHUT_WR);
        http_stream stream(ends[0], nullptr);
        bool closed = false;
        if (stream.read_head()) process(stream, closed);
        ::close(ends[0]);
        ::close(ends[1]);
    }

    void accept_all()
    {
        for (;;) {
            int const socket = listening_.accept();
            int const error = errno;
            if (socket >= 0) {
                if (threads_.start([this, socket] { converse(socket); })) continue;
                ::close(socket);
                complain("threads", "a connection was closed unserved");
            } else if (is_shortage(error)) {
                bool const own = error == EMFILE;
                complain(
                    own ? "file descriptors" : "sockets",
                    own ? "connections wait until some are closed; `ulimit -n` gives more"
                        : "connections wait until the system has more"
                );
            }
            std::unique_lock lock(mutex_);
            // Nothing tells this thread when a descriptor is free again.
            if (is_shortage(error) && socket < 0) {
                changed_.wait_for(lock, std::chrono::milliseconds(10), [this] { return ending_; });
            }
            if (ending_) return;
        }
    }

    void complain(std::string const& of_what, std::string const& consequence)
    {
        auto const now = std::chrono::steady_clock::now();
        if (complained_ && now - *complained_ < std::chrono::seconds(10)) return;
        complained_ = now;
        events_.complain("the fake server is out of " + of_what + ": " + consequence);
    }

    void converse(int socket)
    {
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        {
            std::lock_guard lock(mutex_);
            if (ending_) {
                ::close(socket);
                return;
            }
            sockets_.insert(socket);
        }
        int const one = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);

        connection_record record;
        events_.accepted(record);
        ending how = ending::close;
        {
            http_stream stream(socket, tls_.get());
            if (stream.handshake()) {
                if (tls_) {
                    record.secure = true;
                    record.resumed = stream.resumed();
                    events_.handshaken(record);
                }
                how = serve(stream, record);
            }
        }
        // This comes before the socket closes, so that a client that sees the end of the connection
        // also finds it in the journal.
        events_.closed(record);
        {
            std::lock_guard lock(mutex_);
            sockets_.erase(socket);
        }
        if (how == ending::reset) {
            linger const abort{1, 0};
            ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
        } else {
            ::shutdown(socket, SHUT_RDWR);
        }
        ::close(socket);
    }

    ending serve(http_stream& stream, connection_record& record)
    {
        while (stream.read_head()) {
            exchange x{this, &stream, &record, false, false, {}, {}};
            current_ = &x;
            bool closed = false;
            bool const ok = process(stream, closed);
            current_ = nullptr;
            if (!x.answered) {
                // This is not HTTP for httplib. What httplib wrote is sent. The next bytes of this
                // connection may not be the beginning of a request.
                stream.flush();
                stream.close_notify();
                return ending::close;
            }
            bool const unframed = x.out.more && stream.head().http_1_0;
            bool const last = !ok || closed || x.body_left || unframed || stream.head().wants_close;
            if (auto const end = deliver(stream, x, last); end != ending::keep) return end;
        }
        stream.close_notify();
        return ending::close;
    }

    // A template, so that a call that this version of httplib lacks is not an error.
    template <class Stream>
    bool process(Stream& stream, bool& closed)
    {
        static std::function<void(httplib::Request&)> const none;
        if constexpr (requires { this->process_request(stream, false, closed, none); }) {
            return this->process_request(stream, false, closed, none);
        } else {
            static std::string const loopback = "127.0.0.1";
            return this->process_request(stream, loopback, 0, loopback, 0, false, closed, none);
        }
    }

    ending deliver(http_stream& stream, exchange& x, bool last)
    {
        delivery const& how = x.how;
        if (!wait(stream, how)) return ending::close;
        stream.serialise(x.out, last, how.now);
        if (how.cut_after) stream.truncate(*how.cut_after);
        if (how.upgraded && how.end == ending::keep) return hand_over(stream, *how.upgraded);
        if (how.drip_bytes > 0 && !drip(stream, how)) return ending::close;
        if (!stream.flush() || !stream.send_pieces(x.out)) return ending::close;
        if (how.end == ending::reset) return ending::reset;
        if (how.end == ending::close || last) {
            if (how.close_notify) stream.close_notify();
            return ending::close;
        }
        return ending::keep;
    }

    // Sends everything but the last piece, which goes out like any other answer.
    // @return false: nobody is left to answer
    bool drip(http_stream& stream, delivery const& how)
    {
        std::string const all = stream.take_output();
        std::size_t at = 0;
        for (; all.size() - at > how.drip_bytes; at += how.drip_bytes) {
            stream.put_output(all.substr(at, how.drip_bytes));
            if (!stream.flush() || !pause_for_peer(stream, how.drip_every)) return false;
        }
        stream.put_output(all.substr(at));
        return true;
    }

    ending hand_over(http_stream& stream, upgrade& to)
    {
        int const socket = stream.socket();
        {
            std::lock_guard lock(mutex_);
            if (ending_) return ending::close;
            sockets_.erase(socket);
            upgraded_.emplace(socket, &to);
        }
        ending const how = to.run(stream, stream.take_output());
        std::lock_guard lock(mutex_);
        upgraded_.erase(socket);
        return how;
    }

    // @return nothing when the connection uses the real clock; false: nobody is left to answer
    std::optional<bool> wait_by_source(http_stream& stream, std::chrono::milliseconds time)
    {
        if (!time_ || time.count() <= 0) return {};
        bool over = false;
        auto const end_it = [this, &over] {
            {
                std::lock_guard lock(mutex_);
                over = true;
            }
            changed_.notify_all();
        };
        auto const number = time_->keep_back(port_, peer_port(stream.socket()), time, end_it);
        if (!number) return {};
        bool gone = false;
        {
            std::unique_lock lock(mutex_);
            while (!over && !ending_ && !gone) {
                changed_.wait_for(lock, std::chrono::milliseconds(10));
                gone = !over && peer_is_gone(stream.socket());
            }
        }
        time_->let_go(*number);
        return !gone && over;
    }

    // @return false: nobody is left to answer
    bool wait(http_stream& stream, delivery const& how)
    {
        if (how.stall.count() == 0 && !how.held_since) return true;
        if (!how.held_since) return pause_for_peer(stream, how.stall);
        return pause_until(stream, how.stall, [&how] {
            return *how.held_since == how.releases->load();
        });
    }

    bool pause_for_peer(http_stream& stream, std::chrono::milliseconds time)
    {
        if (auto const waited = wait_by_source(stream, time)) return *waited;
        return pause_until(stream, time, [] { return false; });
    }

    // @return false: nobody is left to answer
    template <class Held>
    bool pause_until(http_stream& stream, std::chrono::milliseconds time, Held is_held)
    {
        using clock = std::chrono::steady_clock;
        auto const until = clock::now() + time;
        std::unique_lock lock(mutex_);
        while (!ending_) {
            bool const held = is_held();
            auto const now = clock::now();
            if (!held && now >= until) return true;
            // Looks at the peer from time to time, so that a connection whose client gave up does
            // not stay "open".
            auto next = now + std::chrono::milliseconds(10);
            if (!held) next = std::min(next, until);
            changed_.wait_until(lock, next);
            if (peer_is_gone(stream.socket())) return false;
        }
        return false;
    }

    listener_events& events_;
    std::unique_ptr<tls_context> tls_;
    std::shared_ptr<time_source> time_;
    server_socket listening_;
    std::uint16_t port_;
    std::optional<std::chrono::steady_clock::time_point> complained_;
    thread_list threads_;
    std::thread thread_;  ///< accepts

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool ending_ = false;
    std::unordered_set<int> sockets_;             ///< sockets that speak HTTP
    std::unordered_map<int, upgrade*> upgraded_;  ///< sockets that no longer do
};

thread_local listener::server::exchange* listener::server::current_ = nullptr;

listener::listener(
    listener_events& events,
    std::unique_ptr<tls_context> tls,
    std::string address,
    std::uint16_t port,
    std::shared_ptr<time_source> time
)
    : server_(std::make_unique<server>(
          events, std::move(tls), std::move(address), port, std::move(time)
      ))
{
}

listener::~listener() = default;

std::uint16_t listener::port() const { return server_->port(); }
void listener::start() { server_->start(); }
void listener::wake() { server_->wake(); }
bool listener::pause(std::chrono::milliseconds time) { return server_->pause(time); }
bool listener::is_awaited() const { return server_->is_awaited(); }
void listener::stop() { server_->end(); }

}  // namespace cohub::inline abi_0_2::fake
