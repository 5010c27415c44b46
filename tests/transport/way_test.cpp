#include <cohub/fake_server.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "support/environment.hpp"
#include "support/live_hub.hpp"

// How a client reaches a server: Unix sockets, client certificates, and the certificate authorities
// that it trusts.

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;

/// A temporary folder for one test.
class folder
{
public:
    folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "cohub-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder");
        path_ = name;
    }
    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;
    ~folder() { std::filesystem::remove_all(path_); }

    std::string operator/(char const* name) const { return (path_ / name).string(); }
    /// Replaces the file if it exists.
    std::string put(char const* name, std::string const& text) const
    {
        std::string const at = *this / name;
        std::ofstream(at + ".new") << text;
        std::filesystem::rename(at + ".new", at);
        return at;
    }

private:
    std::filesystem::path path_;
};

class Way : public LiveHub
{
protected:
    failure failed(options o)
    {
        hub const h(io, std::move(o));
        auto r = run_call(io, h.system().ping(as_result));
        EXPECT_TRUE(r.has_error());
        return r.has_error() ? r.error() : failure();
    }
    static std::string problem(boost::asio::io_context& io, options o)
    {
        try {
            hub const h(io, std::move(o));
        } catch (error const& e) {
            EXPECT_EQ(e.code(), errc::invalid_argument);
            return e.what();
        }
        return "";
    }
    bool answers(hub const& h)
    {
        auto const r = run_call(io, h.system().ping(as_result));
        if (r.has_error()) last = r.error();
        return r.has_value();
    }

    folder files;
    failure last;
};

// ---- Unix sockets ------------------------------------------------------------------------------

/// Passes connections of a Unix socket on to a port.
class relay
{
    using local = boost::asio::local::stream_protocol;
    using tcp = boost::asio::ip::tcp;
    static constexpr boost::asio::use_awaitable_t<> token{};

public:
    relay(std::string const& path, std::uint16_t port)
        : acceptor_(io_, local::endpoint(path)), port_(port)
    {
        boost::asio::co_spawn(io_, accept(), boost::asio::detached);
        thread_ = std::thread([this] { io_.run(); });
    }
    relay(relay const&) = delete;
    relay& operator=(relay const&) = delete;
    ~relay()
    {
        io_.stop();
        thread_.join();
    }

private:
    boost::asio::awaitable<void> accept()
    {
        while (true) {
            local::socket s = co_await acceptor_.async_accept(token);
            boost::asio::co_spawn(io_, serve(std::move(s)), [](std::exception_ptr) {});
        }
    }
    boost::asio::awaitable<void> serve(local::socket client)
    {
        tcp::socket server(io_);
        tcp::endpoint const there(boost::asio::ip::address_v4::loopback(), port_);
        co_await server.async_connect(there, token);
        using namespace boost::asio::experimental::awaitable_operators;
        co_await (hand_on(client, server) || hand_on(server, client));
    }
    template <class From, class To>
    boost::asio::awaitable<void> hand_on(From& from, To& to)
    {
        std::array<char, 4096> bytes;
        while (true) {
            auto const n = co_await from.async_read_some(boost::asio::buffer(bytes), token);
            co_await boost::asio::async_write(to, boost::asio::buffer(bytes.data(), n), token);
        }
    }

    boost::asio::io_context io_{1};
    local::acceptor acceptor_;
    std::uint16_t port_;
    std::thread thread_;
};

TEST_F(Way, ThroughAUnixSocketWithTls)
{
    relay const r(files / "socket", server.port());
    options o = usual_options();
    o.host = "https://localhost:1";
    o.socket_path = files / "socket";
    hub const h(io, o);
    EXPECT_TRUE(answers(h)) << last;
    EXPECT_TRUE(answers(h)) << last;
    EXPECT_EQ(server.journal().requests().at(0).header("Host"), "localhost:1");
    EXPECT_EQ(server.journal().connections(), 1u);
    o.host = "https://another.example";
    EXPECT_EQ(failed(o).code, errc::tls_untrusted) << "the name is still checked";
}

TEST_F(Way, ThroughAUnixSocketWithoutTls)
{
    fake_server const plain(fake_server_options().users(5).plain());
    relay const r(files / "socket", plain.port());
    options o("http://localhost", secret(plain.api_key()));
    o.socket_path = files / "socket";
    {
        hub const h(io, o);
        EXPECT_TRUE(answers(h)) << last;
    }
    o.host = "http://hub.example";
    EXPECT_NE(problem(io, o).find("clear text"), std::string::npos) << "the rule for keys stays";
}

