#ifndef COHUB_TRANSPORT_IMPL_CLIENT_LOAD_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_LOAD_IPP

// Part of the client: its behaviour when the server is overloaded or silent.

#include <cohub/core/text.hpp>
#include <cohub/transport/client.hpp>

#include <algorithm>
#include <utility>

namespace cohub::inline abi_0_2::transport {

/// How often a late call is sent nevertheless, so that an estimate that is too high corrects
/// itself. The first interval is for a call that has too little time by all answers so far. The
/// second one is the minimum for a call that has too little time only because of the silence.
inline constexpr clock::duration probe_interval = std::chrono::seconds(1);
inline constexpr clock::duration least_probe_interval = std::chrono::milliseconds(100);

inline clock::duration client::silence_interval() const noexcept
{
    return std::clamp(service_.usual(), least_probe_interval, probe_interval);
}

/// Whether a call should be sent now. During a silence, a server may be busy with requests for
/// which nobody waits any more. So only few calls test whether the silence is over, on new and on
/// old connections, because otherwise it would never end. The other calls wait for the result.
inline client::prospect client::prospect_of(operation& op) noexcept
{
    auto const left = op.deadline - now_;
    if (left <= clock::duration(0)) return prospect::none;
    if (!options_.pool.refuse_late_calls || op.req.expected_duration.count() != 0 || op.is_probe)
        return prospect::good;
    if (left >= service_.likely()) return prospect::good;
    bool const in_time = left >= service_.usual();
    if (!in_time && !service_.is_silent() && !gives_way(op)) return prospect::good;
    if (now_ - last_probe_ < (in_time ? silence_interval() : probe_interval))
        return in_time ? prospect::waits : prospect::none;
    last_probe_ = now_;
    op.is_probe = true;
    return prospect::good;
}

/// Whether a late call is not sent, in favour of others. It is sent if it had to wait for a new
/// connection and not for the server, or if no call behind it has more time.
inline bool client::gives_way(operation const& op) noexcept
{
    if (op.had_room) return false;
    auto const* const last = pool_.newest();
    return last != nullptr &&
           static_cast<operation const*>(last)->deadline - now_ >= service_.usual();
}

/// Checks the calls that wait for the end of a silence: it is over, or another one may test that.
COHUB_DECL void client::look_at_held() noexcept
{
    if (!held_) return;
    if (service_.is_silent() && now_ - last_probe_ < silence_interval()) {
        // Another call has tested it since the timer was set.
        if (!probe_timer_.waiting()) set_probe_timer();
        return;
    }
    held_ = false;
    serving_left_ = true;
}

COHUB_DECL void client::set_probe_timer() noexcept
{
    try {
        timers_.set(probe_timer_, last_probe_ + silence_interval());
    } catch (...) {
        // Without memory for it, the ticker calls this again.
        detail::idle_ticker::remind(*this, std::chrono::steady_clock::now());
    }
}

COHUB_DECL void client::hold(operation& op) noexcept
{
    try {
        if (!pool_.is_waiting(op)) pool_.wait(op);
    } catch (...) {
        // Without memory for its place, this call ends, and the next one is served.
        serving_left_ = true;
        discard(op);
        return finish(op, detail::current_failure().code);
    }
    held_ = true;
    set_probe_timer();
}

COHUB_DECL void client::end_late(operation& op) noexcept
{
    auto const left = op.deadline - now_;
    if (left <= clock::duration(0)) return end_call(op, failure(errc::timeout));
    ++counters_.refused;
    auto const ms = [](auto t) {
        return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(t).count());
    };
    failure f(errc::overloaded);
    try {
        f.detail = cohub::detail::concat(
            {ms(left), " ms are left, and an answer takes up to ", ms(service_.likely()), " ms now"}
        );
    } catch (...) {
        // The failure then has no text.
    }
    end_call(op, f);
}

inline constexpr clock::duration least_attempt = std::chrono::seconds(5);

/// When the attempt that was sent at `sent` is given up. The last attempt has all the time of the
/// call. This also holds for an attempt that would leave no time for another one of its length.
/// After an attempt that was given up, the next one has four times as long: the call itself may
/// take long.
inline clock::time_point client::attempt_end(operation const& op, clock::time_point sent)
    const noexcept
{
    if (!op.safe() || op.attempts + 1 >= op.max_attempts) return op.deadline;
    constexpr std::chrono::milliseconds longest_expected = std::chrono::hours(24);
    clock::duration limit = std::min(op.req.expected_duration, longest_expected);
    if (options_.timeouts.attempt)
        limit = std::max<clock::duration>(limit, *options_.timeouts.attempt);
    else {
        limit = std::max(limit, 4 * service_.likely());
        limit = std::max(limit, least_attempt);
    }
    for (int i = 0; i != op.given_up && limit < op.deadline - sent; ++i) limit *= 4;
    return op.deadline - sent < 2 * limit ? op.deadline : sent + limit;
}

/// Whether a call whose attempt is given up now can be sent again, if that needs so much time.
inline bool client::may_repeat(operation const& op, clock::duration needs) noexcept
{
    auto const held_back = std::max(hold_until_ - now_, clock::duration(0));
    return op.deadline - now_ >= held_back + needs && (has_no_budget() || budget_.has_one(now_));
}

/// The time limit of a call, or of an attempt, has passed without an answer.
COHUB_DECL void client::not_answered(operation const& op) noexcept
{
    auto const* const c = static_cast<connection const*>(op.connection);
    if (c == nullptr || c->life().answer_began()) return;
    // If other calls are answered meanwhile, the reason is this call or this connection, and the
    // others are not affected.
    if (last_answer_ > c->asked) return;
    if (op.req.expected_duration.count() == 0) service_.nothing_heard(now_ - c->asked);
    // A peer that has disappeared has also disappeared for the other connections.
    while (auto* const m = pool_.take_unheard_since(c->asked)) {
        ++counters_.suspects;
        drop(static_cast<connection&>(*m), false);
    }
}

/// Decides about repeating a call that the server may have received: not before the time that the
/// server named, for this call or another one, and within the budget.
COHUB_DECL void client::hold_back(operation const& op, call::next_try& next, failure& f)
{
    bool const asked = f.retry_after && (f.code == errc::rate_limited || f.http_status == 503);
    if (asked && *f.retry_after <= options_.retry.retry_after_cap)
        hold_until_ = std::max(hold_until_, now_ + *f.retry_after);
    if (!next.again) return;
    if (hold_until_ > now_) {
        // All calls wait for the same time: so the jitter is added to it.
        auto const jitter =
            call::backoff(options_.retry.base, options_.retry.cap, op.attempts, random());
        next.wait = std::max(next.wait, hold_until_ - now_ + jitter);
        if (op.deadline - now_ <= next.wait) {
            next = {};
            return;
        }
    }
    if (has_no_budget() || budget_.take(now_)) return;
    ++counters_.over_budget;
    next = {};
    if (!f.detail.empty()) f.detail += "; ";
    f.detail += "not repeated: the client's retry budget is used up";
}

}  // namespace cohub::inline abi_0_2::transport

#endif
