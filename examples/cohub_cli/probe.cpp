#include "probe.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#if defined(BOOST_ASIO_SEPARATE_COMPILATION)
#include <boost/asio/ssl/impl/src.hpp>  // Asio is compiled apart, but for this
#endif
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <iomanip>
#include <locale>
#include <memory>
#include <sstream>
#include <string_view>
#include <utility>

namespace cli::probe {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

using socket = asio::generic::stream_protocol::socket;
using seconds = std::chrono::sys_seconds;

/// Closes a connection when its time is over. The connection outlives it.
class time_limit
{
public:
    time_limit(std::shared_ptr<socket> s, std::chrono::milliseconds limit)
        : is_over_(std::make_shared<bool>(false)), timer_(s->get_executor(), limit)
    {
        timer_.async_wait([s = std::move(s), over = is_over_](error_code ec) {
            if (ec) return;
            *over = true;
            error_code ignored;
            s->close(ignored);
        });
    }

    error_code reason(error_code ec) const
    {
        return *is_over_ ? error_code(asio::error::timed_out) : ec;
    }

private:
    std::shared_ptr<bool> is_over_;
    asio::steady_timer timer_;
};

std::string text_of(ASN1_STRING const* s)
{
    return std::string(
        reinterpret_cast<char const*>(ASN1_STRING_get0_data(s)),
        static_cast<std::size_t>(ASN1_STRING_length(s))
    );
}

std::string name_of(GENERAL_NAME const* name)
{
    int type = 0;
    auto const* const value = static_cast<ASN1_STRING const*>(GENERAL_NAME_get0_value(name, &type));
    if (type != GEN_DNS && type != GEN_IPADD) return {};
    std::string bytes = text_of(value);
    if (type == GEN_DNS) return bytes;
    if (bytes.size() == 4) {
        asio::ip::address_v4::bytes_type b{};
        std::copy(bytes.begin(), bytes.end(), b.begin());
        return asio::ip::address_v4(b).to_string();
    }
    asio::ip::address_v6::bytes_type b{};
    if (bytes.size() != b.size()) return {};
    std::copy(bytes.begin(), bytes.end(), b.begin());
    return asio::ip::address_v6(b).to_string();
}

std::optional<seconds> to_seconds(std::tm const& t)
{
    using namespace std::chrono;
    year_month_day const date{
        year(t.tm_year + 1900),
        month(static_cast<unsigned>(t.tm_mon + 1)),
        day(static_cast<unsigned>(t.tm_mday))};
    if (!date.ok()) return std::nullopt;
    return sys_days(date) + hours(t.tm_hour) + minutes(t.tm_min) + std::chrono::seconds(t.tm_sec);
}

std::optional<seconds> time_of(ASN1_TIME const* time)
{
    std::tm t{};
    if (ASN1_TIME_to_tm(time, &t) != 1) return std::nullopt;
    return to_seconds(t);
}

/// The last part of a name that a person reads: CN, else O, else all.
std::string short_name(X509_NAME const* name)
{
    for (int const part : {NID_commonName, NID_organizationName}) {
        int const at = X509_NAME_get_index_by_NID(name, part, -1);
        if (at < 0) continue;
        auto const* const entry = X509_NAME_get_entry(name, at);
        return text_of(X509_NAME_ENTRY_get_data(entry));
    }
    return "an issuer without a name";
}

void read_certificate(glance& g, SSL* ssl)
{
    std::unique_ptr<X509, void (*)(X509*)> const cert(SSL_get1_peer_certificate(ssl), X509_free);
    g.tls_version = SSL_get_version(ssl);
    if (!cert) return;
    g.issuer = short_name(X509_get_issuer_name(cert.get()));
    g.valid_from = time_of(X509_get0_notBefore(cert.get()));
    g.valid_until = time_of(X509_get0_notAfter(cert.get()));
    auto* const names = static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(cert.get(), NID_subject_alt_name, nullptr, nullptr)
    );
    for (int i = 0, n = sk_GENERAL_NAME_num(names); i < n; ++i)
        if (std::string name = name_of(sk_GENERAL_NAME_value(names, i)); !name.empty())
            g.names.push_back(std::move(name));
    GENERAL_NAMES_free(names);
}

