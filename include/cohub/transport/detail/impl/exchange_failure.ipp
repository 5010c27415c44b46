#ifndef COHUB_TRANSPORT_DETAIL_IMPL_EXCHANGE_FAILURE_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_EXCHANGE_FAILURE_IPP

// Part of the exchange: the failure that describes its end.

#include <cohub/transport/detail/exchange.hpp>
#include <cohub/transport/detail/tls_failure.hpp>

#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

inline exchange::action exchange::broken(failure&& f)
{
    // Allocate first: if this throws, the exchange is not closed, and the connection can still
    // notify its owner.
    if (failure_.get() != &f) failure_ = std::make_unique<failure>(std::move(f));
    state_ = state::closed;
    output_.clear();
    return {.what = step::broken};
}

inline failure exchange::timed_out() const
{
    failure f(errc::timeout);
    f.at = current_stage();
    if (state_ == state::tunnelling) f.detail = "the proxy opened no way to the server in time";
    return f;
}

inline failure exchange::lost() const
{
    failure f(received_any_ ? errc::truncated : errc::connection_lost);
    f.at = current_stage();
    if (receive_error_)
        f.cause = receive_error_;
    else if (send_error_)
        f.cause = send_error_;
    // A server that uses TLS often silently ends a connection without TLS.
    if (!tls_ && !received_any_ && exchanges_ <= 1 && request_sent_)
        f.detail = "does this port speak TLS? then it is https://";
    return f;
}

inline failure exchange::tls_failure(bool shaking)
{
    unsigned long const code = tls_->error();
    bool const silent = is_plain_end(code);
    // A server that accepted a session, and then ended the connection silently, may not be able to
    // use it.
    bool const resumed_in_vain = session_reused() && exchanges_ <= 1 && !received_any_;
    if (shaking || !silent || resumed_in_vain) context_->forget_sessions();
    failure f;
    if (silent || receive_error_ || send_error_) {
        f = lost();
        if (shaking) {
            f.code = errc::connection_lost;
            f.detail = "the server ended the connection inside the TLS handshake";
        }
    } else
        f = describe_tls_failure(code, tls_->verdict(), shaking);
    f.at = shaking ? stage::handshaking : current_stage();
    return f;
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
