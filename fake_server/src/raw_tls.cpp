#include "raw_tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace cohub::inline abi_0_2::fake {
namespace {

struct openssl_deleter
{
    void operator()(BIO* p) const { BIO_free_all(p); }
    void operator()(X509* p) const { X509_free(p); }
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
};

using bio_ptr = std::unique_ptr<BIO, openssl_deleter>;
using certificate_ptr = std::unique_ptr<X509, openssl_deleter>;
using key_ptr = std::unique_ptr<EVP_PKEY, openssl_deleter>;

std::string error_text()
{
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_peek_error(), text.data(), text.size());
    ERR_clear_error();
    return text.data();
}

void need(bool ok, char const* what)
{
    if (!ok) {
        throw std::runtime_error(std::string("raw_peer: ") + what + ": " + error_text());
    }
}

bio_ptr reader(std::string const& pem)
{
    bio_ptr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    need(bio != nullptr, "memory");
    return bio;
}

certificate_ptr next_certificate(BIO* bio)
{
    certificate_ptr certificate(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
    ERR_clear_error();  // the end of the text is reported as an error
    return certificate;
}

int wire_version(tls_version v)
{
    switch (v) {
        case tls_version::v1_0:
            return TLS1_VERSION;
        case tls_version::v1_1:
            return TLS1_1_VERSION;
        case tls_version::v1_2:
            return TLS1_2_VERSION;
        case tls_version::v1_3:
            break;
    }
    return TLS1_3_VERSION;
}

/// A hello that offers a session gets an alert. OpenSSL's ticket callback could also do this, but
/// OpenSSL 3.0 then leaks the session of a TLS 1.3 ticket.
int refuse_resumption(SSL* ssl, int* alert, void* /*arg*/)
{
    for (unsigned const extension : {TLSEXT_TYPE_session_ticket, TLSEXT_TYPE_psk}) {
        unsigned char const* content = nullptr;
        std::size_t size = 0;
        if (SSL_client_hello_get0_ext(ssl, extension, &content, &size) == 1 && size != 0) {
            *alert = SSL_AD_INTERNAL_ERROR;
            return SSL_CLIENT_HELLO_ERROR;
        }
    }
    return SSL_CLIENT_HELLO_SUCCESS;
}

}  // namespace

raw_tls_context::context_ptr raw_tls_context::make_context(
    tls_settings const& settings, identity const& who
)
{
    context_ptr context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX* const c = context.get();
    need(c != nullptr, "SSL_CTX");

    // This is set first, because the level decides which of the certificates and ciphers below are
    // accepted.
    if (settings.security_level_ >= 0) {
        SSL_CTX_set_security_level(c, settings.security_level_);
        std::string const level = "DEFAULT@SECLEVEL=" + std::to_string(settings.security_level_);
        need(SSL_CTX_set_cipher_list(c, level.c_str()) == 1, "security level");
    }
    need(
        SSL_CTX_set_min_proto_version(c, wire_version(settings.oldest_)) == 1 &&
            SSL_CTX_set_max_proto_version(c, wire_version(settings.newest_)) == 1,
        "versions"
    );
    if (!settings.ciphers_.empty()) {
        need(SSL_CTX_set_cipher_list(c, settings.ciphers_.c_str()) == 1, "ciphers");
    }
    if (!settings.ciphersuites_.empty()) {
        need(SSL_CTX_set_ciphersuites(c, settings.ciphersuites_.c_str()) == 1, "ciphersuites");
    }

    bio_ptr const leaf_text = reader(who.certificate_pem);
    certificate_ptr const leaf = next_certificate(leaf_text.get());
    need(leaf != nullptr && SSL_CTX_use_certificate(c, leaf.get()) == 1, "certificate");
    bio_ptr const key_text = reader(who.key_pem);
    key_ptr const key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
    need(key != nullptr && SSL_CTX_use_PrivateKey(c, key.get()) == 1, "key");
    if (settings.chain_ && !who.chain_pem.empty()) {
        bio_ptr const chain_text = reader(who.chain_pem);
        while (certificate_ptr const link = next_certificate(chain_text.get())) {
            need(SSL_CTX_add1_chain_cert(c, link.get()) == 1, "chain");
        }
    }
    SSL_CTX_set_mode(c, SSL_MODE_NO_AUTO_CHAIN);

    unsigned char const session_context[] = "raw_peer";
    SSL_CTX_set_session_id_context(c, session_context, sizeof session_context - 1);
    if (!settings.resumption_) {
        SSL_CTX_set_options(c, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets(c, 0);
        SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    }
    if (settings.alert_on_resumption_) {
        SSL_CTX_set_client_hello_cb(c, refuse_resumption, nullptr);
    }
    if (!settings.client_authority_.empty()) {
        bio_ptr const text = reader(settings.client_authority_);
        certificate_ptr const root = next_certificate(text.get());
        need(
            root != nullptr && X509_STORE_add_cert(SSL_CTX_get_cert_store(c), root.get()) == 1 &&
                SSL_CTX_add_client_CA(c, root.get()) == 1,
            "client authority"
        );
        SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return context;
}

raw_tls_context::raw_tls_context(tls_settings const& settings)
    : main_(make_context(settings, settings.identity_))
{
    for (auto const& [name, who] : settings.by_name_) {
        by_name_[name] = make_context(settings, who);
    }
    if (!by_name_.empty()) {
        SSL_CTX_set_tlsext_servername_callback(main_.get(), &raw_tls_context::choose);
        SSL_CTX_set_tlsext_servername_arg(main_.get(), this);
    }
}

int raw_tls_context::choose(SSL* ssl, int* /*alert*/, void* self)
{
    char const* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    auto const& known = static_cast<raw_tls_context*>(self)->by_name_;
    if (name != nullptr) {
        if (auto const found = known.find(name); found != known.end()) {
            SSL_set_SSL_CTX(ssl, found->second.get());
        }
    }
    return SSL_TLSEXT_ERR_OK;
}

std::unique_ptr<SSL, raw_ssl_deleter> raw_tls_context::make() const
{
    std::unique_ptr<SSL, raw_ssl_deleter> ssl(SSL_new(main_.get()));
    need(ssl != nullptr, "SSL");
    SSL_set_accept_state(ssl.get());
    return ssl;
}

void raw_tls_context::rotate_ticket_keys()
{
    std::array<unsigned char, 80> keys{};
    need(RAND_bytes(keys.data(), keys.size()) == 1, "random keys");
    need(SSL_CTX_set_tlsext_ticket_keys(main_.get(), keys.data(), keys.size()) == 1, "ticket keys");
    SSL_CTX_flush_sessions(main_.get(), 0);
}

raw_tls_layer::raw_tls_layer(std::shared_ptr<raw_tls_context const> context)
    : context_(std::move(context)),
      ssl_(context_->make()),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem()))
{
    // An empty BIO means "no bytes yet", not the end of the stream.
    BIO_set_mem_eof_return(in_, -1);
    BIO_set_mem_eof_return(out_, -1);
    SSL_set_bio(ssl_.get(), in_, out_);
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_info_callback(ssl_.get(), &raw_tls_layer::on_info);
}

