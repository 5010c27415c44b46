#include "responder.hpp"

#include <cohub/fake/pki.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <unordered_map>

#include "answers.hpp"

namespace bench {

namespace {

[[noreturn]] void fail(char const* what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

void require(bool ok, char const* what)
{
    if (!ok) throw std::runtime_error(std::string("the responder's TLS: ") + what);
}

std::string answer(std::string const& body)
{
    // The same number of headers as nginx sends in front of the hub.
    return "HTTP/1.1 200 OK\r\nServer: responder\r\nDate: Thu, 09 Oct 2025 08:53:20 GMT\r\n"
           "Content-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\nConnection: keep-alive\r\n\r\n" + body;
}

struct free_ssl
{
    void operator()(SSL* p) const { SSL_free(p); }
    void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
    void operator()(BIO* p) const { BIO_free(p); }
    void operator()(X509* p) const { X509_free(p); }
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
};

std::unique_ptr<SSL_CTX, free_ssl> make_context(cohub::fake::identity const& who)
{
    std::unique_ptr<SSL_CTX, free_ssl> context(SSL_CTX_new(TLS_server_method()));
    require(context != nullptr, "no context");
    std::unique_ptr<BIO, free_ssl> pem(BIO_new_mem_buf(who.certificate_pem.data(), -1));
    std::unique_ptr<X509, free_ssl> leaf(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr));
    require(SSL_CTX_use_certificate(context.get(), leaf.get()) == 1, "certificate");
    pem.reset(BIO_new_mem_buf(who.key_pem.data(), -1));
    std::unique_ptr<EVP_PKEY, free_ssl> key(
        PEM_read_bio_PrivateKey(pem.get(), nullptr, nullptr, nullptr)
    );
    require(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1, "key");
    SSL_CTX_set_mode(
        context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
    );
    unsigned char const name[] = "responder";
    SSL_CTX_set_session_id_context(context.get(), name, sizeof name - 1);
    return context;
}

}  // namespace

struct responder::session
{
    int socket = -1;
    std::unique_ptr<SSL, free_ssl> ssl;
    std::string in;
    std::string_view out;  // the rest of the answer
    bool stalled = false;  // waits for room in the socket's buffer

    // The number of bytes; 0: try later, -1: the connection is over.
    int receive(char* to, int size)
    {
        if (!ssl) {
            auto const n = ::recv(socket, to, static_cast<std::size_t>(size), 0);
            if (n > 0) return static_cast<int>(n);
            return n < 0 && errno == EAGAIN ? 0 : -1;
        }
        return outcome(SSL_read(ssl.get(), to, size));
    }
    int send(std::string_view what)
    {
        if (!ssl) {
            auto const n = ::send(socket, what.data(), what.size(), MSG_NOSIGNAL);
            if (n > 0) return static_cast<int>(n);
            return n < 0 && errno == EAGAIN ? 0 : -1;
        }
        return outcome(SSL_write(ssl.get(), what.data(), static_cast<int>(what.size())));
    }

private:
    int outcome(int n) const
    {
        if (n > 0) return n;
        int const why = SSL_get_error(ssl.get(), n);
        return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
};

struct responder::state
{
    int listener = -1;
    int epoll = -1;
    int wake = -1;
    std::unique_ptr<SSL_CTX, free_ssl> tls;
    std::unordered_map<int, session> sessions;
    std::string small = answer(users_json(small_users));
    std::string large = answer(users_json(large_users));

    ~state()
    {
        for (auto& [socket, s] : sessions) ::close(socket);
        for (int const fd : {listener, epoll, wake})
            if (fd >= 0) ::close(fd);
    }

    void watch(int fd, std::uint32_t what, int how) const
    {
        epoll_event event{};
        event.events = what;
        event.data.fd = fd;
        if (::epoll_ctl(epoll, how, fd, &event) != 0) fail("epoll_ctl");
    }

    void accept_all()
    {
        for (;;) {
            int const fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0) {
                if (errno == EAGAIN || errno == ECONNABORTED) return;
                fail("accept");
            }
            int const on = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            session& s = sessions[fd];
            s.socket = fd;
            if (tls) {
                s.ssl.reset(SSL_new(tls.get()));
                SSL_set_fd(s.ssl.get(), fd);
                SSL_set_accept_state(s.ssl.get());
            }
            watch(fd, EPOLLIN, EPOLL_CTL_ADD);
        }
    }

