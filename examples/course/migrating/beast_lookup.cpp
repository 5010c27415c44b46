// The same lookup with Boost.Beast and Boost.JSON.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/json/parse.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using asio::use_awaitable;
using asio::ip::tcp;

std::string variable(char const* name)
{
    char const* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string base64(std::string const& text)
{
    std::string out(4 * ((text.size() + 2) / 3), '\0');
    EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<unsigned char const*>(text.data()),
        static_cast<int>(text.size())
    );
    return out;
}

// [connect]
struct connection
{
    connection(asio::any_io_executor executor, asio::ssl::context& tls) : stream(executor, tls) {}

    beast::ssl_stream<beast::tcp_stream> stream;
    beast::flat_buffer buffer;
};
using connection_ptr = std::unique_ptr<connection>;

asio::awaitable<connection_ptr> connect(asio::ssl::context& tls, std::string host, std::string port)
{
    auto const executor = co_await asio::this_coro::executor;
    auto c = std::make_unique<connection>(executor, tls);
    tcp::resolver resolver(executor);
    auto const found = co_await resolver.async_resolve(host, port, use_awaitable);
    beast::get_lowest_layer(c->stream).expires_after(std::chrono::seconds(5));
    co_await beast::get_lowest_layer(c->stream).async_connect(found, use_awaitable);
    SSL_set_tlsext_host_name(c->stream.native_handle(), host.c_str());
    c->stream.set_verify_callback(asio::ssl::host_name_verification(host));
    co_await c->stream.async_handshake(asio::ssl::stream_base::client, use_awaitable);
    co_return c;
}
// [end]

// [errors]
struct call_failed : std::runtime_error
{
    call_failed(std::string const& what, bool again) : runtime_error(what), may_repeat(again) {}
    bool may_repeat;
};

asio::awaitable<json::value> post(
    connection& c, std::string host, std::string key, std::string body
)
{
    http::request<http::string_body> request(http::verb::post, "/api/conat/hub", 11);
    request.set(http::field::host, host);
    request.set(http::field::authorization, "Basic " + base64(key + ':'));
    request.set(http::field::content_type, "application/json");
    request.body() = std::move(body);
    request.prepare_payload();
    beast::get_lowest_layer(c.stream).expires_after(std::chrono::seconds(5));
    co_await http::async_write(c.stream, request, use_awaitable);
    http::response<http::string_body> response;
    co_await http::async_read(c.stream, c.buffer, response, use_awaitable);
    auto const status = response.result_int();
    if (status != 200)
        throw call_failed("HTTP " + std::to_string(status), status == 429 || status >= 500);
    json::value parsed = json::parse(response.body());
    // The hub answers errors with status 200, too.
    if (auto const* const o = parsed.if_object(); o != nullptr && o->contains("error"))
        throw call_failed(std::string(o->at("error").as_string()), false);
    co_return parsed;
}
// [end]

// [pool]
class beast_client
{
public:
    beast_client(std::string host, std::string port, std::string key, std::string const& ca_file)
        : host_(std::move(host)), port_(std::move(port)), key_(std::move(key))
    {
        if (ca_file.empty())
            tls_.set_default_verify_paths();
        else
            tls_.load_verify_file(ca_file);
        tls_.set_verify_mode(asio::ssl::verify_peer);
    }

    asio::awaitable<json::value> call(std::string body)
    {
        connection_ptr c;
        if (idle_.empty())
            c = co_await connect(tls_, host_, port_);
        else {
            c = std::move(idle_.back());
            idle_.pop_back();
        }
        json::value answer = co_await post(*c, host_ + ':' + port_, key_, std::move(body));
        idle_.push_back(std::move(c));  // a connection that failed is not kept
        co_return answer;
    }

private:
    std::string host_, port_, key_;
    asio::ssl::context tls_{asio::ssl::context::tls_client};
    std::vector<connection_ptr> idle_;
};
// [end]

// [retries]
asio::awaitable<json::value> with_retries(beast_client& client, std::string body)
{
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (int attempt = 1;; ++attempt) {
        try {
            co_return co_await client.call(body);
        } catch (call_failed const& e) {
            // A search changes nothing. A call that does must not be sent twice.
            if (attempt == 3 || !e.may_repeat) throw;
        } catch (boost::system::system_error const&) {
            if (attempt == 3) throw;
        }
        // A catch block cannot hold co_await, so that the pause is here.
        pause.expires_after(std::chrono::milliseconds(100) * attempt);
        co_await pause.async_wait(use_awaitable);
    }
}
// [end]

asio::awaitable<void> look_up(beast_client& client)
{
    json::value const found =
        co_await with_retries(client, R"({"name":"system.userSearch","args":[{"query":"foo"}]})");
    for (json::value const& u : found.as_array()) {
        json::value const& name = u.as_object().at("first_name");
        std::cout << (name.is_string() ? name.as_string().c_str() : "?") << '\n';
    }
}

int main()
try {
    std::string const url = variable("COCALC_HOST");  // https://name:port
    auto const name = url.find("//") + 2;
    auto const colon = url.find(':', name);
    asio::io_context io(1);
    beast_client client(
        url.substr(name, colon - name),
        colon == std::string::npos ? "443" : url.substr(colon + 1),
        variable("COCALC_API_KEY"),
        variable("SSL_CERT_FILE")
    );
    asio::co_spawn(io, look_up(client), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}
