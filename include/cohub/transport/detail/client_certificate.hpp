#ifndef COHUB_TRANSPORT_DETAIL_CLIENT_CERTIFICATE_HPP
#define COHUB_TRANSPORT_DETAIL_CLIENT_CERTIFICATE_HPP

#include <cohub/core/config.hpp>
#include <cohub/transport/tls_options.hpp>

#include <openssl/ssl.h>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief Makes `context` send the certificate of `options`, if a server requests one.
/// @throws cohub::error errc::invalid_argument if the certificate or its key cannot be read, or if
/// they do not match
COHUB_DECL void use_client_certificate(SSL_CTX* context, tls_options const& options);

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/client_certificate.ipp>
#endif

#endif
