// A pinned public key of the server: any other key is refused, even one that a trusted certificate
// authority has signed.

#include <cohub/fake_server.hpp>
#include <cohub/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <exception>
#include <iostream>
#include <memory>
#include <string>

namespace asio = boost::asio;

/// SHA-256 of the public key in the form that the certificate has (RFC 7469, 2.4).
std::string pin_of(X509* certificate)
{
    unsigned char* key = nullptr;
    int const size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned int n = 0;
    EVP_Digest(
        key,
        static_cast<std::size_t>(size),
        reinterpret_cast<unsigned char*>(digest.data()),
        &n,
        EVP_sha256(),
        nullptr
    );
    OPENSSL_free(key);
    digest.resize(n);
    return digest;
}

std::string pin_of(std::string const& pem)
{
    std::unique_ptr<BIO, int (*)(BIO*)> const text(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free
    );
    std::unique_ptr<X509, void (*)(X509*)> const certificate(
        PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), X509_free
    );
    return pin_of(certificate.get());
}

/// A real program has it as a constant.
std::string pinned;

/// This check comes after OpenSSL's own check of the issuer, the dates and the name.
int check_pin(int is_good, X509_STORE_CTX* chain)
{
    if (is_good == 0 || X509_STORE_CTX_get_error_depth(chain) != 0) return is_good;
    if (pin_of(X509_STORE_CTX_get_current_cert(chain)) == pinned) return 1;
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

asio::awaitable<void> ping(cohub::hub const& hub, char const* with)
{
    auto const answer = co_await hub.system().ping(cohub::as_result);
    std::cout << with << ": " << (answer ? "answered" : to_string(answer.error().kind())) << '\n';
}

void try_server(cohub::fake::identity const& id, std::string const& ca_pem, char const* with)
{
    cohub::fake_server const server(cohub::fake_server_options().users(5).certificate(id, ca_pem));
    cohub::options options(server.url(), cohub::secret(server.api_key()));
    options.tls.ca_pem = ca_pem;
    options.hooks.on_ssl_context = [](SSL_CTX* context) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, check_pin);
    };
    asio::io_context io;
    cohub::hub const hub(io, options);
    asio::co_spawn(io, ping(hub, with), [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    });
    io.run();
}

int main()
try {
    cohub::fake::authority const ca("issuer");
    auto const known = ca.issue(cohub::fake::loopback_request());
    auto const another = ca.issue(cohub::fake::loopback_request());
    pinned = pin_of(known.certificate_pem);
    try_server(known, ca.pem(), "the known key");
    try_server(another, ca.pem(), "another key of the same issuer");
} catch (std::exception const& e) {
    std::cerr << "error: " << e.what() << '\n';
    return 1;
}

// Prints:
//   the known key: answered
//   another key of the same issuer: tls_untrusted
