// cohub-naive-beast: user_search as people write it after Beast's examples. Each coroutine has a
// stream, and uses http::async_write and http::async_read over TLS, json::parse, and then structs.
// It verifies the server as cohub does, and has no pool, no deadline and no retry.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "compare/naive_users.hpp"
#include "cost/work.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;
using asio::ip::tcp;

class client
{
public:
    client(asio::io_context& io, asio::ssl::context& tls, bench::work const& w)
        : stream_(io, tls), buffer_(), work_(w)
    {
    }

    asio::awaitable<void> connect()
    {
        tcp::resolver resolver(stream_.get_executor());
        auto const found = co_await resolver.async_resolve(work_.host, work_.port, use_awaitable);
        auto& lowest = beast::get_lowest_layer(stream_);
        lowest.expires_after(std::chrono::seconds(30));
        co_await lowest.async_connect(found, use_awaitable);
        lowest.socket().set_option(tcp::no_delay(true));
        SSL_set_tlsext_host_name(stream_.native_handle(), work_.host.c_str());
        stream_.set_verify_callback(asio::ssl::host_name_verification(work_.host));
        co_await stream_.async_handshake(asio::ssl::stream_base::client, use_awaitable);
    }

    asio::awaitable<std::vector<naive::user>> search()
    {
        http::request<http::string_body> request{
            http::verb::post, std::string(work_.base()) + "/api/conat/hub", 11};
        request.set(http::field::host, work_.host + ':' + work_.port);
        request.set(http::field::user_agent, "naive");
        request.set(http::field::authorization, naive::authorization);
        request.set(http::field::content_type, "application/json");
        request.set(http::field::accept, "application/json");
        request.body() = naive::request_body();
        request.prepare_payload();
        beast::get_lowest_layer(stream_).expires_after(std::chrono::seconds(30));
        co_await http::async_write(stream_, request, use_awaitable);
        http::response<http::string_body> response;
        co_await http::async_read(stream_, buffer_, response, use_awaitable);
        if (response.result() != http::status::ok) throw std::runtime_error("HTTP status");
        co_return naive::users_of(response.body());
    }

private:
    beast::ssl_stream<beast::tcp_stream> stream_;
    beast::flat_buffer buffer_;
    bench::work const& work_;
};

asio::awaitable<void> connect_all(std::vector<std::unique_ptr<client>>& clients)
{
    for (auto& c : clients) co_await c->connect();
}

asio::awaitable<void> look_up(client& c, std::size_t users, long& left)
{
    while (left > 0) {
        --left;
        auto const found = co_await c.search();
        if (found.size() != users || found.back().last_name != "Lovelace")
            throw std::runtime_error("the answer is wrong");
    }
}

void rethrow(std::exception_ptr e)
{
    if (e) std::rethrow_exception(e);
}

}  // namespace

int main(int argc, char** argv)
try {
    bench::work const w = bench::read_arguments(argc, argv);
    if (w.mode != "calls") throw std::runtime_error("it does calls alone");
    asio::io_context io(1);
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.load_verify_file(w.ca_file);
    tls.set_verify_mode(asio::ssl::verify_peer);
    std::vector<std::unique_ptr<client>> clients;
    clients.reserve(w.in_flight);
    for (std::size_t i = 0; i < w.in_flight; ++i)
        clients.push_back(std::make_unique<client>(io, tls, w));
    asio::co_spawn(io, connect_all(clients), rethrow);
    io.run();

    bench::meter m;
    for (long const calls : {w.warm_up(), w.count}) {
        m.begin();
        long left = calls;
        for (auto& c : clients) asio::co_spawn(io, look_up(*c, w.users(), left), rethrow);
        io.restart();
        io.run();
    }
    m.end(w.count);
    std::printf(" opened=%zu\n", clients.size());
    return 0;
} catch (std::exception const& e) {
    std::fprintf(stderr, "error: %s\n", e.what());
    return 1;
}
