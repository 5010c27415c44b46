#ifndef COHUB_TESTS_SUPPORT_PROXY_HPP
#define COHUB_TESTS_SUPPORT_PROXY_HPP

#include <cohub/fake_server.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace cohub::tests {

/// @brief A small proxy on the loopback interface that can misbehave. It speaks HTTP CONNECT, over
/// TLS if it has an identity, and SOCKS5. It runs on its own thread.
class test_proxy
{
public:
    struct behaviour
    {
        bool socks = false;
        /// The proxy itself uses TLS.
        std::optional<fake::identity> identity;
        /// The Basic credentials as they are sent, or `user:password` for SOCKS; empty: none are
        /// required.
        std::string credentials;
        /// Sent instead of the right answers until they are used up. An empty one ends the
        /// connection, and for `silence` nothing is sent.
        std::vector<std::string> answers;
        /// The loopback port to which every connection leads, whatever was requested.
        std::uint16_t leads_to = 0;
        /// After this many bytes from the server, it ends the connection.
        std::size_t breaks_after = static_cast<std::size_t>(-1);
        /// The number of bytes that it passes on at a time.
        std::size_t piece = 16 * 1024;
    };
    static constexpr char const* silence = "silence";

    explicit test_proxy(behaviour b)
        : behaves_(std::move(b)), acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0})
    {
        port_ = acceptor_.local_endpoint().port();
        if (behaves_.identity) {
            auto const& id = *behaves_.identity;
            context_.use_certificate_chain(boost::asio::buffer(id.full_chain_pem()));
            context_.use_private_key(
                boost::asio::buffer(id.key_pem), boost::asio::ssl::context::pem
            );
        }
        boost::asio::co_spawn(io_, accept(), boost::asio::detached);
        thread_ = std::thread([this] { io_.run(); });
    }
    test_proxy(test_proxy const&) = delete;
    test_proxy& operator=(test_proxy const&) = delete;
    ~test_proxy()
    {
        io_.stop();
        thread_.join();
    }

    std::string url(std::string const& scheme = "http", std::string const& host = "127.0.0.1") const
    {
        return scheme + "://" + host + ":" + std::to_string(port_);
    }
    std::uint16_t port() const noexcept { return port_; }

    /// @brief What was requested, for example `CONNECT localhost:443`, with the given credentials.
    std::vector<std::string> asked() const
    {
        std::lock_guard const lock(mutex_);
        return asked_;
    }

