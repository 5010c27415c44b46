#include "tls_context.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::fake {

namespace {

template <auto Free>
struct freed_by
{
    template <class T>
    void operator()(T* p) const
    {
        Free(p);
    }
};
using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using x509_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;

void check(bool ok, char const* what)
{
    if (ok) return;
    char text[256] = "no reason given";
    if (auto const code = ERR_get_error()) ERR_error_string_n(code, text, sizeof text);
    ERR_clear_error();
    throw std::invalid_argument(
        std::string("the fake server's certificate: ") + what + " (" + text + ")"
    );
}

bio_ptr reader(std::string_view text)
{
    return bio_ptr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

int choose_http_1_1(SSL*, unsigned char const** out, unsigned char* out_length, unsigned char const* in, unsigned int in_length, void*)
{
    static constexpr std::string_view name = "http/1.1";
    for (unsigned int i = 0; i < in_length; i += 1u + in[i]) {
        if (std::string_view(reinterpret_cast<char const*>(in + i + 1), in[i]) == name) {
            *out = in + i + 1;
            *out_length = in[i];
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

tls_context::tls_context(identity const& id, std::string const& client_ca)
    : context_(SSL_CTX_new(TLS_server_method()))
{
    check(context_ != nullptr, "no TLS context");
    SSL_CTX* const c = context_.get();
    SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
    SSL_CTX_set_mode(c, SSL_MODE_AUTO_RETRY | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    // One read of the socket takes a whole record, not first only its header.
    SSL_CTX_set_read_ahead(c, 1);
    SSL_CTX_set_alpn_select_cb(c, choose_http_1_1, nullptr);
    unsigned char const session_context[] = "cohub fake server";
    SSL_CTX_set_session_id_context(c, session_context, sizeof session_context - 1);

    bio_ptr certificate = reader(id.certificate_pem);
    x509_ptr const leaf(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr));
    check(leaf && SSL_CTX_use_certificate(c, leaf.get()) == 1, "is no certificate in PEM");
    bio_ptr chain = reader(id.chain_pem);
    while (X509* const next = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) {
        if (SSL_CTX_add0_chain_cert(c, next) != 1) {
            X509_free(next);
            check(false, "its chain is not accepted");
        }
    }
    ERR_clear_error();  // the end of the chain is reported as an error
    bio_ptr key = reader(id.key_pem);
    key_ptr const secret(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr));
    check(secret && SSL_CTX_use_PrivateKey(c, secret.get()) == 1, "its private key does not fit");

    if (client_ca.empty()) return;
    bio_ptr issuer = reader(client_ca);
    x509_ptr const trusted(PEM_read_bio_X509(issuer.get(), nullptr, nullptr, nullptr));
    check(
        trusted && X509_STORE_add_cert(SSL_CTX_get_cert_store(c), trusted.get()) == 1,
        "the clients' issuer is no certificate in PEM"
    );
    SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

}  // namespace cohub::inline abi_0_2::fake
