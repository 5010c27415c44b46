#ifndef COHUB_BATCHING_DETAIL_IMPL_READS_IPP
#define COHUB_BATCHING_DETAIL_IMPL_READS_IPP

#include <cohub/batching/detail/reads.hpp>
#include <cohub/call/answer.hpp>
#include <cohub/core/text.hpp>
#include <cohub/json/decode.hpp>

#include <boost/asio/cancellation_type.hpp>

#include <algorithm>
#include <new>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2::batching::detail {

/// Keeps the text of an answer, of which nothing is read but whether it is a refusal: the client
/// has to know that to repeat what may be repeated.
class kept_text final : public call::result_adapter
{
public:
    explicit kept_text(boost::intrusive_ptr<call::result_adapter const> of) : of_(std::move(of)) {}

    /// @param value a std::string
    json::outcome decode(
        std::string_view body, json::detail::type_info const&, void* value, json::envelope e
    ) const noexcept override
    {
        json::outcome o;
        try {
            static_cast<std::string*>(value)->assign(body);
            json::nothing nothing;
            o = json::decode(body, nothing, e);
        } catch (std::bad_alloc const&) {
            o.status = json::outcome::code::bad_shape;
        }
        return o;
    }
    bool accepts_error(errc e, std::string_view server_message) const noexcept override
    {
        return of_ && of_->accepts_error(e, server_message);
    }

private:
    boost::intrusive_ptr<call::result_adapter const> of_;
};

/// A call of the client's. One reference is the client's, from its start to its end.
class reads::leg final : public call::operation, public boost::intrusive_ref_counter<leg>
{
public:
    leg(call::request&& r, boost::intrusive_ptr<reads> to, flight_ptr of)
        : operation(std::move(r), json::detail::type_of<json::nothing>::info, &text),
          to_(std::move(to)),
          of_(std::move(of))
    {
    }

    /// On the client's executor.
    bool deliver(bool) override
    {
        leg_ptr const self(this, false);
        auto const to = std::move(to_);
        auto const of = std::move(of_);
        {
            core_lock const lock(*to);
            to->came(of, *this);
        }
        to->work();
        core_lock lock(*to);
        lock.dispatch(core_lock::from::own_handler);
        return true;
    }
    void abandon() noexcept override
    {
        leg_ptr const self(this, false);
        of_.reset();
        to_.reset();
    }

    std::string text;      // of the answer
    bool started = false;  // the client has it; with the room's lock

private:
    boost::intrusive_ptr<reads> to_;
    flight_ptr of_;
};

COHUB_DECL reads::reads(boost::intrusive_ptr<transport::client> client)
    : waiting_room(std::move(client), call::room::reads)
{
}

COHUB_DECL reads::~reads()
{
    while (!todo_.empty()) intrusive_ptr_release(&todo_.pop_front());
}

// ---- callers -----------------------------------------------------------------------------------

COHUB_DECL void reads::start(call::operation& op)
{
    auto const& o = op.req.options;
    if (op.req.problem.empty() && !op.safe())
        op.req.problem = cohub::detail::concat(
            {"only reads can be shared or hedged, and \"",
             op.req.name,
             "\" may change something: leave out shared() and hedge_after()"}
        );
    bool const shares = o.is_shared() && o.headers().empty() && o.retries() < 0;
    if (!op.req.problem.empty() || (!shares && o.hedge_delay().count() < 0))
        return client_->start(op);
    call::channel_ptr const keep(this);
    {
        core_lock lock(*this);
        admit(op);
        lock.dispatch(core_lock::from::elsewhere);
    }
    work();
}

/// All that decides on what is sent, and which key goes along. The encoders write the same bytes
/// for the same arguments.
inline std::string reads::key_of(operation const& op) const
{
    auto const& r = op.req;
    std::string key = std::to_string(client_->key_number());
    for (std::string_view const part :
         {r.verb,
          r.target,
          std::string_view(r.target_end),
          r.content_type,
          std::string_view(r.name),
          std::string_view(r.fields),
          std::string_view(r.body)}) {
        key += ' ';
        key += std::to_string(part.size());
        key += ':';
        key += part;
    }
    key += r.with_key ? 'k' : '-';
    key += r.bearer ? 'b' : '-';
    key += r.is_rpc ? 'r' : '-';
    return key;
}

