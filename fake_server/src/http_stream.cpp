#include "http_stream.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr std::size_t head_limit = 64 * 1024;
constexpr std::size_t read_size = 16 * 1024;

// The position after the empty line that ends a head, or npos.
std::size_t head_end(std::string_view text, std::size_t from)
{
    // Bare line feeds count, too, as in httplib.
    for (auto i = text.find('\n', from); i != text.npos; i = text.find('\n', i + 1)) {
        if (i + 1 < text.size() && text[i + 1] == '\n') return i + 2;
        if (i + 2 < text.size() && text[i + 1] == '\r' && text[i + 2] == '\n') return i + 3;
    }
    return text.npos;
}

// The place of the path in a target in absolute form (RFC 9112, 3.2.2), or 0 for any other target.
std::size_t path_in_absolute_form(std::string_view target)
{
    auto const scheme = target.find("://");
    if (scheme == target.npos || (!equal_ignoring_case(target.substr(0, scheme), "http") &&
                                  !equal_ignoring_case(target.substr(0, scheme), "https"))) {
        return 0;
    }
    std::size_t const host = scheme + 3;
    std::size_t const end = std::min(target.find_first_of("/?", host), target.size());
    return end == host ? 0 : end;
}

}  // namespace

http_stream::http_stream(int socket, tls_context const* tls)
    : socket_(socket), ssl_(tls ? SSL_new(tls->get()) : nullptr)
{
    if (ssl_) SSL_set_fd(ssl_.get(), socket);
}

http_stream::~http_stream() { ERR_clear_error(); }

bool http_stream::handshake()
{
    if (!ssl_) return true;
    if (SSL_accept(ssl_.get()) == 1) return true;
    broken_ = true;
    ERR_clear_error();
    return false;
}

bool http_stream::resumed() const { return ssl_ && SSL_session_reused(ssl_.get()) == 1; }

ssize_t http_stream::receive(char* to, std::size_t size)
{
    if (!ssl_) {
        ssize_t n = 0;
        do {
            n = ::recv(socket_, to, size, 0);
        } while (n < 0 && errno == EINTR);
        return n;
    }
    int const n = SSL_read(ssl_.get(), to, static_cast<int>(size));
    if (n > 0) return n;
    if (SSL_get_error(ssl_.get(), n) != SSL_ERROR_ZERO_RETURN) broken_ = true;
    ERR_clear_error();
    return 0;
}

// A client that writes a request in two pieces with Nagle's algorithm does not send the second
// piece before the first is acknowledged. The kernel delays the acknowledgement, because it hopes
// to send it together with an answer.
void http_stream::acknowledge()
{
    if (!std::exchange(owes_ack_, false)) return;
    int const now = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_QUICKACK, &now, sizeof now);
}

bool http_stream::fill()
{
    if (ended_) return false;
    // "100 Continue" must be sent before the body can come.
    if (!out_.empty() && !discarding_ && !flush()) return false;
    if (at_ == end_) {
        at_ = end_ = 0;
    } else if (at_ > 0 && in_.size() - end_ < read_size) {
        std::memmove(in_.data(), in_.data() + at_, end_ - at_);
        end_ -= at_;
        at_ = 0;
    }
    if (in_.size() - end_ < read_size) in_.resize(end_ + read_size);
    acknowledge();
    ssize_t const n = receive(in_.data() + end_, read_size);
    owes_ack_ = n > 0;
    if (n > 0) end_ += static_cast<std::size_t>(n);
    if (n <= 0) ended_ = true;
    return n > 0;
}

bool http_stream::read_head()
{
    discarding_ = false;
    out_.clear();
    if (at_ == end_) owes_ack_ = false;  // the last answer carried it
    for (std::size_t looked = 0;;) {
        // Some clients send an empty line between requests.
        while (looked == 0 && at_ < end_ && (in_[at_] == '\r' || in_[at_] == '\n')) ++at_;
        std::string_view const text = waiting();
        if (auto const end = head_end(text, looked); end != text.npos) {
            parse_head(end);
            return true;
        }
        if (text.size() > head_limit) {
            out_ =
                "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n"
                "Connection: close\r\n\r\n";
            flush();
            return false;
        }
        looked = text.size() > 3 ? text.size() - 3 : 0;
        if (!fill()) return false;
    }
}

