#ifndef COHUB_TRANSPORT_DETAIL_TRUST_STORE_HPP
#define COHUB_TRANSPORT_DETAIL_TRUST_STORE_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/transport/tls_options.hpp>

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief Frees objects of OpenSSL.
struct ssl_deleter
{
    void operator()(SSL* p) const noexcept { SSL_free(p); }
    void operator()(SSL_CTX* p) const noexcept { SSL_CTX_free(p); }
    void operator()(SSL_SESSION* p) const noexcept { SSL_SESSION_free(p); }
    void operator()(X509_STORE* p) const noexcept { X509_STORE_free(p); }
};
using trust_store_ptr = std::unique_ptr<X509_STORE, ssl_deleter>;  // a counted reference

/// @brief The issuers that `options` trusts. All clients of the process that trust the same issuers
/// share one store.
///
/// Reading the system's store takes some 40 ms and a megabyte. A shared store is never changed. If
/// the content of a file has changed, the next client reads it again (for the system's file and
/// folder, time and size are compared). Existing clients keep their store. The last four stores are
/// kept even if no client uses them.
/// @par Thread safety
/// Safe.
/// @throws cohub::error errc::invalid_argument if there are no trusted issuers, or a certificate is
/// damaged
COHUB_DECL trust_store_ptr trust_store(tls_options const& options);

/// @brief Adds the certificates of a text to a store.
/// @return the problem, as text; empty if all of them were added
COHUB_DECL std::string add_issuers(X509_STORE* store, std::string const& pem);

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/trust_store.ipp>
#endif

#endif
