#pragma once

#include <cohub/fake_server.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cohub::tests {

namespace json = boost::json;
using namespace std::chrono_literals;

inline json::value text(std::string_view s) { return json::value(json::string(s)); }

struct answer
{
    int status = 0;  ///< 0: no answer
    std::string body;
    httplib::Headers headers;

    std::string header(std::string const& name) const
    {
        auto const at = headers.find(name);
        return at == headers.end() ? "" : at->second;
    }
    json::value value() const
    {
        boost::system::error_code error;
        json::value v = json::parse(body, error);
        return error ? json::value("no JSON: " + body) : v;
    }
    /// The text of `{"error": text}`, or the whole body if it is not of this form.
    std::string error() const
    {
        json::value const v = value();
        if (v.is_object() && v.get_object().contains("error")) {
            return std::string(v.at("error").as_string());
        }
        return "no error: " + body;
    }
};

/// One connection to a fake server that is kept alive, by httplib's client.
class http_client
{
public:
    explicit http_client(fake_server const& server) : key_(server.api_key())
    {
        if (server.ca_pem().empty()) {
            client_ = std::make_unique<httplib::Client>("127.0.0.1", server.port());
        } else {
            client_ = std::make_unique<httplib::Client>(
                "https://127.0.0.1:" + std::to_string(server.port())
            );
            client_->set_ca_cert_store(store(server.ca_pem()));
        }
        client_->set_keep_alive(true);
        client_->set_tcp_nodelay(true);
        client_->set_read_timeout(20s);
        client_->set_connection_timeout(20s);
    }

    http_client& as(std::string key)
    {
        key_ = std::move(key);
        return *this;
    }

    answer send(
        std::string const& method,
        std::string const& path,
        httplib::Headers const& headers,
        std::string const& body
    )
    {
        httplib::Request request;
        request.method = method;
        request.path = path;
        request.headers = headers;
        request.body = body;
        auto const got = client_->send(request);
        if (!got) return {};
        return {got->status, got->body, got->headers};
    }
    answer get(std::string const& path) { return send("GET", path, {}, ""); }
    answer post_hub(std::string const& body) { return post("/api/conat/hub", body); }
    answer post(std::string const& path, std::string const& body)
    {
        return send(
            "POST",
            path,
            {{"Authorization", "Bearer " + key_}, {"Content-Type", "application/json"}},
            body
        );
    }
    /// @param args the text between the brackets
    answer call(std::string const& name, std::string const& args = "")
    {
        return post_hub("{\"name\":\"" + name + "\",\"args\":[" + args + "]}");
    }
    /// The result of a call, or the text of its error.
    json::value result(std::string const& name, std::string const& args = "")
    {
        return call(name, args).value();
    }
    void close() { client_->stop(); }

private:
    static X509_STORE* store(std::string const& pem)
    {
        BIO* const bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
        X509* const certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
        X509_STORE* const s = X509_STORE_new();
        X509_STORE_add_cert(s, certificate);
        X509_free(certificate);
        BIO_free(bio);
        return s;
    }

    std::string key_;
    std::unique_ptr<httplib::Client> client_;
};

/// A plain TCP connection, for what a well-behaved client does not show. All waits have a limit.
class raw_client
{
public:
    explicit raw_client(std::uint16_t port)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("cannot connect");
        }
    }
    raw_client(raw_client&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
    raw_client(raw_client const&) = delete;
    ~raw_client() { close(); }

    void close()
    {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    void send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            ssize_t const n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) throw std::runtime_error("cannot send");
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }
    /// Waits for at least one more byte. @return false: closed, reset, or nothing came in time
    bool receive_some(std::chrono::milliseconds limit = 20s)
    {
        pollfd p{socket_, POLLIN, 0};
        if (::poll(&p, 1, static_cast<int>(limit.count())) <= 0) return false;
        char buffer[16384];
        ssize_t const n = ::recv(socket_, buffer, sizeof buffer, 0);
        if (n < 0) was_reset = errno == ECONNRESET;
        if (n == 0) was_closed = true;
        if (n <= 0) return false;
        received.append(buffer, static_cast<std::size_t>(n));
        return true;
    }
    std::string receive_until(std::string_view what)
    {
        while (received.find(what) == received.npos && receive_some()) {
        }
        return received;
    }
    std::string receive_all()
    {
        while (receive_some()) {
        }
        return received;
    }
    int descriptor() const { return socket_; }
    bool has_silence(std::chrono::milliseconds time)
    {
        pollfd p{socket_, POLLIN, 0};
        return ::poll(&p, 1, static_cast<int>(time.count())) == 0;
    }

    std::string received;
    bool was_reset = false;
    bool was_closed = false;

private:
    int socket_;
};

inline std::string ping_request(std::string const& key)
{
    std::string const body = R"({"name":"system.ping","args":[]})";
    return "POST /api/conat/hub HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

inline fake_server_options plain_options() { return fake_server_options().plain(); }

}  // namespace cohub::tests