COHUB_DECL void reads::join(operation& op)
{
    auto const& o = op.req.options;
    std::string key;
    if (o.is_shared() && o.headers().empty() && o.retries() < 0) key = key_of(op);
    flight_ptr f;
    if (!key.empty())
        if (auto const found = shared_.find(key); found != shared_.end()) f = found->second;
    bool const is_new = !f;
    if (is_new) f = new flight;
    if (o.hedge_delay().count() >= 0 && f->hedge_delay.count() < 0) {
        constexpr std::chrono::nanoseconds longest = std::chrono::hours(24 * 365);
        timers_.set(*f, now_ + std::min(o.hedge_delay(), longest));
        f->hedge_delay = o.hedge_delay();
    }
    if (is_new && !key.empty()) try {
            shared_.emplace(key, f.get());
            f->key = std::move(key);
        } catch (...) {
            timers_.remove(*f);
            throw;
        }
    f->callers.push_back(op);
    if (is_new)
        add_work(*f);
    else {
        ++client_->counts().joined;
        op.enter(stage::reading_head, now_);
    }
    op.connection = f.detach();
}

/// It is no caller of its flight any more.
/// @return the flight; null: it had none
inline auto reads::let_go(operation& op) noexcept -> flight_ptr
{
    flight_ptr f(static_cast<flight*>(std::exchange(op.connection, nullptr)), false);
    if (f && cohub::detail::linked_list<call::waiter, call::waiter>::holds(op))
        f->callers.erase(op);
    return f;
}

COHUB_DECL void reads::leave(operation& op) noexcept
{
    auto const f = let_go(op);
    if (!f || !f->callers.empty()) return;
    close_flight(*f);
    add_work(*f);
    post_work();
}

/// Nobody joins it any more, and it is not hedged.
inline void reads::close_flight(flight& f) noexcept
{
    f.over = true;
    timers_.remove(f);
    if (!f.key.empty()) shared_.erase(f.key);
    f.key.clear();
}

// ---- what is done without the lock, since hooks may be asked
// -------------------------------------

inline void reads::add_work(flight& f) noexcept
{
    if (todo_.holds(f)) return;
    intrusive_ptr_add_ref(&f);
    todo_.push_back(f);
}

inline void reads::post_work() noexcept
{
    try {
        post_without_lock([](io_core& c, std::uint64_t) { static_cast<reads&>(c).work(); });
    } catch (...) {
        // It is done with what comes next.
    }
}

inline void reads::work() noexcept
{
    for (;;) {
        flight_ptr f;
        leg_ptr unwanted[2];
        bool begins = false, hedges = false;
        {
            core_lock const lock(*this);
            if (todo_.empty()) return;
            f = flight_ptr(&todo_.pop_front(), false);
            if (f->over) {
                for (int i = 0; i != 2; ++i)
                    if (f->legs[i] && f->legs[i]->started) unwanted[i].swap(f->legs[i]);
            } else {
                begins = !f->legs[0];
                hedges = !begins;
            }
        }
        for (auto const& l : unwanted)
            if (l) client_->cancel(*l, boost::asio::cancellation_type::terminal);
        if (begins) begin(f);
        if (hedges) hedge(f);
    }
}

inline void reads::begin(flight_ptr const& f) noexcept
{
    leg_ptr l;
    try {
        {
            core_lock const lock(*this);
            if (f->over || f->legs[0]) return;
            l = new leg(request_of(*f), this, f);
            f->legs[0] = l;
        }
        intrusive_ptr_add_ref(l.get());  // the client's
        try {
            client_->start(*l);
        } catch (...) {
            l->abandon();
            throw;
        }
        bool unwanted = false;
        {
            core_lock const lock(*this);
            l->started = true;
            unwanted = f->over;
        }
        if (unwanted) client_->cancel(*l, boost::asio::cancellation_type::terminal);
    } catch (...) {
        core_lock lock(*this);
        f->legs[0].reset();
        fail_all(*f, transport::detail::current_failure());
        lock.dispatch(core_lock::from::elsewhere);
    }
}

