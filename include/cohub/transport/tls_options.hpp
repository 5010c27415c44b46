#ifndef COHUB_TRANSPORT_TLS_OPTIONS_HPP
#define COHUB_TRANSPORT_TLS_OPTIONS_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/secret.hpp>

#include <boost/system/error_category.hpp>

#include <cstdint>
#include <string>

namespace cohub::inline abi_0_2 {

namespace tls {

/// @brief What the client checks of a server's certificate.
enum class verify : std::uint8_t
{
    /// Issuer, dates and host name. The only sensible value.
    peer,
    /// Nothing: anybody on the way can read the API key. For tests against a temporary server.
    none_for_tests,
};

/// @brief The oldest version of TLS that is allowed.
enum class version : std::uint8_t
{
    /// TLS 1.2
    v1_2,
    /// TLS 1.3
    v1_3,
};

/// @brief The category of `failure::cause` for `errc::tls_untrusted`: the value is OpenSSL's
/// reason, e.g. `X509_V_ERR_CERT_HAS_EXPIRED` of `<openssl/x509_vfy.h>`.
COHUB_DECL boost::system::error_category const& verify_category() noexcept;

}  // namespace tls

/// @brief Which issuers to trust, and other settings of TLS.
struct tls_options
{
    tls_options() {}

    /// PEM file of trusted certificates, in place of the system's store: root or intermediate
    /// issuers, or the server's own certificate. Empty: the system's store. If a file changes, new
    /// clients read it again, as they do with the system's store; `reload_tls()` does so, too.
    std::string ca_file;
    /// PEM text of trusted issuers, in place of the system's store (together with `ca_file` if both
    /// are set).
    std::string ca_pem;
    /// If true, the system's issuers are trusted in addition to those of `ca_file` and `ca_pem`.
    bool add_system_store = false;
    /// A certificate for servers that require one: a PEM file with the certificate first and its
    /// intermediate issuers after it. It is read when the client is made, and by `reload_tls()`.
    std::string client_cert_file;
    /// Its private key, in PEM and without a passphrase. Not set: the key is in `client_cert_file`.
    std::string client_key_file;
    /// The certificate and its issuers as PEM text, in place of the file.
    std::string client_cert_pem;
    /// The private key as PEM text, in place of the file.
    secret client_key_pem;
    /// What the client checks of the server's certificate.
    tls::verify verify = tls::verify::peer;
    /// The oldest version that is allowed; the newest is 1.3.
    tls::version min_version = tls::version::v1_2;
    /// Later connections resume sessions, which halves the cost of a handshake.
    bool resume_sessions = true;

    /// @brief Whether any of the client's certificate or key is set.
    bool has_client_certificate() const noexcept
    {
        return !client_cert_file.empty() || !client_key_file.empty() || !client_cert_pem.empty() ||
               !client_key_pem.empty();
    }
};

}  // namespace cohub::inline abi_0_2

#endif