TEST_F(Way, AUnixSocketThatIsNotThere)
{
    options o = usual_options();
    o.socket_path = files / "none";
    o.retry.max_attempts = 1;
    auto const f = failed(o);
    EXPECT_EQ(f.code, errc::connect_failed);
    EXPECT_EQ(f.cause, boost::system::errc::no_such_file_or_directory);
    o.socket_path = std::string(500, 'x');
    EXPECT_NE(problem(io, o).find("socket_path"), std::string::npos);
    o.socket_path = std::string("a\0b", 3);
    EXPECT_NE(problem(io, o).find("zero byte"), std::string::npos);
}

// ---- client certificates -----------------------------------------------------------------------

class ClientCertificate : public Way
{
protected:
    ClientCertificate()
    {
        strict.emplace(fake_server_options().users(5).client_ca(company.pem()));
        o.host = strict->url();
        o.api_key = secret(strict->api_key());
        o.tls.ca_pem = strict->ca_pem();
        o.retry.max_attempts = 1;
    }
    fake::identity issued(fake::authority const& by) const
    {
        return by.issue(fake::certificate_request("a service"));
    }

    fake::authority const company{"company"}, other{"other"};
    std::optional<fake_server> strict;
    options o;
};

TEST_F(ClientCertificate, OfFilesAndOfTexts)
{
    auto const id = issued(company);
    o.tls.client_cert_file = files.put("cert.pem", id.certificate_pem);
    o.tls.client_key_file = files.put("key.pem", id.key_pem);
    EXPECT_TRUE(answers(hub(io, o))) << last;
    o.tls.client_key_file = {};
    o.tls.client_cert_file = files.put("both.pem", id.key_pem + id.certificate_pem);
    EXPECT_TRUE(answers(hub(io, o))) << last;
    o.tls.client_cert_file = {};
    o.tls.client_cert_pem = id.certificate_pem;
    o.tls.client_key_pem = secret(id.key_pem);
    EXPECT_TRUE(answers(hub(io, o))) << last;
    auto const below = issued(company.intermediate("department"));
    o.tls.client_cert_pem = below.full_chain_pem();
    o.tls.client_key_pem = secret(below.key_pem);
    EXPECT_TRUE(answers(hub(io, o))) << "with its chain: " << last;
}

TEST_F(ClientCertificate, IsMissedByTheServer)
{
    auto f = failed(o);
    EXPECT_EQ(f.code, errc::tls_failed) << f;
    EXPECT_NE(f.detail.find("client_cert_file"), std::string::npos) << f;
    auto const id = issued(other);
    o.tls.client_cert_pem = id.certificate_pem;
    o.tls.client_key_pem = secret(id.key_pem);
    EXPECT_EQ(failed(o).code, errc::tls_failed);
}

TEST_F(ClientCertificate, OfNoUseIsRefusedWhenTheClientIsMade)
{
    auto const id = issued(company), another = issued(company);
    auto const with = [&](std::string cert, std::string key) {
        options p = o;
        p.tls.client_cert_pem = std::move(cert);
        p.tls.client_key_pem = secret(std::move(key));
        return problem(io, p);
    };
    EXPECT_NE(with(id.certificate_pem, another.key_pem).find("not the key"), std::string::npos);
    EXPECT_NE(with(id.certificate_pem, "").find("client_key_pem"), std::string::npos);
    EXPECT_NE(with("", id.key_pem).find("client_cert_pem"), std::string::npos);
    EXPECT_NE(with("no PEM", id.key_pem).find("holds no certificate"), std::string::npos);
    EXPECT_NE(with(id.certificate_pem, "no PEM").find("private key"), std::string::npos);
    options p = o;
    p.tls.client_key_file = files.put("key.pem", id.key_pem);
    EXPECT_NE(problem(io, p).find("client_cert_file"), std::string::npos);
    p.tls.client_cert_file = files / "none";
    EXPECT_NE(problem(io, p).find("cannot be read"), std::string::npos);
    p.tls.client_cert_pem = id.certificate_pem;
    EXPECT_NE(problem(io, p).find("not as both"), std::string::npos);
    EXPECT_EQ(to_string(p).find("PRIVATE"), std::string::npos);
}