inline void reads::hedge(flight_ptr const& f) noexcept
{
    using answer = transport::client::hedge;
    leg_ptr first, second;
    auto came_of_it = answer::never;
    try {
        {
            core_lock const lock(*this);
            if (f->over || !std::exchange(f->to_hedge, false) || f->hedged || !f->legs[0]) return;
            first = f->legs[0];
            second = new leg(request_of(*f), this, f);
            // From here it may come back at any time.
            f->legs[1] = second;
            f->hedged = true;
        }
        intrusive_ptr_add_ref(second.get());  // the client's
        came_of_it = client_->start_hedge(*second, *first);
    } catch (...) {
        // Without memory, it is not hedged.
    }
    bool unwanted = false;
    {
        core_lock lock(*this);
        if (came_of_it == answer::sent) {
            second->started = true;
            unwanted = f->over;
        } else if (second) {
            if (f->legs[1] == second) {
                f->legs[1].reset();
                f->hedged = false;
            }
            constexpr std::chrono::nanoseconds least = std::chrono::milliseconds(1);
            if (!f->over && !f->legs[0]) {
                // The first one has failed meanwhile, and left it to this one.
                failure const unknown(errc::connection_lost);
                fail_all(*f, f->lost ? *f->lost : unknown);
            } else if (came_of_it == answer::later && !f->over)
                try {
                    timers_.set(*f, now_ + std::max(f->hedge_delay, least));
                } catch (...) {
                    // Without memory, it is not hedged.
                }
        }
        lock.dispatch(core_lock::from::elsewhere);
    }
    if (came_of_it != answer::sent && second) second->abandon();
    if (unwanted) client_->cancel(*second, boost::asio::cancellation_type::terminal);
}

inline call::request reads::request_of(flight& f)
{
    auto& first = static_cast<operation&>(f.callers.front());
    bool tells = false;
    auto deadline = now_;
    for (auto* w = f.callers.first(); w != nullptr; w = f.callers.after(*w)) {
        auto& op = static_cast<operation&>(*w);
        tells = tells || op.tells_timeout;
        deadline = std::max(deadline, op.deadline);
        op.enter(stage::reading_head, now_);
    }
    f.until = deadline;
    call::request r = first.req;
    auto const& of_caller = std::as_const(first.req.options);
    call_options o;
    for (auto const& [name, value] : of_caller.headers()) o.header(name, value);
    o.retries(of_caller.retries()).idempotent(of_caller.idempotent());
    if (tells) o.deadline(deadline);
    r.options = o;
    r.sent_while_draining = true;
    r.holds_secret = r.holds_secret || first.type->confidential;
    r.adapter = new kept_text(r.adapter);
    if (!r.result_member.empty()) {
        // Only the callers can tell a refusal from a result.
        r.result_member = {};
        r.answer = json::envelope::none;
    }
    return r;
}

// ---- answers -----------------------------------------------------------------------------------

/// A leg has come back.
inline void reads::came(flight_ptr const& f, leg& l) noexcept
{
    bool const is_first = f->legs[0] == &l;
    auto const self = std::exchange(f->legs[is_first ? 0 : 1], nullptr);
    if (f->over || !self) return;  // nobody waits for it
    // The other one counts as an attempt.
    if (is_first && f->hedged) ++l.attempts;
    if (!l.error && !l.bare_error) {
        if (!is_first) ++client_->counts().hedges_won;
        return settle(*f, l);
    }
    failure bare;
    bare.code = l.bare_error;
    failure const& why = l.error ? *l.error : bare;
    call::attempt a;
    a.declared = retry::safe;
    bool const is_answer = why.http_status != 0 && !call::detail::worth_another(why, a);
    if (!is_answer) {
        // The other one may fare better.
        if (f->legs[0] || f->legs[1]) {
            f->lost = std::move(l.error);
            return;
        }
        if (begins_anew(*f, why)) return;
    }
    if (l.error) {
        l.error->attempts = l.attempts;
        l.error->maybe_sent = l.error->maybe_sent || f->hedged;
    }
    if (f->callers.size() == 1) {
        auto& op = static_cast<operation&>(f->callers.front());
        take_over(op, l);
        op.extras = std::move(l.extras);
    }
    fail_all(*f, why);
}