    // False: the connection is over.
    bool serve(session& s)
    {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written first
        std::array<char, 16 * 1024> buffer;
        for (;;) {
            if (!flush(s)) return false;
            if (!s.out.empty()) return true;
            if (take_request(s)) continue;
            int const n = s.receive(buffer.data(), static_cast<int>(buffer.size()));
            if (n < 0) return false;
            if (n == 0) return true;
            s.in.append(buffer.data(), static_cast<std::size_t>(n));
            if (s.in.size() > 1024 * 1024) return false;
        }
    }

    bool flush(session& s)
    {
        while (!s.out.empty()) {
            int const n = s.send(s.out);
            if (n < 0) return false;
            if (n == 0) {
                if (!s.stalled) watch(s.socket, EPOLLOUT, EPOLL_CTL_MOD);
                s.stalled = true;
                return true;
            }
            s.out.remove_prefix(static_cast<std::size_t>(n));
        }
        if (s.stalled) watch(s.socket, EPOLLIN, EPOLL_CTL_MOD);
        s.stalled = false;
        return true;
    }

    // True: a whole request has arrived, and its answer is being sent.
    bool take_request(session& s)
    {
        auto const end = s.in.find("\r\n\r\n");
        if (end == std::string::npos) return false;
        std::size_t const size = end + 4 + content_length(std::string_view(s.in).substr(0, end));
        if (s.in.size() < size) return false;
        s.out = s.in.find(large_path) == s.in.find('/') ? large : small;
        s.in.erase(0, size);
        return true;
    }

    static std::size_t content_length(std::string_view head)
    {
        constexpr std::string_view name = "\r\ncontent-length:";
        for (std::size_t at = 0; at + name.size() <= head.size(); ++at) {
            at = head.find('\r', at);
            if (at == std::string_view::npos) break;
            if (head.size() - at < name.size()) break;
            if (::strncasecmp(head.data() + at, name.data(), name.size()) == 0)
                return std::strtoul(head.data() + at + name.size(), nullptr, 10);
        }
        return 0;
    }
};

responder::responder(transport kind, std::uint16_t port) : state_(std::make_unique<state>())
{
    // OpenSSL writes with write(2), which has no MSG_NOSIGNAL.
    ::signal(SIGPIPE, SIG_IGN);
    if (kind == transport::tls) {
        cohub::fake::authority const root("cohub benchmark");
        state_->tls = make_context(root.issue(cohub::fake::loopback_request()));
        ca_pem_ = root.pem();
    }
    state_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (state_->listener < 0) fail("socket");
    int const on = 1;
    ::setsockopt(state_->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(state_->listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        fail("bind");
    if (::listen(state_->listener, 4096) != 0) fail("listen");
    socklen_t size = sizeof address;
    ::getsockname(state_->listener, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    state_->epoll = ::epoll_create1(EPOLL_CLOEXEC);
    state_->wake = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (state_->epoll < 0 || state_->wake < 0) fail("epoll");
    state_->watch(state_->listener, EPOLLIN, EPOLL_CTL_ADD);
    state_->watch(state_->wake, EPOLLIN, EPOLL_CTL_ADD);
}

responder::~responder() = default;

std::string responder::url() const
{
    return (state_->tls ? "https://localhost:" : "http://localhost:") + std::to_string(port_);
}

void responder::run()
{
    std::array<epoll_event, 256> events{};
    for (;;) {
        int const n = ::epoll_wait(state_->epoll, events.data(), int(events.size()), -1);
        if (n < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < n; ++i) {
            int const fd = events[static_cast<std::size_t>(i)].data.fd;
            if (fd == state_->wake) return;
            if (fd == state_->listener) {
                state_->accept_all();
                continue;
            }
            auto const found = state_->sessions.find(fd);
            if (state_->serve(found->second)) continue;
            ::close(fd);
            state_->sessions.erase(found);
        }
    }
}

void responder::stop()
{
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const n = ::write(state_->wake, &one, sizeof one);
}

}  // namespace bench
