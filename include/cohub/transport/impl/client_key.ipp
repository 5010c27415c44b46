#ifndef COHUB_TRANSPORT_IMPL_CLIENT_KEY_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_KEY_IPP

// Part of the client: the source of its key, and the effect of a new key on calls under way.

#include <cohub/core/text.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/detail/request_rules.hpp>

#include <utility>

namespace cohub::inline abi_0_2::transport {

COHUB_DECL void client::set_api_key(secret key)
{
    std::string problem = detail::key_problem(key.reveal());
    if (key.empty() && key_use_ == key_use::required) problem = "api_key is empty";
    if (!problem.empty()) throw error(failure(errc::invalid_argument, std::move(problem)));
    detail::core_lock lock(*this);
    take_key(std::move(key));
    lock.dispatch(detail::core_lock::from::elsewhere);
}

COHUB_DECL void client::take_key(secret&& key)
{
    change_key(std::move(key));
    cohub::detail::wipe(request_);
    key_slot_.give_up();
    no_key_.reset();
    lacks_key_ = false;
    serving_key_ = !awaiting_key_.empty();
}

/// Whether a call that was refused for its key is sent once more: with the newest key, if the key
/// has changed since its attempt, or, once for each call, with one that the hook may supply.
inline bool client::may_renew_key(operation const& op, failure const& f) const noexcept
{
    if (f.code != errc::unauthorized || closed_ || op.is_cancelled || !op.req.with_key)
        return false;
    return is_old_key(op) || (options_.hooks.api_key && !op.key_renewed);
}

COHUB_DECL void client::renew_key(operation& op, failure&& f)
{
    timers_.set(op, op.deadline);
    if (is_old_key(op)) return begin_attempt(op);
    op.key_renewed = true;
    op.error = std::make_unique<failure>(std::move(f));
    wait_for_key(op);
}

/// If nobody has waited for an answer for this long, the question is repeated.
inline constexpr clock::duration key_patience = std::chrono::seconds(10);
/// After the hook had no key, it is not called for this long.
inline constexpr clock::duration key_pause = std::chrono::seconds(1);

COHUB_DECL void client::wait_for_key(operation& op)
{
    op.enter(stage::queued, now_);
    if (no_key_ && now_ - no_key_since_ < key_pause) return end_without_key(op, *no_key_);
    bool const is_stale = awaiting_key_.empty() && now_ - key_asked_ >= key_patience;
    if (!key_slot_.is_busy() || is_stale) {
        auto const number = key_slot_.begin();
        try {
            post_without_lock(
                [](io_core& c, std::uint64_t n) { static_cast<client&>(c).ask_for_key(n); }, number
            );
        } catch (...) {
            key_slot_.give_up();
            throw;
        }
        key_asked_ = now_;
    }
    op.awaits_key = true;
    awaiting_key_.push_back(op);
}

/// Runs without the lock, on the executor.
COHUB_DECL void client::ask_for_key(std::uint64_t number) noexcept
{
    using detail::answer_slot;
    auto const t = key_slot_.to_answer();
    if (!t) return;  // the parent asked before the fork
    try {
        options_.hooks.api_key([t, number](error_code why, secret key) {
            answer_slot::put(t, number, {why, {}, std::move(key)});
        });
    } catch (...) {
        answer_slot::put_exception(
            t, number, make_error_code(boost::system::errc::operation_canceled)
        );
    }
}

/// The hook has answered, or calls that waited for a key can go on.
COHUB_DECL void client::look_at_keys() noexcept
{
    try {
        if (key_slot_.is_busy())
            if (detail::answer_slot::answer a; key_slot_.take(a)) key_came(std::move(a));
    } catch (...) {
        // Without memory for the key, the calls that wait for it end.
        end_key_waiters(detail::current_failure());
    }
    if (!std::exchange(serving_key_, false)) return;
    for (int i = 0; i != detail::calls_a_turn && !awaiting_key_.empty(); ++i) {
        auto& op = static_cast<operation&>(awaiting_key_.pop_front());
        op.awaits_key = false;
        op.error.reset();
        try {
            begin_attempt(op);
        } catch (...) {
            discard(op);
            finish(op, detail::current_failure().code);
        }
    }
    serving_key_ = !awaiting_key_.empty();
}

COHUB_DECL void client::key_came(detail::answer_slot::answer&& a)
{
    std::string problem;
    if (!a.thrown.empty())
        problem = cohub::detail::concat({"it threw: ", a.thrown});
    else if (a.why)
        problem = a.why.message();
    else if (a.key.empty())
        problem = "it gave an empty key";
    else
        problem = detail::key_problem(a.key.reveal());
    if (problem.empty() && !lacks_key_ && a.key == head_.key())
        problem = "it gave the same key again";
    if (problem.empty()) return take_key(std::move(a.key));
    failure why(errc::unauthorized, cohub::detail::concat({"hooks.api_key: ", problem}));
    if (a.thrown.empty()) why.cause = a.why;
    no_key_since_ = now_;
    no_key_ = std::make_unique<failure>(why);
    end_key_waiters(why);
}

/// There is no other key: the waiting calls end as they would without the hook.
COHUB_DECL void client::end_key_waiters(failure const& why) noexcept
{
    while (!awaiting_key_.empty()) {
        auto& op = static_cast<operation&>(awaiting_key_.pop_front());
        op.awaits_key = false;
        end_without_key(op, why);
    }
}

COHUB_DECL void client::end_without_key(operation& op, failure const& why) noexcept
{
    try {
        auto f = std::exchange(op.error, nullptr);
        if (!f) f = std::make_unique<failure>(why);
        if (f->detail.empty()) f->detail = why.detail;
        finish(op, std::move(f));
    } catch (...) {
        finish(op, why.code);
    }
}

}  // namespace cohub::inline abi_0_2::transport

#endif