private:
    using tcp = boost::asio::ip::tcp;
    template <class T>
    using awaitable = boost::asio::awaitable<T>;
    static constexpr boost::asio::use_awaitable_t<> token{};

    awaitable<void> accept()
    {
        while (true) {
            tcp::socket socket = co_await acceptor_.async_accept(token);
            if (behaves_.identity)
                boost::asio::co_spawn(
                    io_, serve_over_tls({std::move(socket), context_}), [](std::exception_ptr) {}
                );
            else
                boost::asio::co_spawn(io_, serve_plain(std::move(socket)), [](std::exception_ptr) {
                });
        }
    }

    awaitable<void> serve_plain(tcp::socket client) { co_await serve(client); }
    awaitable<void> serve_over_tls(boost::asio::ssl::stream<tcp::socket> client)
    {
        co_await client.async_handshake(boost::asio::ssl::stream_base::server, token);
        co_await serve(client);
    }

    template <class Client>
    awaitable<void> serve(Client& client)
    {
        bool const right =
            behaves_.socks ? co_await asked_by_socks(client) : co_await asked_by_connect(client);
        if (!right) co_return;
        std::string answer = behaves_.socks ? std::string("\x05\0\0\x01\0\0\0\0\0\0", 10)
                                            : "HTTP/1.1 200 Connection established\r\n\r\n";
        bool lets_through = true;
        if (answered_ != behaves_.answers.size()) {
            answer = behaves_.answers[answered_++];
            lets_through = answer.starts_with("HTTP/1.1 200");
        }
        if (answer == silence) {
            co_await exactly(client, 1);
            co_return;
        }
        tcp::socket server(io_);
        tcp::endpoint const there(boost::asio::ip::address_v4::loopback(), behaves_.leads_to);
        if (lets_through) co_await server.async_connect(there, token);
        co_await boost::asio::async_write(client, boost::asio::buffer(answer), token);
        if (!lets_through) co_return;
        using namespace boost::asio::experimental::awaitable_operators;
        co_await (
            hand_on(client, server, no_limit) || hand_on(server, client, behaves_.breaks_after)
        );
    }

    static constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

    template <class From, class To>
    awaitable<void> hand_on(From& from, To& to, std::size_t limit)
    {
        std::vector<char> bytes(behaves_.piece);
        while (limit != 0) {
            std::size_t const n =
                std::min(limit, co_await from.async_read_some(boost::asio::buffer(bytes), token));
            co_await boost::asio::async_write(to, boost::asio::buffer(bytes.data(), n), token);
            limit -= n;
        }
    }

    template <class Client>
    awaitable<std::string> exactly(Client& client, std::size_t n)
    {
        std::string text(n, '\0');
        co_await boost::asio::async_read(client, boost::asio::buffer(text), token);
        co_return text;
    }
    template <class Client>
    awaitable<std::string> counted(Client& client)
    {
        std::string const size = co_await exactly(client, 1);
        co_return co_await exactly(client, static_cast<unsigned char>(size[0]));
    }

    void note(std::string what)
    {
        std::lock_guard const lock(mutex_);
        asked_.push_back(std::move(what));
    }

    template <class Client>
    awaitable<bool> asked_by_connect(Client& client)
    {
        std::string head;
        while (!head.ends_with("\r\n\r\n")) head += co_await exactly(client, 1);
        std::string const line = head.substr(0, head.find(" HTTP/1.1\r\n"));
        constexpr std::string_view name = "Proxy-Authorization: Basic ";
        std::size_t const at = head.find(name);
        std::string given;
        if (at != std::string::npos)
            given = head.substr(at + name.size(), head.find("\r\n", at) - at - name.size());
        note(given.empty() ? line : line + " with " + given);
        if (behaves_.credentials.empty() || given == behaves_.credentials) co_return true;
        std::string const refusal =
            "HTTP/1.1 407 Proxy Authentication Required\r\n"
            "Proxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n";
        co_await boost::asio::async_write(client, boost::asio::buffer(refusal), token);
        co_return false;
    }

    template <class Client>
    awaitable<bool> asked_by_socks(Client& client)
    {
        co_await exactly(client, 1);
        co_await counted(client);
        bool const wants = !behaves_.credentials.empty();
        std::string answer{'\x05', wants ? '\x02' : '\0'};
        co_await boost::asio::async_write(client, boost::asio::buffer(answer), token);
        std::string given;
        if (wants) {
            co_await exactly(client, 1);
            given = co_await counted(client);
            given += ":" + co_await counted(client);
            answer = {'\x01', given == behaves_.credentials ? '\0' : '\x01'};
            co_await boost::asio::async_write(client, boost::asio::buffer(answer), token);
            if (given != behaves_.credentials) {
                note("SOCKS with " + given);
                co_return false;
            }
        }
        co_await exactly(client, 4);
        std::string const host = co_await counted(client);
        std::string const port = co_await exactly(client, 2);
        int const number =
            static_cast<unsigned char>(port[0]) * 256 + static_cast<unsigned char>(port[1]);
        std::string asked = "SOCKS " + host + ":" + std::to_string(number);
        if (wants) asked += " with " + given;
        note(asked);
        co_return true;
    }

    behaviour const behaves_;
    boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
    boost::asio::io_context io_{1};
    tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::size_t answered_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> asked_;  // guarded by the mutex
    std::thread thread_;
};

}  // namespace cohub::tests

#endif
