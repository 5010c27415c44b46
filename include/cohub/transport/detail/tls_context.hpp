#ifndef COHUB_TRANSPORT_DETAIL_TLS_CONTEXT_HPP
#define COHUB_TRANSPORT_DETAIL_TLS_CONTEXT_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/http/url.hpp>
#include <cohub/transport/detail/trust_store.hpp>
#include <cohub/transport/tls_options.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <openssl/ssl.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace cohub::inline abi_0_2::transport::detail {

using ssl_ptr = std::unique_ptr<SSL, ssl_deleter>;
using ssl_ctx_ptr = std::unique_ptr<SSL_CTX, ssl_deleter>;
using ssl_session_ptr = std::unique_ptr<SSL_SESSION, ssl_deleter>;

/// @brief The TLS context of a client and its streams: trust, versions, and the sessions to resume.
/// @par Thread safety
/// Safe.
class tls_context : public boost::intrusive_ref_counter<tls_context>
{
public:
    /// @param hook see `hooks::on_ssl_context`; may be empty
    /// @throws cohub::error errc::invalid_argument if there are no trusted issuers, or the client's
    /// certificate cannot be used
    COHUB_DECL static boost::intrusive_ptr<tls_context> make(
        tls_options const& options,
        http::origin const& to,
        std::function<void(SSL_CTX*)> const& hook
    );

    /// @brief A client end for the host that has to be verified, without a transport yet. Null if
    /// there is not enough memory.
    COHUB_DECL ssl_ptr make_client();

    /// @brief The next handshakes are complete ones: TLS failed, and a resumed session may be the
    /// reason.
    COHUB_DECL void forget_sessions() noexcept;

    tls_context(tls_context const&) = delete;
    tls_context& operator=(tls_context const&) = delete;

private:
    tls_context() = default;
    COHUB_DECL static int keep_session(SSL* ssl, SSL_SESSION* session);
    COHUB_DECL ssl_session_ptr take_session();

    ssl_ctx_ptr context_;
    std::string host_;
    bool is_address_ = false;
    std::mutex mutex_;
    ssl_session_ptr sessions_[16];  // the newest last; needs the mutex
    std::size_t session_count_ = 0;
};

/// @brief Empties OpenSSL's error queue. It returns the first error of TLS itself: earlier errors
/// of a provider (OpenSSL 3.2 and newer) or of a key only caused it. If there is none, it returns
/// the first error.
COHUB_DECL unsigned long take_tls_error() noexcept;
COHUB_DECL std::string tls_error_text(unsigned long code);

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/tls_context.ipp>
#endif

#endif
