#ifndef COHUB_TRANSPORT_DETAIL_IMPL_EXCHANGE_STREAM_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_EXCHANGE_STREAM_IPP

// Part of the exchange: a stream of bytes in both directions, after an upgrade.

#include <cohub/core/secret.hpp>
#include <cohub/transport/detail/exchange.hpp>

#include <utility>

namespace cohub::inline abi_0_2::transport::detail {

inline exchange::action exchange::in_upgraded(event const& e)
{
    switch (e.what) {
        case kind::received:
            take_input(e.n);
            return read_stream();
        case kind::ended:
        case kind::receive_failed:
            input_over_ = true;
            receive_error_ = e.ec;
            if (tls_) tls_->end_input();
            return read_stream();
        case kind::read_on:
            if (waiting_) return {};
            // The owner has left something unread, so it has enough. The output of TLS is sent
            // nevertheless.
            if (!input_.is_read()) return unsent() != 0 ? write_output() : action{};
            handed_on_ = false;
            input_.clear();
            return read_stream();
        case kind::send:
            if (write_failed_) return {};
            if (!tls_) {
                if (unsent() == 0) return write(e.bytes);
                unsent_.append(e.bytes);
                return {};
            }
            if (!unencrypted_.empty()) {
                unencrypted_.append(e.bytes);
                return {};
            }
            switch (tls_->write(e.bytes)) {
                case tls_engine::status::done:
                    return write_output();
                case tls_engine::status::want_input:
                    unencrypted_.assign(e.bytes);
                    return write_output();
                case tls_engine::status::ended:
                case tls_engine::status::failed:
                    break;
            }
            return broken(tls_failure(false));
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

/// Passes received bytes on. If the owner leaves some unread, TCP slows the server down.
inline exchange::action exchange::read_stream()
{
    if (!unencrypted_.empty()) {
        auto const s = tls_->write(unencrypted_);
        if (s == tls_engine::status::done) cohub::detail::wipe(unencrypted_);
        if (s != tls_engine::status::want_input && s != tls_engine::status::done)
            return broken(tls_failure(false));
    }
    switch (read_some()) {
        case reading::bytes:
            keep_output();
            handed_on_ = true;
            return {.what = step::input};
        case reading::nothing:
            return write_output();
        case reading::ended:
            break;
    }
    return broken(failure_ ? std::move(*failure_) : lost());
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