void http_stream::parse_head(std::size_t length)
{
    head_.text.assign(waiting().substr(0, length));
    at_ += length;
    head_.headers.clear();
    head_.method = head_.target = {};
    head_.has_body = head_.wants_close = head_.http_1_0 = false;
    bool keep_alive = false;
    has_framing_ = false;

    std::string_view rest = head_.text;
    auto const next_line = [&rest] {
        std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        return line;
    };
    std::string_view first = next_line();
    head_.method = first.substr(0, first.find(' '));
    first.remove_prefix(std::min(first.size(), head_.method.size() + 1));
    head_.target = first.substr(0, first.find(' '));
    head_.http_1_0 = first.ends_with("HTTP/1.0");
    // httplib would decode the path's escapes and split the fields of a form, and nobody needs
    // that. If this does not look like a request, httplib may refuse it in its own words.
    first.remove_prefix(head_.target.size());
    if (auto const at = path_in_absolute_form(head_.target); at != 0) {
        head_.target.remove_prefix(at);
        if (!head_.target.starts_with('/')) {
            head_.made_target.assign("/").append(head_.target);
            head_.target = head_.made_target;
        }
    }
    std::string_view const target = head_.target.starts_with('/') ? "/" : head_.target;
    reduced_.assign(head_.method).append(" ").append(target).append(first).append("\r\n");
    auto const pass_on = [this](std::string_view name, std::string_view value) {
        reduced_.append(name).append(": ").append(value).append("\r\n");
    };

    for (std::string_view line = next_line(); !line.empty(); line = next_line()) {
        auto const colon = line.find(':');
        if (colon == line.npos) continue;
        std::string_view const name = line.substr(0, colon);
        std::string_view const value = trim(line.substr(colon + 1));
        head_.headers.emplace_back(name, value);
        if (equal_ignoring_case(name, "Content-Length")) {
            has_framing_ = true;
            if (value != "0") head_.has_body = true;
            pass_on(name, value);
        } else if (equal_ignoring_case(name, "Transfer-Encoding")) {
            has_framing_ = head_.has_body = true;
            pass_on(name, value);
        } else if (equal_ignoring_case(name, "Content-Encoding") ||
                   equal_ignoring_case(name, "Expect")) {
            pass_on(name, value);
        } else if (equal_ignoring_case(name, "Connection")) {
            for (std::string_view const word : split(value, ",")) {
                if (equal_ignoring_case(trim(word), "close")) head_.wants_close = true;
                if (equal_ignoring_case(trim(word), "keep-alive")) keep_alive = true;
            }
        }
    }
    if (head_.http_1_0 && !keep_alive) head_.wants_close = true;
    reduced_ += "\r\n";
    reduced_at_ = 0;
}

ssize_t http_stream::read(char* to, std::size_t size)
{
    if (reduced_at_ < reduced_.size()) {
        std::size_t const n = std::min(size, reduced_.size() - reduced_at_);
        std::memcpy(to, reduced_.data() + reduced_at_, n);
        reduced_at_ += n;
        return static_cast<ssize_t>(n);
    }
    // A POST without a length has no body. httplib would read until the connection ends.
    if (!has_framing_) return 0;
    if (at_ == end_ && !fill()) return broken_ ? -1 : 0;
    std::size_t const n = std::min(size, end_ - at_);
    std::memcpy(to, in_.data() + at_, n);
    at_ += n;
    return static_cast<ssize_t>(n);
}

ssize_t http_stream::write(char const* from, std::size_t size)
{
    if (!discarding_) out_.append(from, size);
    return static_cast<ssize_t>(size);
}

void http_stream::discard_writes()
{
    discarding_ = true;
    out_.clear();
}

void http_stream::serialise(reply const& r, bool last, std::int64_t now)
{
    discarding_ = false;
    out_.clear();
    out_ += "HTTP/1.1 ";
    out_ += std::to_string(r.status);
    out_ += ' ';
    out_ += reason_phrase(r.status);
    out_ += "\r\n";
    bool framed = r.has_own_length || r.status == 304 || r.status == 204 || r.status < 200;
    auto const add = [this](std::string_view name, std::string_view value) {
        out_ += name;
        out_ += ": ";
        out_ += value;
        out_ += "\r\n";
    };
    if (!r.content_type.empty()) add("Content-Type", r.content_type);
    for (auto const& [name, value] : r.headers) {
        add(name, value);
        // A length or a coding that is scripted is sent as it is.
        if (equal_ignoring_case(name, "Content-Length") ||
            equal_ignoring_case(name, "Transfer-Encoding")) {
            framed = true;
        }
    }
    if (r.more) {
        if (!head_.http_1_0) add("Transfer-Encoding", "chunked");
    } else if (!framed) {
        add("Content-Length", std::to_string(r.body.size()));
    }
    add("Date", http_date(now));
    if (r.status == 101) {
        // The script's headers say what becomes of the connection.
    } else if (last) {
        add("Connection", "close");
    } else if (head_.http_1_0) {
        add("Connection", "keep-alive");
    }
    out_ += "\r\n";
    if (head_.method != "HEAD" && r.status != 304) out_ += r.body;
}

