#pragma once

#include <cohub/fake/pki.hpp>

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace cohub::inline abi_0_2::fake {

/// TLS 1.2 and 1.3 with one certificate. Issues session tickets.
class tls_context
{
public:
    /// @param client_ca the issuer of the certificates that clients have to present; empty: none is
    /// requested
    explicit tls_context(identity const& id, std::string const& client_ca = {});

    SSL_CTX* get() const { return context_.get(); }

private:
    struct free_context
    {
        void operator()(SSL_CTX* c) const { SSL_CTX_free(c); }
    };
    std::unique_ptr<SSL_CTX, free_context> context_;
};

}  // namespace cohub::inline abi_0_2::fake