std::optional<seconds> date_in(std::string const& head)
{
    std::istringstream lines(head);
    for (std::string line; std::getline(lines, line);) {
        std::string name = line.substr(0, line.find(':'));
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
            return static_cast<char>(std::tolower(c));
        });
        if (name != "date") continue;
        auto const begin = line.find_first_not_of(" \t", name.size() + 1);
        if (begin != std::string::npos) return read_date(line.substr(begin));
    }
    return std::nullopt;
}

/// The request, and the head of its answer.
template <class Stream>
asio::awaitable<void> ask(Stream& stream, cohub::http::origin const& server, glance& g)
{
    error_code ec;
    std::string const path = server.base_path.empty() ? "/" : server.base_path;
    std::string const request = "HEAD " + path + " HTTP/1.1\r\nHost: " + server.authority() +
                                "\r\nUser-Agent: cohub-doctor\r\nConnection: close\r\n\r\n";
    co_await asio::async_write(
        stream, asio::buffer(request), asio::redirect_error(asio::use_awaitable, ec)
    );
    if (ec) co_return;
    std::string head;
    co_await asio::async_read_until(
        stream,
        asio::dynamic_buffer(head, 64 * 1024),
        "\r\n\r\n",
        asio::redirect_error(asio::use_awaitable, ec)
    );
    g.clock = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (!ec) g.date = date_in(head);
}

}  // namespace

std::optional<seconds> read_date(std::string const& text)
{
    std::istringstream in(text);
    in.imbue(std::locale::classic());
    std::tm t{};
    in >> std::get_time(&t, "%a, %d %b %Y %H:%M:%S");
    if (!in) return std::nullopt;
    return to_seconds(t);
}

asio::awaitable<addresses> resolve(std::string host, std::uint16_t port)
{
    addresses a;
    asio::ip::tcp::resolver resolver(co_await asio::this_coro::executor);
    auto const service = std::to_string(port);
    auto const found = co_await resolver.async_resolve(
        host, service, asio::redirect_error(asio::use_awaitable, a.failed)
    );
    for (auto const& entry : found)
        if (std::find(a.found.begin(), a.found.end(), entry.endpoint()) == a.found.end())
            a.found.push_back(entry.endpoint());
    co_return a;
}

asio::awaitable<reached> reach(endpoint to, std::chrono::milliseconds limit)
{
    reached r;
    auto const s = std::make_shared<socket>(co_await asio::this_coro::executor);
    time_limit const until(s, limit);
    auto const begin = std::chrono::steady_clock::now();
    co_await s->async_connect(to, asio::redirect_error(asio::use_awaitable, r.failed));
    r.took = std::chrono::steady_clock::now() - begin;
    r.failed = until.reason(r.failed);
    error_code ignored;
    s->close(ignored);
    co_return r;
}

asio::awaitable<glance> look_at(
    endpoint at, cohub::http::origin server, std::chrono::milliseconds limit
)
{
    glance g;
    auto const s = std::make_shared<socket>(co_await asio::this_coro::executor);
    time_limit const until(s, limit);
    error_code ec;
    co_await s->async_connect(at, asio::redirect_error(asio::use_awaitable, ec));
    if (ec) co_return g;
    if (!server.tls) {
        co_await ask(*s, server, g);
    } else {
        asio::ssl::context context(asio::ssl::context::tls_client);
        context.set_verify_mode(asio::ssl::verify_none);
        asio::ssl::stream<socket&> stream(*s, context);
        if (!server.is_address)
            SSL_set_tlsext_host_name(stream.native_handle(), server.host.c_str());
        co_await stream.async_handshake(
            asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, ec)
        );
        if (SSL_is_init_finished(stream.native_handle()) == 1)
            read_certificate(g, stream.native_handle());
        if (!ec) co_await ask(stream, server, g);
    }
    s->close(ec);
    co_return g;
}

}  // namespace cli::probe
