#ifndef COHUB_TRANSPORT_DETAIL_TRUST_STORE_HPP
#define COHUB_TRANSPORT_DETAIL_TRUST_STORE_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/transport/tls_options.hpp>

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief Frees what OpenSSL made.
struct ssl_deleter
{
    void operator()(SSL* p) const noexcept { SSL_free(p); }
    void operator()(SSL_CTX* p) const noexcept { SSL_CTX_free(p); }
    void operator()(SSL_SESSION* p) const noexcept { SSL_SESSION_free(p); }
    void operator()(X509_STORE* p) const noexcept { X509_STORE_free(p); }
};
using trust_store_ptr = std::unique_ptr<X509_STORE, ssl_deleter>;  // a counted reference

/// @brief The issuers that `options` trusts: one store for all clients of the process that trust
/// the same.
///
/// To read the system's store takes some 40 ms and a megabyte. Nobody changes a store that is
/// shared. A file that holds something else than before is read anew by the next client (of the
/// system's file and folder the time and the size are compared); those that there are keep what
/// they have. The last four stores are kept when no client uses
/// them.
/// @par Thread safety
/// Safe.
/// @throws cohub::error errc::invalid_argument if there is nobody to trust, or a certificate is
/// damaged
COHUB_DECL trust_store_ptr trust_store(tls_options const& options);

/// @brief Adds the certificates of a text to a store.
/// @return what is wrong, in words; nothing if all of them were taken
COHUB_DECL std::string add_issuers(X509_STORE* store, std::string const& pem);

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/trust_store.ipp>
#endif

#endif
