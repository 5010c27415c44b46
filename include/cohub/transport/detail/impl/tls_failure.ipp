#ifndef COHUB_TRANSPORT_DETAIL_IMPL_TLS_FAILURE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_TLS_FAILURE_IPP

#include <cohub/core/text.hpp>
#include <cohub/transport/detail/tls_context.hpp>
#include <cohub/transport/detail/tls_failure.hpp>
#include <cohub/transport/tls_options.hpp>

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

#include <string>

namespace cohub::inline abi_0_2::tls {

#if defined(__GNUC__)  // Boost's categories are never deleted through their base
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#endif
class verify_category_type final : public boost::system::error_category
{
public:
    char const* name() const noexcept override { return "cohub.tls.verify"; }
    std::string message(int value) const override { return X509_verify_cert_error_string(value); }
};
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

COHUB_DECL boost::system::error_category const& verify_category() noexcept
{
    static verify_category_type const one;
    return one;
}

}  // namespace cohub::inline abi_0_2::tls

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL bool is_plain_end(unsigned long code) noexcept
{
    return code == 0 || (ERR_GET_LIB(code) == ERR_LIB_SSL &&
                         ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING);
}

/// Advice about a certificate that was refused.
inline std::string_view advice_for(long verdict) noexcept
{
    switch (verdict) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "it has to be renewed at the server; or is this machine's clock wrong?";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "is this machine's clock wrong?";
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "the certificate is for another name than that of `host`; is that spelled "
                   "right?";
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return "no trusted issuer has signed it; if the server is yours, name its issuer, or "
                   "its own certificate, in tls.ca_file";
        case X509_V_ERR_APPLICATION_VERIFICATION:
            return "the program's own check (hooks.on_ssl_context) refuses it";
        default:
            return "the certificate has to be replaced at the server";
    }
}

COHUB_DECL failure describe_tls_failure(unsigned long code, long verdict, bool shaking)
{
    int const reason = ERR_GET_REASON(code);
    bool const in_handshake = shaking && code != 0 && ERR_GET_LIB(code) == ERR_LIB_SSL;
    failure f(errc::tls_failed);
    if (in_handshake &&
        (reason == SSL_R_CERTIFICATE_VERIFY_FAILED || reason == SSL_R_BAD_SIGNATURE)) {
        f.code = errc::tls_untrusted;
        if (verdict != X509_V_OK) {
            f.cause = error_code(static_cast<int>(verdict), tls::verify_category());
            f.detail = cohub::detail::concat(
                {X509_verify_cert_error_string(verdict), "; ", advice_for(verdict)}
            );
        } else
            f.detail = tls_error_text(code);
        return f;
    }
    f.detail = tls_error_text(code);
    // In TLS 1.3 this alert comes when the handshake seems to be complete.
    if (code != 0 && ERR_GET_LIB(code) == ERR_LIB_SSL &&
        reason == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)
        f.detail += "; the server wants a certificate of the client: tls.client_cert_file";
    if (in_handshake &&
        (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
         reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_UNKNOWN_PROTOCOL ||
         reason == SSL_R_UNEXPECTED_MESSAGE || reason == SSL_R_BAD_RECORD_TYPE))
        f.detail += "; does this port speak TLS at all?";
    return f;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
