#include "listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "http_stream.hpp"
#include "tls_context.hpp"

namespace cohub::fake {

namespace {

// httplib's own pool has a fixed number of threads, and a connection that is kept alive holds one.
class thread_per_connection : public httplib::TaskQueue
{
public:
    using enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue({}));

    enqueued enqueue(std::function<void()> task) override
    {
        join_finished();
        bool started = true;
        try {
            std::lock_guard lock(mutex_);
            auto const at = threads_.emplace(threads_.end());
            *at = std::thread([this, at, task = std::move(task)] {
                task();
                std::lock_guard inner(mutex_);
                finished_.splice(finished_.end(), threads_, at);
                if (threads_.empty()) all_finished_.notify_all();
            });
        } catch (std::system_error const&) {
            std::lock_guard lock(mutex_);
            threads_.pop_back();
            started = false;
        }
        return static_cast<enqueued>(started);  // void before httplib 0.18
    }

    void shutdown() override
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

bool peer_is_gone(int socket)
{
    pollfd p{socket, POLLRDHUP, 0};
    return ::poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace

class listener::server : public httplib::Server
{
public:
    server(listener_events& events, identity const* tls, std::string address, std::uint16_t port)
        : events_(events), tls_(tls ? std::make_unique<tls_context>(*tls) : nullptr)
    {
        new_task_queue = [] { return new thread_per_connection; };
        set_tcp_nodelay(true);
        // httplib's own choice, SO_REUSEPORT, lets two servers share a port without a word.
        set_socket_options([](socket_t s) {
            int const yes = 1;
            ::setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        });
        // The hub's own limit is 1 MiB and is answered by the routes; this one bounds memory.
        set_payload_max_length(std::size_t{64} << 20);
        auto const handler = [](httplib::Request const& in, httplib::Response& out) {
            on_request(in, out);
        };
        // A dot would not match a line feed, which a decoded path may hold.
        auto const any = "[\\s\\S]*";
        Get(any, handler).Post(any, handler).Put(any, handler).Patch(any, handler);
        Delete(any, handler).Options(any, handler);

        if (port != 0) {
            port_ = bind_to_port(address, port) ? port : 0;
        } else if (int const chosen = bind_to_any_port(address); chosen > 0) {
            port_ = static_cast<std::uint16_t>(chosen);
        }
        if (port_ == 0) {
            throw std::runtime_error(
                "the fake server cannot listen on " + address + ", port " + std::to_string(port) +
                ": is the address one of this machine's, and the port free?"
            );
        }
        // httplib listens with a backlog of 5: the sixth of many clients waits a second for its
        // repeated SYN.
        ::listen(svr_sock_, 4096);
        static std::once_flag begun;
        std::call_once(begun, [this] { refuse_one_request(); });
        thread_ = std::thread([this] { listen_after_bind(); });
        // A stop() before this is lost. The socket listens already, so no client waits for it.
        while (!is_running()) std::this_thread::yield();
    }

    ~server() override { end(); }

    void end()
    {
        {
            std::lock_guard lock(mutex_);
            if (ending_) return;
            ending_ = true;
            // close() alone would not wake the threads that read from them
            for (int const s : sockets_) ::shutdown(s, SHUT_RDWR);
            // These take their leave first. They lock nothing of the listener's.
            for (auto const& [socket, running] : upgraded_) running->stop();
        }
        changed_.notify_all();
        stop();
        thread_.join();
    }

    void release()
    {
        {
            std::lock_guard lock(mutex_);
            ++releases_;
            for (auto const& [socket, running] : upgraded_) running->wake();
        }
        changed_.notify_all();
    }

    std::uint64_t releases() const
    {
        std::lock_guard lock(mutex_);
        return releases_;
    }

    bool pause(std::chrono::milliseconds time)
    {
        std::unique_lock lock(mutex_);
        return !changed_.wait_for(lock, time, [this] { return ending_; });
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
        // httplib reads no body after GET and its like; what follows could be one.
        x.body_left = head.has_body && in.body.empty() &&
                      (in.method == "GET" || in.method == "HEAD" || in.method == "OPTIONS" ||
                       in.method == "DELETE");
        x.self->events_.handle(r, *x.record, x.out, x.how);
        x.answered = true;
        x.stream->discard_writes();
        out.status = 200;
    }

    // httplib makes the list of methods it knows when the first request line is read. Debian's
    // library is not instrumented, so ThreadSanitizer, under which users run their tests too,
    // cannot see that the other threads' requests wait for that. Hence one request, of no such
    // method, before there are threads.
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

    bool process_and_close_socket(socket_t socket) override
    {
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        {
            std::lock_guard lock(mutex_);
            if (ending_) {
                ::close(socket);
                return false;
            }
            sockets_.insert(socket);
        }
        // httplib has set its five seconds here: an idle connection may rest for longer.
        timeval const forever{0, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof forever);
        ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &forever, sizeof forever);
        int const one = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);

        connection_record record;
        events_.accepted(record);
        ending how = ending::close;
        {
            http_stream stream(socket, tls_.get());
            if (stream.handshake()) {
                if (tls_) {
                    record.resumed = stream.resumed();
                    events_.handshaken(record);
                }
                how = serve(stream, record);
            }
        }
        // Before the socket closes: who sees the end of the connection sees it in the journal too.
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
        return true;
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
                // Not HTTP as httplib knows it: what it wrote goes out, and what follows on this
                // connection cannot be trusted to begin with a request.
                stream.flush();
                stream.close_notify();
                return ending::close;
            }
            bool const last = !ok || closed || x.body_left || stream.head().wants_close;
            if (auto const end = deliver(stream, x, last); end != ending::keep) return end;
        }
        stream.close_notify();
        return ending::close;
    }

    // A template, so that the call which this version of httplib lacks is no error.
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
        stream.serialise(x.out, last, events_.now());
        if (how.cut_after) stream.truncate(*how.cut_after);
        if (how.upgraded && how.end == ending::keep) return hand_over(stream, *how.upgraded);
        if (!stream.flush()) return ending::close;
        if (how.end == ending::reset) return ending::reset;
        if (how.end == ending::close || last) {
            if (how.close_notify) stream.close_notify();
            return ending::close;
        }
        return ending::keep;
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

    // @return false: nobody is left to answer
    bool wait(http_stream& stream, delivery const& how)
    {
        if (how.stall.count() == 0 && !how.held_since) return true;
        using clock = std::chrono::steady_clock;
        auto const until = clock::now() + how.stall;
        std::unique_lock lock(mutex_);
        while (!ending_) {
            bool const held = how.held_since && *how.held_since == releases_;
            auto const now = clock::now();
            if (!held && now >= until) return true;
            // Now and then a look at the peer, so that one which gives up does not stay "open".
            auto next = now + std::chrono::milliseconds(10);
            if (!held) next = std::min(next, until);
            changed_.wait_until(lock, next);
            if (peer_is_gone(stream.socket())) return false;
        }
        return false;
    }

    listener_events& events_;
    std::unique_ptr<tls_context> tls_;
    std::uint16_t port_ = 0;
    std::thread thread_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool ending_ = false;
    std::uint64_t releases_ = 0;
    std::unordered_set<int> sockets_;             ///< those that speak HTTP
    std::unordered_map<int, upgrade*> upgraded_;  ///< and those that no longer do
};

thread_local listener::server::exchange* listener::server::current_ = nullptr;

listener::listener(
    listener_events& events, identity const* tls, std::string address, std::uint16_t port
)
    : server_(std::make_unique<server>(events, tls, std::move(address), port))
{
}

listener::~listener() = default;

std::uint16_t listener::port() const { return server_->port(); }
void listener::release() { server_->release(); }
std::uint64_t listener::release_count() const { return server_->releases(); }
bool listener::pause(std::chrono::milliseconds time) { return server_->pause(time); }
void listener::stop() { server_->end(); }

}  // namespace cohub::fake
