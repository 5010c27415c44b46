#ifndef COHUB_TRANSPORT_DETAIL_IMPL_TLS_CONTEXT_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_TLS_CONTEXT_IPP

#include <cohub/core/text.hpp>
#include <cohub/transport/detail/client_certificate.hpp>
#include <cohub/transport/detail/tls_context.hpp>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <iterator>

namespace cohub::inline abi_0_2::transport::detail {

COHUB_DECL unsigned long take_tls_error() noexcept
{
    unsigned long first = 0, of_tls = 0;
    while (unsigned long const code = ERR_get_error()) {
        if (first == 0) first = code;
        if (of_tls == 0 && ERR_GET_LIB(code) == ERR_LIB_SSL) of_tls = code;
    }
    return of_tls != 0 ? of_tls : first;
}

COHUB_DECL std::string tls_error_text(unsigned long code)
{
    if (code == 0) return {};
    char const* const reason = ERR_reason_error_string(code);
    return reason != nullptr ? std::string(reason)
                             : cohub::detail::concat({"TLS error ", std::to_string(code)});
}

COHUB_DECL boost::intrusive_ptr<tls_context> tls_context::make(
    tls_options const& o, http::origin const& to, std::function<void(SSL_CTX*)> const& hook
)
{
    auto const refuse = [](std::string_view why, errc code = errc::invalid_argument) {
        throw error(failure(code, cohub::detail::concat({"tls: ", why})));
    };

    boost::intrusive_ptr<tls_context> self(new tls_context);
    self->host_ = to.host.substr(0, to.host.find('%'));  // certificates have no zones
    self->is_address_ = to.is_address;
    self->context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX* const c = self->context_.get();
    if (c == nullptr) refuse("OpenSSL could not make a context", errc::tls_failed);

    SSL_CTX_set_min_proto_version(
        c, o.min_version == tls::version::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION
    );
    SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // A write that has to wait for the peer's bytes is repeated from a copy of the request.
    SSL_CTX_set_mode(c, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Each record needs one look at the input and not two. The write buffer is smaller, since
    // requests are small, and it stays allocated while the connection is in use.
    SSL_CTX_set_read_ahead(c, 1);
    SSL_CTX_set_max_send_fragment(c, 2048);
    static constexpr unsigned char alpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(c, alpn, sizeof alpn);

    if (o.verify == tls::verify::peer) {
        SSL_CTX_set_verify(c, SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set1_cert_store(c, trust_store(o).get());
    } else
        SSL_CTX_set_verify(c, SSL_VERIFY_NONE, nullptr);

    if (o.has_client_certificate()) use_client_certificate(c, o);

    if (o.resume_sessions) {
        SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(c, keep_session);
        SSL_CTX_set_ex_data(c, 0, self.get());
    } else
        SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    if (hook) hook(c);
    return self;
}

COHUB_DECL int tls_context::keep_session(SSL* ssl, SSL_SESSION* session)
{
    auto* const self = static_cast<tls_context*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0));
    // Only the session of a verified peer may replace a later verification.
    if (SSL_get_verify_result(ssl) != X509_V_OK &&
        SSL_CTX_get_verify_mode(SSL_get_SSL_CTX(ssl)) != SSL_VERIFY_NONE)
        return 0;
    std::lock_guard lock(self->mutex_);
    auto& kept = self->sessions_;
    std::size_t& count = self->session_count_;
    if (count == std::size(kept)) {
        for (std::size_t i = 1; i != count; ++i) kept[i - 1] = std::move(kept[i]);
        --count;
    }
    // A copy: only the thread of its connection then uses the session. OpenSSL changes sessions
    // (TLS 1.3 renews them in place).
    if (SSL_SESSION* const copy = SSL_SESSION_dup(session)) kept[count++].reset(copy);
    return 0;
}

COHUB_DECL void tls_context::forget_sessions() noexcept
{
    std::lock_guard lock(mutex_);
    while (session_count_ != 0) sessions_[--session_count_].reset();
}

COHUB_DECL ssl_session_ptr tls_context::take_session()
{
    std::lock_guard lock(mutex_);
    if (session_count_ == 0) return nullptr;
    // A TLS 1.3 ticket should be used once (RFC 8446, C.4). The last one is kept in case no other
    // comes.
    if (session_count_ > 1) return std::move(sessions_[--session_count_]);
    return ssl_session_ptr(SSL_SESSION_dup(sessions_[0].get()));
}

COHUB_DECL ssl_ptr tls_context::make_client()
{
    ssl_ptr ssl(SSL_new(context_.get()));
    if (!ssl) return nullptr;
    X509_VERIFY_PARAM* const rules = SSL_get0_param(ssl.get());
    bool bound = false;
    if (is_address_)
        bound = X509_VERIFY_PARAM_set1_ip_asc(rules, host_.c_str()) == 1;
    else {
        std::string_view name = host_;
        if (name.ends_with('.')) name.remove_suffix(1);  // certificates have no final dot
        // The subject's common name is obsolete (RFC 9110, 4.3.4).
        X509_VERIFY_PARAM_set_hostflags(
            rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
        );
        bound = X509_VERIFY_PARAM_set1_host(rules, name.data(), name.size()) == 1 &&
                SSL_set_tlsext_host_name(ssl.get(), std::string(name).c_str()) == 1;
    }
    if (!bound) return nullptr;
    if (auto const session = take_session()) SSL_set_session(ssl.get(), session.get());
    SSL_set_connect_state(ssl.get());
    return ssl;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
