#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "cohub/fake/raw_peer.hpp"

namespace cohub::inline abi_0_2::fake {

struct raw_ssl_deleter
{
    void operator()(SSL* p) const { SSL_free(p); }
    void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
};

/// @brief A server's SSL_CTX, and another one for each name that has its own identity.
class raw_tls_context
{
public:
    explicit raw_tls_context(tls_settings const& settings);

    std::unique_ptr<SSL, raw_ssl_deleter> make() const;
    void rotate_ticket_keys();

private:
    using context_ptr = std::unique_ptr<SSL_CTX, raw_ssl_deleter>;

    static context_ptr make_context(tls_settings const& settings, identity const& who);
    static int choose(SSL* ssl, int* alert, void* self);

    context_ptr main_;
    std::map<std::string, context_ptr> by_name_;
};

/// @brief TLS in memory. The caller moves each byte of ciphertext.
class raw_tls_layer
{
public:
    enum class progress
    {
        going,
        done,
        failed
    };

    explicit raw_tls_layer(std::shared_ptr<raw_tls_context const> context);

    void feed(char const* data, std::size_t size);
    progress handshake();
    /// @brief Appends the decrypted bytes; false when the layer is broken.
    bool read(std::string& into);
    bool write(std::string const& bytes);
    void close_notify();
    void key_update(bool request_back);
    void renegotiate();
    void fatal_alert();
    /// @brief The ciphertext produced since the last call.
    std::string take_output();

    void describe(raw_record& record) const;
    bool close_notify_seen() const { return close_notify_seen_; }
    std::string const& error() const { return error_; }

private:
    static void on_info(SSL const* ssl, int where, int value);
    void note_error();

    std::shared_ptr<raw_tls_context const> context_;
    std::unique_ptr<SSL, raw_ssl_deleter> ssl_;
    BIO* in_;   // owned by ssl_
    BIO* out_;  // owned by ssl_
    std::string error_;
    std::string alert_seen_;
    bool close_notify_seen_ = false;
};

}  // namespace cohub::inline abi_0_2::fake
