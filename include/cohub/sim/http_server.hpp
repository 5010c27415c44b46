#ifndef COHUB_SIM_HTTP_SERVER_HPP
#define COHUB_SIM_HTTP_SERVER_HPP

#include <cohub/core/error.hpp>
#include <cohub/sim/socket.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::sim {

/// @brief A request, as a server of a world gets it.
struct request
{
    request() {}

    /// Counts the connections of the world from 1.
    std::uint64_t connection = 0;
    /// `GET`, `POST` and so on.
    std::string method;
    /// Path and query, as sent.
    std::string target;
    /// Names and values, with the spelling and order of the request.
    std::vector<std::pair<std::string, std::string>> headers;
    /// The body's bytes; empty if there is none.
    std::string body;

    /// @brief The first value of a header; empty if there is none. Case does not matter.
    std::string_view header(std::string_view name) const noexcept
    {
        auto const same = [](char a, char b) {
            auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; };
            return lower(a) == lower(b);
        };
        for (auto const& [n, value] : headers)
            if (std::equal(n.begin(), n.end(), name.begin(), name.end(), same)) return value;
        return {};
    }
};

/// @brief The server's answer.
struct response
{
    response() {}
    /// @brief Status 200 with this body.
    response(std::string text) : body(std::move(text)) {}
    /// @brief This status with this body.
    response(int code, std::string text) : status(code), body(std::move(text)) {}

    /// The HTTP status.
    int status = 200;
    /// Further headers. If they contain no `Content-Type`, the answer is `application/json`.
    std::vector<std::pair<std::string, std::string>> headers;
    /// The body's bytes.
    std::string body;
    /// If true, the connection ends after the answer, and the answer says so.
    bool close = false;
};

/// The function that answers a request: a coroutine, so that an answer may take time.
using http_handler = std::function<boost::asio::awaitable<response>(request)>;

namespace detail {

/// @brief Reads the head of a request, in the form in which `async_read_until` returned it.
inline request read_head(std::string_view head)
{
    auto const take = [&head](std::string_view end) {
        auto const at = std::min(head.find(end), head.size());
        std::string part(head.substr(0, at));
        head.remove_prefix(std::min(at + end.size(), head.size()));
        return part;
    };
    request r;
    r.method = take(" ");
    r.target = take(" ");
    take("\r\n");
    while (!head.empty() && !head.starts_with("\r\n")) {
        std::string name = take(":");
        std::string value = take("\r\n");
        value.erase(0, value.find_first_not_of(" \t"));
        r.headers.emplace_back(std::move(name), std::move(value));
    }
    return r;
}

inline std::string write_response(response const& r)
{
    std::string text = "HTTP/1.1 " + std::to_string(r.status) +
                       " -\r\nContent-Length: " + std::to_string(r.body.size()) + "\r\n";
    if (r.close) text += "Connection: close\r\n";
    bool typed = false;
    for (auto const& [name, value] : r.headers) {
        text += name + ": " + value + "\r\n";
        typed = typed || name == "Content-Type";
    }
    if (!typed) text += "Content-Type: application/json\r\n";
    return text + "\r\n" + r.body;
}

}  // namespace detail

/// @brief Serves HTTP/1.1 on a stream until the peer ends: on a `sim::socket`, or on an
/// `ssl::stream` over one. Requests have a Content-Length or no body.
template <class Stream>
boost::asio::awaitable<void> serve_http(Stream& stream, http_handler const& answer)
{
    namespace asio = boost::asio;
    std::string buffer;
    for (;;) {
        error_code ec;
        std::size_t const head = co_await asio::async_read_until(
            stream,
            asio::dynamic_buffer(buffer),
            "\r\n\r\n",
            asio::redirect_error(asio::use_awaitable, ec)
        );
        if (ec) co_return;
        request r = detail::read_head(std::string_view(buffer).substr(0, head));
        r.connection = stream.lowest_layer().connection();
        buffer.erase(0, head);
        std::size_t size = 0;
        std::string_view const length = r.header("Content-Length");
        std::from_chars(length.data(), length.data() + length.size(), size);
        if (buffer.size() < size) {
            co_await asio::async_read(
                stream,
                asio::dynamic_buffer(buffer),
                asio::transfer_exactly(size - buffer.size()),
                asio::redirect_error(asio::use_awaitable, ec)
            );
            if (ec) co_return;
        }
        r.body = buffer.substr(0, size);
        buffer.erase(0, size);
        response const given = co_await answer(std::move(r));
        std::string const text = detail::write_response(given);
        co_await asio::async_write(
            stream, asio::buffer(text), asio::redirect_error(asio::use_awaitable, ec)
        );
        if (ec || given.close) co_return;
    }
}

}  // namespace cohub::inline abi_0_2::sim

#endif
