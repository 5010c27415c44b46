#ifndef COHUB_TRANSPORT_DETAIL_IMPL_TLS_FAILURE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_TLS_FAILURE_IPP

#include <cohub/core/text.hpp>
#include <cohub/transport/detail/tls_context.hpp>
#include <cohub/transport/detail/tls_failure.hpp>

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

#include <string>

namespace cohub::transport::detail {

COHUB_DECL bool is_plain_end(unsigned long code) noexcept
{
    return code == 0 || (ERR_GET_LIB(code) == ERR_LIB_SSL &&
                         ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING);
}

COHUB_DECL failure describe_tls_failure(unsigned long code, long verdict, bool shaking)
{
    int const reason = ERR_GET_REASON(code);
    bool const in_handshake = shaking && code != 0 && ERR_GET_LIB(code) == ERR_LIB_SSL;
    failure f(errc::tls_failed);
    if (in_handshake &&
        (reason == SSL_R_CERTIFICATE_VERIFY_FAILED || reason == SSL_R_BAD_SIGNATURE)) {
        f.code = errc::tls_untrusted;
        if (verdict != X509_V_OK)
            f.detail = cohub::detail::concat(
                {X509_verify_cert_error_string(verdict),
                 "; if the server is yours, name its issuer in tls.ca_file"}
            );
        else
            f.detail = tls_error_text(code);
        return f;
    }
    f.detail = tls_error_text(code);
    if (in_handshake &&
        (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
         reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_UNKNOWN_PROTOCOL ||
         reason == SSL_R_UNEXPECTED_MESSAGE || reason == SSL_R_BAD_RECORD_TYPE))
        f.detail += "; does this port speak TLS at all?";
    return f;
}

}  // namespace cohub::transport::detail

#endif
