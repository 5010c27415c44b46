#ifndef COHUB_STREAMS_DETAIL_IMPL_RECONNECT_IPP
#define COHUB_STREAMS_DETAIL_IMPL_RECONNECT_IPP

#include <cohub/call/backoff.hpp>
#include <cohub/streams/detail/reconnect.hpp>

#include <algorithm>
#include <chrono>

namespace cohub::inline abi_0_2::streams::detail {

COHUB_DECL reconnect::action reconnect::resume(event const& e, clock::time_point now) noexcept
{
    if (state_ == state::ended) return {};
    switch (e.what) {
        case kind::receive:
            if (state_ != state::idle) return {};
            failures_ = 0;
            return connect();
        case kind::upgraded:
            if (state_ != state::connecting) return {};
            return stands(now);
        case kind::heard:
            heard_ = now;
            pinged_ = false;
            return {};
        case kind::message:
            had_message_ = true;
            return {};
        case kind::failed:
            return failed(e, now);
        case kind::timer:
            if (state_ == state::backing_off) return connect();
            if (state_ == state::open) return look(e.deaf, now);
            return {};
        case kind::relocated:
            if (state_ == state::backing_off) return connect();
            return {};
        case kind::dropped:
            state_ = state::idle;
            return {};
        case kind::close:
            state_ = state::ended;
            return {};
    }
    return {};
}

inline reconnect::action reconnect::connect() noexcept
{
    state_ = state::connecting;
    return {.what = step::connect};
}

inline reconnect::action reconnect::stands(clock::time_point now) noexcept
{
    state_ = state::open;
    ever_stood_ = true;
    had_message_ = pinged_ = false;
    refusals_ = 0;
    stood_ = heard_ = now;
    if (how_.ping_interval.count() == 0) return {};
    return {.what = step::wait, .until = now + how_.ping_interval};
}

/// Whether the server is still there.
inline reconnect::action reconnect::look(bool deaf, clock::time_point now) noexcept
{
    if (how_.ping_interval.count() == 0) return {};
    if (deaf) heard_ = now;
    auto const silent = now - heard_;
    if (silent < how_.ping_interval)
        return {.what = step::wait, .until = heard_ + how_.ping_interval};
    if (pinged_) return {.what = step::silent};
    pinged_ = true;
    return {.what = step::ping, .until = now + how_.ping_interval};
}

inline reconnect::action reconnect::failed(event const& e, clock::time_point now) noexcept
{
    failure const& f = *e.why;
    bool const stood = state_ == state::open;
    // After a stream was open for long enough, the count begins again; without a message, that
    // takes longer.
    if (stood && now - stood_ >= (had_message_ ? how_.backoff_base : how_.backoff_cap))
        failures_ = 0;
    ++failures_;
    bool const other_service = f.code == errc::ws_refused && f.http_status >= 400;
    bool const refused = f.code == errc::connect_failed || other_service;
    refusals_ = !stood && refused ? refusals_ + 1 : 0;
    state_ = state::idle;
    int const most = ever_stood_ ? how_.max_attempts : first_.max_attempts;
    bool const again = how_.reconnect && is_worth_another(f) && (most == 0 || failures_ < most);
    if (!again || (f.retry_after && *f.retry_after > first_.retry_after_cap))
        return {.what = step::give_up};
    // Never immediately: if an open always fails at once, other work still has its turn.
    std::chrono::nanoseconds wait = std::max<std::chrono::nanoseconds>(
        std::chrono::milliseconds(1),
        call::backoff(how_.backoff_base, how_.backoff_cap, failures_, e.uniform)
    );
    if (f.retry_after) wait += *f.retry_after;
    state_ = state::backing_off;
    action a{.what = step::wait, .until = now + wait};
    a.relocate = refusals_ >= max_refusals;
    if (a.relocate) refusals_ = 0;
    return a;
}

inline bool reconnect::is_worth_another(failure const& f) const noexcept
{
    switch (to_errc(f.code)) {
        case errc::resolve_failed:
        case errc::connect_failed:
        case errc::connection_lost:
        case errc::timeout:
        case errc::ws_lost:
        case errc::ws_closed:
            return true;
        case errc::ws_refused:
            if (f.http_status == 408 || f.http_status == 429 || f.http_status == 500 ||
                f.http_status == 502 || f.http_status == 503 || f.http_status == 504)
                return true;
            // A service that starts or migrates does not have all of its paths yet. If the stream
            // was never established, this is reported immediately, because the path may be wrong.
            // If the stream can search for the server, it tries again.
            return (ever_stood_ || how_.relocate) &&
                   (f.http_status == 404 || f.http_status / 100 == 5);
        default:
            return false;
    }
}

}  // namespace cohub::inline abi_0_2::streams::detail

#endif