void raw_tls_layer::on_info(SSL const* ssl, int where, int value)
{
    if ((where & SSL_CB_ALERT) != 0 && (where & SSL_CB_READ) != 0) {
        auto* const self = static_cast<raw_tls_layer*>(SSL_get_app_data(ssl));
        self->alert_seen_ = SSL_alert_desc_string_long(value);
    }
}

void raw_tls_layer::note_error() { error_ = error_text(); }

void raw_tls_layer::feed(char const* data, std::size_t size)
{
    BIO_write(in_, data, static_cast<int>(size));
}

raw_tls_layer::progress raw_tls_layer::handshake()
{
    ERR_clear_error();
    int const r = SSL_do_handshake(ssl_.get());
    if (r == 1) {
        return progress::done;
    }
    int const why = SSL_get_error(ssl_.get(), r);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
        return progress::going;
    }
    note_error();
    return progress::failed;
}

bool raw_tls_layer::read(std::string& into)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written first
    std::array<char, 16384> buffer;
    while (!close_notify_seen_) {
        ERR_clear_error();
        int const r = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
        if (r > 0) {
            into.append(buffer.data(), static_cast<std::size_t>(r));
            continue;
        }
        switch (SSL_get_error(ssl_.get(), r)) {
            case SSL_ERROR_WANT_READ:
            case SSL_ERROR_WANT_WRITE:
                return true;
            case SSL_ERROR_ZERO_RETURN:
                close_notify_seen_ = true;
                return true;
            default:
                note_error();
                return false;
        }
    }
    return true;
}

bool raw_tls_layer::write(std::string const& bytes)
{
    if (bytes.empty()) {
        return true;
    }
    ERR_clear_error();
    if (SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) {
        note_error();
        return false;
    }
    return true;
}

void raw_tls_layer::close_notify()
{
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

void raw_tls_layer::key_update(bool request_back)
{
    ERR_clear_error();
    int const kind = request_back ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED;
    if (SSL_key_update(ssl_.get(), kind) != 1 || SSL_do_handshake(ssl_.get()) != 1) {
        note_error();
    }
}

void raw_tls_layer::renegotiate()
{
    ERR_clear_error();
    if (SSL_renegotiate(ssl_.get()) != 1 || SSL_do_handshake(ssl_.get()) != 1) {
        note_error();
    }
}

void raw_tls_layer::fatal_alert()
{
    // OpenSSL sends no alert on request. It sends one when it reads a record that is not encrypted.
    std::string junk("\x17\x03\x03\x00\x30", 5);
    junk.append(0x30, 'x');
    feed(junk.data(), junk.size());
    std::string nothing;
    read(nothing);
}

std::string raw_tls_layer::take_output()
{
    char* data = nullptr;
    long const size = BIO_get_mem_data(out_, &data);
    std::string bytes(data, size > 0 ? static_cast<std::size_t>(size) : 0);
    (void)BIO_reset(out_);
    return bytes;
}

void raw_tls_layer::describe(raw_record& record) const
{
    SSL* const ssl = ssl_.get();
    if (char const* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)) {
        record.server_name = name;
    }
    record.handshake_done = SSL_is_init_finished(ssl) == 1;
    record.session_reused = SSL_session_reused(ssl) == 1;
    record.tls_version = SSL_get_version(ssl);
    record.alert_seen = alert_seen_;
    record.close_notify_seen = close_notify_seen_;
}

}  // namespace cohub::inline abi_0_2::fake
