#ifndef COHUB_TRANSPORT_IMPL_CLIENT_SEEING_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_SEEING_IPP

// Part of the client: the data of an attempt for tracing, and the reports to hooks.

#include <cohub/core/text.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/detail/body_excerpt.hpp>
#include <cohub/transport/detail/request_rules.hpp>

#include <exception>
#include <utility>

namespace cohub::inline abi_0_2::transport {

COHUB_DECL void client::begin_attempt(operation& op)
{
    op.attempt_began = now_;
    op.is_prepared = false;
    if (options_.make_traceparent) make_span(op);
    try_now(op);
}

/// W3C Trace Context, version 0. The trace is made with the first attempt.
COHUB_DECL void client::make_span(operation& op)
{
    if (!op.extras || op.extras->trace_id[0] == 0) {
        if (!traceparent_of(op).empty()) return;  // the caller's own header is sent
        if (!op.extras) op.extras = std::make_unique<call::attempt_extras>();
        // Neither part may be zero.
        for (auto& half : op.extras->trace_id) half = random_bits() | 1;
    }
    std::string& text = op.extras->traceparent;
    text = "00-";
    auto const add = [&text](std::uint64_t bits) {
        constexpr std::string_view digits = "0123456789abcdef";
        for (int shift = 60; shift >= 0; shift -= 4) text += digits[(bits >> shift) & 15];
    };
    for (auto const half : op.extras->trace_id) add(half);
    text += '-';
    add(random_bits() | 1);
    text += "-01";
}

/// Calls the user's hook for headers after the lock is released, in the same way as an answer is
/// decoded.
COHUB_DECL void client::prepare(operation& op) noexcept
{
    op.in_preparation = op.answered = true;
    answered(op, 0);
}

COHUB_DECL std::optional<failure> client::ask_for_headers(operation& op) const
{
    auto const wrong = [](std::string why) {
        return failure(errc::invalid_argument, cohub::detail::concat({"hooks.add_headers: ", why}));
    };
    if (!op.extras) op.extras = std::make_unique<call::attempt_extras>();
    auto& list = op.extras->headers;
    list.clear();
    try {
        options_.hooks.add_headers({op.req.name, op.attempts + 1, traceparent_of(op)}, list);
    } catch (std::bad_alloc const&) {
        throw;
    } catch (std::exception const& e) {
        return wrong(cohub::detail::escaped(e.what(), 200));
    } catch (...) {
        return wrong("it threw what is no std::exception");
    }
    for (auto const& [name, value] : list)
        if (std::string why = detail::header_problem(name, value.reveal()); !why.empty())
            return wrong(std::move(why));
    return std::nullopt;
}

COHUB_DECL void client::prepared(operation& op, std::unique_ptr<failure> f) noexcept
{
    op.in_preparation = op.answered = false;
    if (op.bare_error) return finish(op, nullptr);
    if (f) return finish(op, std::move(f));
    calls_.push_back(op);
    if (closed_) return end_call(op, failure(errc::client_closed));
    if (op.is_cancelled) return end_call(op, failure(errc::cancelled));
    if (now_ >= op.deadline) return end_call(op, failure(errc::timeout));
    op.is_prepared = true;
    try {
        timers_.set(op, attempt_end(op, now_));
        try_now(op);
    } catch (...) {
        discard(op);
        finish(op, detail::current_failure().code);
    }
}

inline void client::show_bodies(attempt_event& e, operation const& op, connection const* c) const
{
    auto const show = [&](std::string_view body, bool holds_secret) -> std::string {
        if (holds_secret) return "(not shown: it holds a secret)";
        std::string text = detail::body_excerpt(body, options_.hooks.body_excerpt);
        mask(text, op);
        return text;
    };
    if (op.req.holds_secret)
        e.request_body = show({}, true);
    else
        e.request_body = show(op.req.is_rpc ? op.req.body + '}' : op.req.body, false);
    if (c != nullptr && c->now_in() == connection::state::answered)
        e.response_body =
            show(c->life().answer().body(), op.req.holds_secret || op.type->confidential);
}

COHUB_DECL std::string client::describe()
{
    auto const s = stats();
    return cohub::detail::concat(
        {origin_text_,
         " (",
         std::to_string(s.calls),
         " calls under way, ",
         std::to_string(s.idle + s.in_use),
         " connections)"}
    );
}

/// While the call waited for this new connection, it was in the same stage as the connection.
COHUB_DECL void client::book_connecting(operation& op, connection const& c) noexcept
{
    constexpr stage stages[] = {stage::resolving, stage::connecting, stage::handshaking};
    for (std::size_t i = 0; i != c.stage_begins.size(); ++i) {
        auto const begin = c.stage_begins[i];
        if (begin == clock::time_point()) continue;
        if (begin > op.since)
            op.enter(stages[i], begin);
        else
            op.at = stages[i];
    }
}

/// Adds the result of an attempt on this connection.
COHUB_DECL void client::book(operation& op, connection const& c) noexcept
{
    op.new_connection = c.life().exchanges() <= 1;
    op.bytes_sent += c.life().bytes_sent();
    op.bytes_received += c.life().bytes_received();
}

COHUB_DECL void client::trace_attempt(
    operation const& op,
    failure const* f,
    connection const* c,
    std::optional<std::chrono::nanoseconds> next_in
)
{
    if (!options_.hooks.on_attempt) return;
    attempt_event e;
    e.method = op.req.name;
    e.origin = origin_text_;
    e.attempt = op.attempts;
    if (c != nullptr) {
        e.connection = c->id();
        e.reused_connection = c->life().exchanges() > 1;
    }
    if (f != nullptr) {
        e.error = f->code;
        e.at = f->at;
        e.http_status = f->http_status;
    } else
        e.http_status = op.http_status;
    e.took = now_ - op.attempt_began;
    e.traceparent = traceparent_of(op);
    if (options_.hooks.body_excerpt != 0) show_bodies(e, op, c);
    e.next_in = next_in;
    trace(std::move(e));
}

}  // namespace cohub::inline abi_0_2::transport

#endif