bool http_stream::send_pieces(reply const& r)
{
    if (!r.more || head_.method == "HEAD") return true;
    bool const chunked = !head_.http_1_0;
    std::string piece;
    for (bool more = true; more;) {
        piece.clear();
        more = r.more(piece);
        if (piece.empty()) continue;
        if (chunked) {
            char size[32];
            std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
            out_ = size;
            piece += "\r\n";
        }
        out_ += piece;
        if (!flush()) return false;
    }
    if (chunked) out_ = "0\r\n\r\n";
    return flush();
}

void http_stream::truncate(std::size_t n)
{
    if (n < out_.size()) out_.resize(n);
}

bool http_stream::flush()
{
    if (broken_) return false;
    std::size_t sent = 0;
    while (sent < out_.size()) {
        ssize_t n = 0;
        if (ssl_) {
            auto const part = static_cast<int>(std::min<std::size_t>(out_.size() - sent, 1 << 30));
            n = SSL_write(ssl_.get(), out_.data() + sent, part);
        } else {
            n = ::send(socket_, out_.data() + sent, out_.size() - sent, MSG_NOSIGNAL);
            if (n < 0 && errno == EINTR) continue;
        }
        if (n <= 0) {
            broken_ = true;
            ERR_clear_error();
            return false;
        }
        sent += static_cast<std::size_t>(n);
    }
    out_.clear();
    return true;
}

void http_stream::close_notify()
{
    if (ssl_ && !broken_) SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

std::string http_stream::take_input()
{
    std::string out(waiting());
    at_ = end_ = 0;
    return out;
}

void http_stream::unblock()
{
    ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
    if (!ssl_) return;
    SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

http_stream::progress http_stream::tls_progress(int result, std::size_t& n)
{
    if (result > 0) {
        n = static_cast<std::size_t>(result);
        return progress::made;
    }
    int const error = SSL_get_error(ssl_.get(), result);
    ERR_clear_error();
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        awaited_ = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        return progress::none_now;
    }
    if (error != SSL_ERROR_ZERO_RETURN) broken_ = true;
    return progress::ended;
}

http_stream::progress http_stream::try_receive(char* to, std::size_t size, std::size_t& received)
{
    progress const p = try_read(to, size, received);
    if (p == progress::none_now) acknowledge();
    if (p == progress::made) owes_ack_ = true;
    return p;
}

http_stream::progress http_stream::try_read(char* to, std::size_t size, std::size_t& received)
{
    awaited_ = 0;
    if (ssl_) return tls_progress(SSL_read(ssl_.get(), to, static_cast<int>(size)), received);
    for (;;) {
        ssize_t const n = ::recv(socket_, to, size, 0);
        if (n > 0) {
            received = static_cast<std::size_t>(n);
            return progress::made;
        }
        if (n < 0 && errno == EINTR) continue;
        return n < 0 && errno == EAGAIN ? progress::none_now : progress::ended;
    }
}

http_stream::progress http_stream::try_send(std::string_view bytes, std::size_t& sent)
{
    awaited_ = 0;
    if (broken_) return progress::ended;
    if (ssl_) {
        auto const part = static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 30));
        return tls_progress(SSL_write(ssl_.get(), bytes.data(), part), sent);
    }
    for (;;) {
        ssize_t const n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n > 0) {
            sent = static_cast<std::size_t>(n);
            return progress::made;
        }
        if (n < 0 && errno == EINTR) continue;
        return n < 0 && errno == EAGAIN ? progress::none_now : progress::ended;
    }
}

void http_stream::end_output(bool notify)
{
    if (notify) close_notify();
    ::shutdown(socket_, SHUT_WR);
}

// Nobody reads the addresses: connections are identified by their number.
void http_stream::get_remote_ip_and_port(std::string& ip, int& port) const
{
    ip = "127.0.0.1";
    port = 0;
}

void http_stream::get_local_ip_and_port(std::string& ip, int& port) const
{
    ip = "127.0.0.1";
    port = 0;
}

}  // namespace cohub::inline abi_0_2::fake