/// The leg had the time of those who waited when it began. For others, who have come since with
/// more time, there is another one.
inline bool reads::begins_anew(flight& f, failure const& why) noexcept
{
    if (why.code != errc::timeout || now_ < f.until || closed_) return false;
    for (auto* w = f.callers.first(); w != nullptr; w = f.callers.after(*w))
        if (static_cast<operation*>(w)->deadline > now_) {
            f.hedged = false;
            f.lost.reset();
            add_work(f);
            return true;
        }
    return false;
}

/// The figures of the leg become those of the one call that it was sent for.
inline void reads::take_over(operation& op, leg& l) noexcept
{
    op.spent = l.spent;
    op.since = now_;
    op.bytes_sent = l.bytes_sent;
    op.bytes_received = l.bytes_received;
    op.new_connection = l.new_connection;
}

inline void reads::settle(flight& f, leg& l) noexcept
{
    close_flight(f);
    if (f.legs[0] || f.legs[1]) add_work(f);
    f.answered_by = &l;
    f.text.swap(l.text);
    f.status = l.http_status;
    if (f.status == 204) f.text.clear();  // it is that of an earlier attempt
    f.is_ones_own = f.callers.size() == 1;
    if (f.is_ones_own) take_over(static_cast<operation&>(f.callers.front()), l);
    while (!f.callers.empty()) {
        auto& op = static_cast<operation&>(f.callers.pop_front());
        op.attempts = l.attempts;
        op.sent = true;
        op.http_status = l.http_status;
        op.enter(stage::reading_body, now_);
        op.answered = true;
        answered(op, f.text.size());
    }
}

inline void reads::fail_all(flight& f, failure const& why) noexcept
{
    close_flight(f);
    if (f.legs[0] || f.legs[1]) add_work(f);
    while (!f.callers.empty()) {
        auto& op = static_cast<operation&>(f.callers.front());
        let_go(op);
        auto const* const adapter = op.req.adapter.get();
        if (why.http_status / 100 == 2 && adapter != nullptr &&
            adapter->accepts_error(why.kind(), why.server_message)) {
            op.attempts = why.attempts;
            finish(op, std::unique_ptr<failure>());
        } else
            fail(op, why);
    }
}

COHUB_DECL std::optional<failure> reads::decode(operation& op)
{
    auto const& f = *static_cast<flight const*>(op.connection);
    if (op.type->kind == json::detail::kind::nothing &&
        (f.status == 204 || (f.text.empty() && op.req.answer == json::envelope::none)))
        return std::nullopt;
    auto why = call::read_value(op, f.text, {});
    if (!why) return why;
    why->http_status = f.status;
    why->at = stage::reading_body;
    client_->hide_secrets(*why, *f.answered_by);
    return why;
}

COHUB_DECL void reads::on_decoded(operation& op, std::unique_ptr<failure> f) noexcept
{
    auto const of = let_go(op);
    if (of->is_ones_own) op.extras = std::move(of->answered_by->extras);
    op.answered = false;
    finish(op, std::move(f));
}

// ---- time, and the end -------------------------------------------------------------------------

COHUB_DECL void reads::own_timer_due(timer_node& node) noexcept
{
    auto& f = static_cast<flight&>(node);
    f.to_hedge = true;
    add_work(f);
    post_work();
}

COHUB_DECL void reads::forget_all() noexcept
{
    for (auto* op = calls_.first(); op != nullptr; op = calls_.after(*op))
        if (auto const f = let_go(*op)) {
            if (!f->over) close_flight(*f);
            op->sent = f->legs[0] || f->legs[1];
        }
    while (!todo_.empty()) intrusive_ptr_release(&todo_.pop_front());
}

}  // namespace cohub::inline abi_0_2::batching::detail

#endif
