#ifndef COHUB_TRANSPORT_DETAIL_IMPL_CLIENT_CERTIFICATE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_CLIENT_CERTIFICATE_IPP

#include <cohub/core/secret.hpp>
#include <cohub/transport/detail/client_certificate.hpp>
#include <cohub/transport/detail/pem.hpp>
#include <cohub/transport/detail/tls_context.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>

#include <string_view>

namespace cohub::inline abi_0_2::transport::detail {

/// Otherwise OpenSSL would ask on the terminal for the passphrase of a key.
inline int no_passphrase(char*, int, int, void*) { return -1; }

class x509_owner
{
public:
    explicit x509_owner(X509* p) noexcept : cert_(p) {}
    x509_owner(x509_owner const&) = delete;
    x509_owner& operator=(x509_owner const&) = delete;
    ~x509_owner() { X509_free(cert_); }
    X509* get() const noexcept { return cert_; }

private:
    X509* cert_;
};

/// Sets the certificate, and the issuers that follow it.
inline void use_chain(SSL_CTX* c, std::string_view pem, std::string_view option)
{
    bio_owner const bio(pem);
    bool is_first = true;
    while (true) {
        x509_owner const cert(PEM_read_bio_X509_AUX(bio.get(), nullptr, no_passphrase, nullptr));
        if (cert.get() == nullptr) break;
        bool const is_taken = is_first ? SSL_CTX_use_certificate(c, cert.get()) == 1
                                       : SSL_CTX_add1_chain_cert(c, cert.get()) == 1;
        if (!is_taken)
            refuse_tls({option, ": OpenSSL does not take it: ", tls_error_text(take_tls_error())});
        is_first = false;
    }
    auto const why = ERR_peek_last_error();
    bool const at_end =
        ERR_GET_LIB(why) == ERR_LIB_PEM && ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (is_first) refuse_tls({option, " holds no certificate in PEM"});
    if (!at_end) refuse_tls({option, " has a damaged certificate behind the first one"});
}

inline void use_key(SSL_CTX* c, std::string_view pem, std::string_view option)
{
    bio_owner const bio(pem);
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr);
    bool const fits =
        key != nullptr && SSL_CTX_use_PrivateKey(c, key) == 1 && SSL_CTX_check_private_key(c) == 1;
    EVP_PKEY_free(key);
    ERR_clear_error();
    if (key == nullptr)
        refuse_tls({option, " holds no private key in PEM that can be read without a passphrase"});
    if (!fits) refuse_tls({option, " is not the key of the client's certificate"});
}

COHUB_DECL void use_client_certificate(SSL_CTX* context, tls_options const& o)
{
    bool const as_text = !o.client_cert_pem.empty() || !o.client_key_pem.empty();
    bool const as_file = !o.client_cert_file.empty() || !o.client_key_file.empty();
    if (as_text && as_file)
        refuse_tls({"give the client's certificate as files or as texts, and not as both"});
    if (as_text) {
        if (o.client_cert_pem.empty())
            refuse_tls({"client_key_pem without a client_cert_pem means nothing"});
        if (o.client_key_pem.empty())
            refuse_tls({"client_cert_pem needs its private key: client_key_pem"});
        use_chain(context, o.client_cert_pem, "client_cert_pem");
        return use_key(context, o.client_key_pem.reveal(), "client_key_pem");
    }
    if (o.client_cert_file.empty())
        refuse_tls({"client_key_file without a client_cert_file means nothing"});
    bool const key_apart = !o.client_key_file.empty();
    secret const cert(text_of_file(o.client_cert_file, "client_cert_file"));
    use_chain(context, cert.reveal(), "client_cert_file");
    if (!key_apart) return use_key(context, cert.reveal(), "client_cert_file");
    secret const key(text_of_file(o.client_key_file, "client_key_file"));
    use_key(context, key.reveal(), "client_key_file");
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