TEST_F(ClientCertificate, IsReadAnew)
{
    auto const wrong = issued(other), right = issued(company);
    o.tls.client_cert_file = files.put("cert.pem", wrong.certificate_pem);
    o.tls.client_key_file = files.put("key.pem", wrong.key_pem);
    hub const h(io, o);
    EXPECT_FALSE(answers(h));
    files.put("cert.pem", right.certificate_pem);
    EXPECT_THROW(h.reload_tls(), error) << "the key is still that of the old one";
    EXPECT_FALSE(answers(h));
    files.put("key.pem", right.key_pem);
    EXPECT_FALSE(answers(h)) << "not by itself";
    h.reload_tls();
    EXPECT_TRUE(answers(h)) << last;
}

TEST_F(Way, TheTrustedIssuersAreReadAnewBesideCallsThatGoOn)
{
    fake::authority const old("old");
    options o = usual_options();
    o.tls.ca_pem = {};
    o.tls.ca_file = files.put("ca.pem", server.ca_pem());
    hub const h(io, o);
    EXPECT_TRUE(answers(h)) << last;
    files.put("ca.pem", old.pem());
    h.reload_tls();
    EXPECT_TRUE(answers(h)) << "on the connection that stands: " << last;
    EXPECT_EQ(server.journal().connections(), 1u);
    {
        hub const another(io, o);
        EXPECT_FALSE(answers(another));
        files.put("ca.pem", server.ca_pem());
        another.reload_tls();
        EXPECT_TRUE(answers(another)) << last;
    }
    files.put("ca.pem", "nonsense");
    EXPECT_THROW(h.reload_tls(), error);
    EXPECT_TRUE(answers(h)) << last;
}

// ---- certificate authorities -------------------------------------------------------------------

TEST_F(Way, TheSystemsIssuersBesideOnesOwn)
{
    fake::authority const own("own");
    environment_variable const system(
        "SSL_CERT_FILE", files.put("sys.pem", server.ca_pem()).c_str()
    );
    options o = usual_options();
    o.tls.ca_pem = own.pem();
    EXPECT_EQ(failed(o).code, errc::tls_untrusted);
    o.tls.add_system_store = true;
    EXPECT_TRUE(answers(hub(io, o))) << last;
    o.tls.ca_pem = server.ca_pem();
    files.put("sys.pem", own.pem());
    EXPECT_TRUE(answers(hub(io, o))) << last;
}

TEST_F(Way, AnUntrustedCertificateSaysWhyForPrograms)
{
    auto const reason = [this](fake::identity const& id, fake::authority const& ca) {
        fake_server const s(fake_server_options().users(5).certificate(id, ca.pem()));
        options o(s.url(), secret(s.api_key()));
        o.tls.ca_pem = s.ca_pem();
        auto const f = failed(o);
        EXPECT_EQ(f.code, errc::tls_untrusted);
        EXPECT_EQ(f.cause.category(), tls::verify_category());
        return f.cause.value();
    };
    fake::authority const ca("issuer"), stranger("stranger");
    using request = fake::certificate_request;
    EXPECT_EQ(
        reason(ca.issue(request("x").dns("localhost").not_before(-48h).not_after(-24h)), ca),
        X509_V_ERR_CERT_HAS_EXPIRED
    );
    EXPECT_EQ(
        reason(ca.issue(request("x").dns("other.example")), ca), X509_V_ERR_HOSTNAME_MISMATCH
    );
    EXPECT_EQ(
        reason(stranger.issue(request("x").dns("localhost")), ca),
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
    );
    EXPECT_NE(
        error_code(X509_V_ERR_CERT_HAS_EXPIRED, tls::verify_category()).message().find("expired"),
        std::string::npos
    );
}

TEST_F(Way, TheContextIsShownToAHook)
{
    options o = usual_options();
    int calls = 0;
    o.hooks.on_ssl_context = [&](SSL_CTX* c) {
        ++calls;
        SSL_CTX_set_max_proto_version(c, TLS1_2_VERSION);
        SSL_CTX_set_verify(c, SSL_VERIFY_PEER, [](int, X509_STORE_CTX* chain) {
            X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
            return 0;
        });
    };
    auto const f = failed(o);
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(f.code, errc::tls_untrusted) << f;
    EXPECT_EQ(f.cause.value(), X509_V_ERR_APPLICATION_VERIFICATION);
    EXPECT_NE(f.detail.find("on_ssl_context"), std::string::npos) << f;
    o.hooks.on_ssl_context = [&](SSL_CTX*) { ++calls; };
    hub const h(io, o);
    h.reload_tls();
    EXPECT_EQ(calls, 3);
    EXPECT_TRUE(answers(h)) << last;
    o.hooks.on_ssl_context = [](SSL_CTX*) { throw std::runtime_error("no"); };
    EXPECT_THROW(hub(io, o), std::runtime_error);
}

}  // namespace
}  // namespace cohub::tests
