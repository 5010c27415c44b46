#ifndef COHUB_TRANSPORT_DETAIL_IMPL_EXCHANGE_SETUP_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_EXCHANGE_SETUP_IPP

// Part of the exchange: from a name to a connection that can carry a request.

#include <cohub/transport/detail/exchange.hpp>

#include <boost/asio/error.hpp>

#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

inline exchange::action exchange::in_resolving(event const& e)
{
    switch (e.what) {
        case kind::resolved: {
            addresses_ = e.n;
            state_ = state::connecting;
            action a = connect_next({});
            a.begins = stage::connecting;
            return a;
        }
        case kind::resolve_failed:
            return broken(std::move(*e.why));
        case kind::time_over:
            return broken(timed_out());
        default:
            return {};
    }
}

inline exchange::action exchange::connect_next(event const& last)
{
    // The failure describes the first address for which more than a code is known.
    if (last.why != nullptr && !failure_)
        failure_ = std::make_unique<failure>(std::move(*last.why));
    if (next_address_ != addresses_) {
        if (!is_racing()) ++connects_;
        return {.what = step::connect, .n = next_address_++};
    }
    if (connects_ != 0) return {};  // the other one may still succeed
    if (failure_) return broken(std::move(*failure_));
    failure f(
        errc::connect_failed,
        tunnel_ ? "is the proxy running there, and is its port right?"
                : "is the service running there, and is the port right?"
    );
    f.cause = last.ec;
    f.at = stage::connecting;
    return broken(std::move(f));
}

inline exchange::action exchange::in_connecting(event const& e)
{
    switch (e.what) {
        case kind::connected:
            connects_ = 0;
            failure_.reset();  // it belongs to another address
            return tunnel_ ? begin_tunnel() : way_stands();
        case kind::connect_failed:
            --connects_;
            return connect_next(e);
        case kind::address_over:
            return connect_next(e);
        case kind::time_over:
            return broken(timed_out());
        default:
            return {};
    }
}

// ---- through a proxy ---------------------------------------------------------------------------

inline exchange::action exchange::begin_tunnel()
{
    state_ = state::tunnelling;
    tunnel_->begin(output_);
    return write_output();
}

inline exchange::action exchange::in_tunnelling(event const& e)
{
    switch (e.what) {
        case kind::received:
            take_input(e.n);
            return read_tunnel();
        case kind::ended:
        case kind::receive_failed:
            return no_way(e.ec);
        case kind::wrote:
            return wrote(e.n);
        case kind::write_failed:
            return write_failed(e.ec);
        case kind::writable:
            return write_output();
        case kind::time_over:
            return broken(timed_out());
        default:
            return {};
    }
}

inline exchange::action exchange::read_tunnel()
{
    plain_input_ = false;
    failure why;
    std::size_t used = 0;
    auto const s = tunnel_->take(input_.unread(), used, output_, why);
    input_.used(used);
    if (s == tunnel::status::waits) return write_output();
    if (s == tunnel::status::stands && !input_.is_read())
        why = failure(errc::proxy_refused, "the proxy let the server speak before it was asked");
    else if (s == tunnel::status::stands) {
        input_.clear();
        bytes_received_ = 0;
        return way_stands();
    }
    why.at = stage::connecting;
    return broken(std::move(why));
}

inline exchange::action exchange::no_way(error_code ec)
{
    failure f(errc::connect_failed, "the proxy ended the connection before the way was open");
    f.cause = ec ? ec : send_error_;
    f.at = stage::connecting;
    return broken(std::move(f));
}

/// The connection now leads to the server.
inline exchange::action exchange::way_stands()
{
    if (!context_) {
        state_ = state::idle;
        return {.what = step::ready};
    }
    state_ = state::handshaking;
    tls_.emplace(context_->make_client(), output_);
    action a = shake_hands();
    a.begins = stage::handshaking;
    return a;
}

// ---- TLS ---------------------------------------------------------------------------------------

inline exchange::action exchange::in_handshaking(event const& e)
{
    switch (e.what) {
        case kind::received:
            take_input(e.n);
            return shake_hands();
        case kind::ended:
        case kind::receive_failed:
            input_over_ = true;
            receive_error_ = e.ec;
            tls_->end_input();
            return shake_hands();
        case kind::wrote:
            return wrote(e.n);
        case kind::write_failed:
            return write_failed(e.ec);
        case kind::writable:
            return write_output();
        case kind::time_over:
            // The server may be unable to handle the offered session.
            context_->forget_sessions();
            return broken(timed_out());
        default:
            return {};
    }
}

inline exchange::action exchange::shake_hands()
{
    auto const s = tls_->handshake();
    shaken_ = s == tls_engine::status::done;
    if (s == tls_engine::status::failed || s == tls_engine::status::ended)
        failure_ = std::make_unique<failure>(tls_failure(true));
    // The last output of TLS, which may be an alert, is sent before anything else.
    return write_output();
}

inline exchange::action exchange::handshake_done()
{
    // A session ticket may arrive with the end of the handshake. Data must not.
    if (!is_harmless()) {
        if (failure_) return broken(std::move(*failure_));
        failure f(errc::protocol_error, "the server spoke before it was asked");
        f.at = stage::handshaking;
        return broken(std::move(f));
    }
    // The buffer may have grown for the certificates. Answers start again with a small one.
    if (tls_->input_left() == 0) {
        raw_.reset();
        raw_capacity_ = 0;
    }
    state_ = state::idle;
    return {.what = step::ready};
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
