#ifndef COHUB_TRANSPORT_DETAIL_TLS_FAILURE_HPP
#define COHUB_TRANSPORT_DETAIL_TLS_FAILURE_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief Whether OpenSSL's error only means that the peer has gone.
COHUB_DECL bool is_plain_end(unsigned long code) noexcept;

/// @brief What an error of OpenSSL means to a caller, and what to do about it.
/// @param code from OpenSSL's error queue
/// @param verdict the result of the certificate's verification, `X509_V_OK` or the reason
/// @param shaking whether the handshake was not finished
COHUB_DECL failure describe_tls_failure(unsigned long code, long verdict, bool shaking);

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/tls_failure.ipp>
#endif

#endif
