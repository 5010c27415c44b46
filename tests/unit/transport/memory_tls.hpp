#ifndef COHUB_TESTS_SUPPORT_MEMORY_TLS_HPP
#define COHUB_TESTS_SUPPORT_MEMORY_TLS_HPP

#include <cohub/http/url.hpp>
#include <cohub/transport/detail/tls_context.hpp>
#include <cohub/transport/options.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// OpenSSL's server in memory, to test the client's side of TLS.

namespace cohub::tests {

struct openssl_deleter
{
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
    void operator()(X509_EXTENSION* p) const noexcept { X509_EXTENSION_free(p); }
    void operator()(BIO* p) const noexcept { BIO_free(p); }
};
template <class T>
using openssl_ptr = std::unique_ptr<T, openssl_deleter>;

inline void openssl_must(bool ok, char const* what)
{
    if (!ok) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

/// A self-signed certificate that each run makes.
struct tls_identity
{
    openssl_ptr<EVP_PKEY> key;
    openssl_ptr<X509> certificate;
    std::string pem;

    explicit tls_identity(char const* names = "DNS:localhost,IP:127.0.0.1", long ends_in = 86'400)
        : key(EVP_EC_gen("P-256")), certificate(X509_new())
    {
        X509* const c = certificate.get();
        openssl_must(key != nullptr && c != nullptr, "key and certificate");
        X509_set_version(c, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
        X509_gmtime_adj(X509_getm_notBefore(c), -172'800);
        X509_gmtime_adj(X509_getm_notAfter(c), ends_in);
        X509_set_pubkey(c, key.get());
        X509_NAME* const name = X509_get_subject_name(c);
        auto const* const text = reinterpret_cast<unsigned char const*>("test server");
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
        X509_set_issuer_name(c, name);
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        X509V3_set_ctx(&context, c, c, nullptr, nullptr, 0);
        extend(context, NID_basic_constraints, "critical,CA:TRUE");
        extend(context, NID_subject_alt_name, names);
        openssl_must(X509_sign(c, key.get(), EVP_sha256()) != 0, "X509_sign");
        openssl_ptr<BIO> const out(BIO_new(BIO_s_mem()));
        openssl_must(PEM_write_bio_X509(out.get(), c) == 1, "PEM_write_bio_X509");
        char* data = nullptr;
        long const size = BIO_get_mem_data(out.get(), &data);
        pem.assign(data, static_cast<std::size_t>(size));
    }

private:
    void extend(X509V3_CTX& context, int nid, char const* value)
    {
        openssl_ptr<X509_EXTENSION> const e(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
        openssl_must(e && X509_add_ext(certificate.get(), e.get(), -1) == 1, "X509_add_ext");
    }
};

/// The identity that the client of `client_tls` trusts.
inline tls_identity const& trusted_identity()
{
    static tls_identity const made;
    return made;
}

inline boost::intrusive_ptr<transport::detail::tls_context> client_tls(
    tls_options options = {}, char const* url = "https://127.0.0.1"
)
{
    if (options.ca_pem.empty()) options.ca_pem = trusted_identity().pem;
    return transport::detail::tls_context::make(options, http::parse_origin(url), {});
}

struct server_tls_options
{
    server_tls_options() {}

    int min_version = TLS1_2_VERSION;
    int max_version = TLS1_3_VERSION;
    std::size_t tickets = 2;
    /// Additional bytes in each session ticket.
    std::size_t ticket_size = 0;
    /// The size of the largest record.
    long record_size = 16'384;
    tls_identity const* identity = &trusted_identity();
};

/// What the connections to one server share. Its tickets are valid for all of them.
class server_tls
{
public:
    explicit server_tls(server_tls_options const& o = {})
        : context_(SSL_CTX_new(TLS_server_method())), extra_(o.ticket_size, 'x')
    {
        SSL_CTX* const c = context_.get();
        openssl_must(c != nullptr, "SSL_CTX_new");
        SSL_CTX_set_min_proto_version(c, o.min_version);
        SSL_CTX_set_max_proto_version(c, o.max_version);
        openssl_must(SSL_CTX_use_certificate(c, o.identity->certificate.get()) == 1, "certificate");
        openssl_must(SSL_CTX_use_PrivateKey(c, o.identity->key.get()) == 1, "key");
        SSL_CTX_set_num_tickets(c, o.tickets);
        SSL_CTX_set_max_send_fragment(c, o.record_size);
        if (o.tickets == 0) SSL_CTX_set_options(c, SSL_OP_NO_TICKET);
        if (o.ticket_size != 0) SSL_CTX_set_session_ticket_cb(c, fill_ticket, nullptr, this);
    }
    server_tls(server_tls const&) = delete;
    server_tls& operator=(server_tls const&) = delete;

    SSL_CTX* get() const noexcept { return context_.get(); }

private:
    static int fill_ticket(SSL* ssl, void* self)
    {
        std::string const& extra = static_cast<server_tls const*>(self)->extra_;
        return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), extra.data(), extra.size());
    }

    transport::detail::ssl_ctx_ptr context_;
    std::string extra_;
};

/// The server's end of one connection.
class tls_server_end
{
public:
    explicit tls_server_end(server_tls const& shared) : ssl_(SSL_new(shared.get()))
    {
        openssl_must(ssl_ != nullptr, "SSL_new");
        SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_accept_state(ssl_.get());
    }
    tls_server_end(tls_server_end const&) = delete;
    tls_server_end& operator=(tls_server_end const&) = delete;

    /// Takes bytes from the client: continues the handshake, then decrypts.
    void receive(std::string_view bytes)
    {
        if (!bytes.empty())
            BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
        ERR_clear_error();
        if (!is_shaken() && SSL_do_handshake(ssl_.get()) != 1) return note_error();
        char part[4096];
        for (;;) {
            int const n = SSL_read(ssl_.get(), part, sizeof part);
            if (n <= 0) break;
            text_.append(part, static_cast<std::size_t>(n));
        }
        note_error();
    }

    void send(std::string_view text)
    {
        ERR_clear_error();
        int const n = SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
        openssl_must(n == static_cast<int>(text.size()), "SSL_write");
    }
    /// @param ask asks the client to change its key, too
    void update_key(bool ask)
    {
        int const kind = ask ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED;
        openssl_must(SSL_key_update(ssl_.get(), kind) == 1, "SSL_key_update");
        openssl_must(SSL_do_handshake(ssl_.get()) == 1, "SSL_do_handshake");
    }
    /// Sends one more session ticket and nothing else.
    void send_ticket()
    {
        openssl_must(SSL_new_session_ticket(ssl_.get()) == 1, "SSL_new_session_ticket");
        openssl_must(SSL_do_handshake(ssl_.get()) == 1, "SSL_do_handshake");
    }
    /// TLS 1.2's HelloRequest.
    void ask_for_renegotiation()
    {
        openssl_must(SSL_renegotiate(ssl_.get()) == 1, "SSL_renegotiate");
        SSL_do_handshake(ssl_.get());
    }
    void close_notify() { SSL_shutdown(ssl_.get()); }

    std::string take_output()
    {
        std::string bytes;
        char part[16'384];
        for (;;) {
            int const n = BIO_read(SSL_get_wbio(ssl_.get()), part, sizeof part);
            if (n <= 0) return bytes;
            bytes.append(part, static_cast<std::size_t>(n));
        }
    }

    /// The decrypted bytes from the client.
    std::string const& text() const noexcept { return text_; }
    std::string take_text() { return std::exchange(text_, {}); }
    bool is_shaken() const noexcept { return SSL_is_init_finished(ssl_.get()) == 1; }
    bool is_resumed() const noexcept { return SSL_session_reused(ssl_.get()) == 1; }
    bool was_told_of_the_end() const noexcept
    {
        return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
    }
    /// The reason of the first error; empty if there was no error.
    std::string const& error() const noexcept { return error_; }

private:
    void note_error()
    {
        unsigned long const code = ERR_get_error();
        if (code != 0 && error_.empty()) error_ = ERR_reason_error_string(code);
        ERR_clear_error();
    }

    transport::detail::ssl_ptr ssl_;
    std::string text_, error_;
};

/// Splits TLS bytes at the boundaries of records. The last part may be incomplete.
inline std::vector<std::string> tls_records(std::string_view bytes)
{
    std::vector<std::string> parts;
    while (!bytes.empty()) {
        std::size_t n = bytes.size();
        if (n > 5) {
            auto const high = static_cast<unsigned char>(bytes[3]);
            auto const low = static_cast<unsigned char>(bytes[4]);
            n = std::min<std::size_t>(n, 5U + high * 256U + low);
        }
        parts.emplace_back(bytes.substr(0, n));
        bytes.remove_prefix(n);
    }
    return parts;
}

}  // namespace cohub::tests

#endif
