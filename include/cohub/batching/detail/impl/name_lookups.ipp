#ifndef COHUB_BATCHING_DETAIL_IMPL_NAME_LOOKUPS_IPP
#define COHUB_BATCHING_DETAIL_IMPL_NAME_LOOKUPS_IPP

#include <cohub/batching/detail/name_lookups.hpp>
#include <cohub/cocalc/names.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace cohub::batching::detail {

/// What the client's call is completed by. Runs on the client's executor.
struct name_lookups::answer_handler
{
    void operator()(result<names_by_account> r)
    {
        core_lock lock(*to);
        to->settle(of, r);
        lock.dispatch(core_lock::from::own_handler);
    }

    boost::intrusive_ptr<name_lookups> to;
    batch_ptr of;
};

/// Begins the client's call: without the lock, since hooks may be asked.
struct name_lookups::begin_task
{
    void operator()() { to->begin_call(of); }

    boost::intrusive_ptr<name_lookups> to;
    batch_ptr of;
};

/// Ends it, for the same reason.
struct name_lookups::give_up_task
{
    void operator()() { to->client_->give_up(of->name); }

    boost::intrusive_ptr<name_lookups> to;
    batch_ptr of;
};

COHUB_DECL name_lookups::name_lookups(boost::intrusive_ptr<transport::client> client)
    : io_core(*this, *client), client_(std::move(client))
{
}

// ---- callers -----------------------------------------------------------------------------------

COHUB_DECL void name_lookups::start(call::operation& op)
{
    // Settings that a call of many cannot have for one of them.
    auto const& o = op.req.options;
    if (!op.req.problem.empty() || !o.headers().empty() || o.retries() >= 0)
        return client_->start(op);
    core_lock lock(*this);
    op.since = now_;
    op.at = stage::queued;
    op.coalesced = true;
    set_deadline(op);
    calls_.push_back(op);
    try {
        if (closed_ || !client_->takes_calls())
            end(op, errc::client_closed);
        else if (calls_.size() > options_.pool.max_waiting)
            end(op, errc::overloaded);
        else if (op.deadline <= now_)
            end(op, errc::timeout);
        else {
            timers_.set(op, op.deadline);
            join(op);
        }
    } catch (...) {
        if (!op.finished) {
            timers_.remove(op);
            leave(op);
            calls_.erase(op);
            op.coalesced = false;
            throw;
        }
    }
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL void name_lookups::cancel(
    call::operation& op, boost::asio::cancellation_type type
) noexcept
{
    if (!op.coalesced) return client_->cancel(op, type);
    core_lock lock(*this);
    // It only reads, so that any kind of cancellation will do.
    if (!op.finished) end(op, errc::cancelled);
    lock.dispatch(core_lock::from::elsewhere);
}

inline void name_lookups::join(operation& op)
{
    auto const& rules = options_.coalesce;
    if (!open_) {
        auto const made = std::make_shared<batch>();
        batches_.reserve(batches_.size() + 1);
        timers_.set(window_timer_, now_ + rules.window);
        batches_.push_back(made);
        open_ = made;
        hold_client();
    }
    batch_ptr const b = open_;
    std::string const& id = op.req.subject;
    bool const is_new = std::none_of(b->members.begin(), b->members.end(), [&](member const& m) {
        return m.id == id;
    });
    try {
        b->members.push_back({&op, id});
    } catch (...) {
        if (b->waiting == 0) drop(b);
        throw;
    }
    ++b->waiting;
    if (is_new) ++b->ids;
    op.connection = b.get();
    if (b->ids >= rules.max_ids) ask(b);
}

/// It waits no longer. A call that nobody waits for any more is given up.
inline void name_lookups::leave(operation& op) noexcept
{
    auto* const of = static_cast<batch*>(std::exchange(op.connection, nullptr));
    if (of == nullptr) return;
    auto const m = std::find_if(of->members.begin(), of->members.end(), [&](member const& one) {
        return one.op == &op;
    });
    m->op = nullptr;
    if (--of->waiting != 0) return;
    auto const b = *std::find_if(batches_.begin(), batches_.end(), [of](batch_ptr const& one) {
        return one.get() == of;
    });
    if (!b->sent) return drop(b);
    try {
        boost::asio::post(executor_, give_up_task{boost::intrusive_ptr<name_lookups>(this), b});
    } catch (...) {
        // It goes on to its end, for nobody.
    }
}

/// Nobody waits in it, and nothing is asked for.
inline void name_lookups::drop(batch_ptr const& b) noexcept
{
    if (b == open_) {
        open_.reset();
        timers_.remove(window_timer_);
    }
    std::erase(batches_, batch_ptr(b));
    hold_client();
}

inline void name_lookups::end(operation& op, errc why) noexcept
{
    leave(op);
    try {
        auto f = std::make_unique<failure>(why);
        f->at = op.at;
        finish(op, std::move(f));
    } catch (...) {
        finish(op, make_error_code(why));
    }
}

inline void name_lookups::fail(operation& op, failure const& why) noexcept
{
    op.connection = nullptr;
    op.attempts = why.attempts;
    op.sent = why.maybe_sent;
    try {
        finish(op, std::make_unique<failure>(why));
    } catch (...) {
        finish(op, why.code);
    }
}

/// While look-ups are under way here, the client is not done.
inline void name_lookups::hold_client() noexcept { client_->hold_open(!batches_.empty()); }

// ---- the calls ---------------------------------------------------------------------------------

inline void name_lookups::ask(batch_ptr const& b) noexcept
{
    if (b == open_) {
        open_.reset();
        timers_.remove(window_timer_);
    }
    b->sent = true;
    try {
        post_call(b);
    } catch (...) {
        result<names_by_account> lost = transport::detail::current_failure();
        settle(b, lost);
    }
}

inline void name_lookups::post_call(batch_ptr const& b)
{
    boost::asio::post(executor_, begin_task{boost::intrusive_ptr<name_lookups>(this), b});
}

inline void name_lookups::begin_call(batch_ptr const& b)
{
    std::optional<call::request> r;
    try {
        {
            core_lock lock(*this);
            r = request_of(*b);
            if (!r) drop(b);
            lock.dispatch(core_lock::from::elsewhere);
        }
        if (!r) return;
        call::detail::launch<names_by_account, call::detail::signatures<names_by_account>::whole>(
            call::bound_call<names_by_account>(client_, std::move(*r)),
            answer_handler{boost::intrusive_ptr<name_lookups>(this), b}
        );
    } catch (...) {
        core_lock lock(*this);
        result<names_by_account> lost = transport::detail::current_failure();
        settle(b, lost);
        lock.dispatch(core_lock::from::own_handler);
    }
}

/// @return nothing if nobody waits any more
inline std::optional<call::request> name_lookups::request_of(batch& b)
{
    std::vector<std::string> ids;
    auto deadline = now_;
    for (auto const& m : b.members) {
        if (m.op == nullptr) continue;
        ids.push_back(m.id);
        deadline = std::max(deadline, m.op->deadline);
        m.op->enter(stage::reading_head, now_);
    }
    if (ids.empty()) return std::nullopt;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    call::request r = cocalc::names_request(ids);
    r.sent_while_draining = true;
    // No account's id, which is the subject of a look-up that goes alone.
    b.name = "batch " + std::to_string(++next_batch_);
    r.subject = b.name;
    r.options.deadline(deadline);
    return r;
}

/// Whether a failure may be that of one id among many, and not everybody's.
inline bool name_lookups::may_split(batch const& b, failure const& f) const noexcept
{
    if (b.ids < 2 || closed_ || !f.maybe_sent || f.http_status >= 500 || f.http_status == 404)
        return false;
    switch (f.kind()) {
        case errc::invalid_argument:
        case errc::too_large:
        case errc::bad_shape:
        case errc::api_error:
        case errc::not_found:
            break;
        default:
            return false;
    }
    // If so many parts have failed with the same words, and none has not, it is not for their ids.
    constexpr std::size_t enough = 16;
    return !b.parts || b.parts->some_succeeded || b.parts->alike < enough;
}

/// @param b a reference of its own, since it leaves `batches_`
inline void name_lookups::settle(batch_ptr b, result<names_by_account>& r)
{
    std::erase(batches_, b);
    if (r && b->parts) b->parts->some_succeeded = true;
    if (!r) try {
            if (b->parts) {
                std::string const& words = r.error().server_message;
                if (b->parts->alike == 0) b->parts->words = words;
                if (b->parts->words == words) ++b->parts->alike;
            }
            if (may_split(*b, r.error()) && split(*b)) return hold_client();
        } catch (...) {
            // Without memory to ask again, all have this failure.
        }
    for (auto& m : b->members) {
        if (m.op == nullptr) continue;
        operation& op = *std::exchange(m.op, nullptr);
        if (!r) {
            fail(op, r.error());
            continue;
        }
        try {
            take_name(op, m.id, *r);
        } catch (...) {
            fail(op, transport::detail::current_failure());
        }
    }
    b->waiting = 0;
    hold_client();
}

/// Halves of it are asked for anew, by their ids.
/// @return false if there is but one id left
inline bool name_lookups::split(batch& b)
{
    std::vector<std::string> ids;
    for (auto const& m : b.members)
        if (m.op != nullptr) ids.push_back(m.id);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (ids.size() < 2) return false;
    std::string const pivot = ids[ids.size() / 2];
    batch_ptr const halves[2] = {std::make_shared<batch>(), std::make_shared<batch>()};
    auto const parts = b.parts ? b.parts : std::make_shared<family>();
    for (auto const& half : halves) {
        half->members.reserve(b.members.size());
        half->parts = parts;
        half->sent = true;
    }
    halves[0]->ids = ids.size() / 2;
    halves[1]->ids = ids.size() - ids.size() / 2;
    batches_.reserve(batches_.size() + 2);
    // From here on nothing fails.
    for (auto& m : b.members) {
        if (m.op == nullptr) continue;
        auto& to = *halves[m.id < pivot ? 0 : 1];
        m.op->connection = &to;
        to.members.push_back({std::exchange(m.op, nullptr), std::move(m.id)});
        ++to.waiting;
    }
    b.waiting = 0;
    for (auto const& half : halves) batches_.push_back(half);
    for (auto const& half : halves) ask(half);
    return true;
}

inline void name_lookups::take_name(
    operation& op, std::string const& id, names_by_account const& names
)
{
    op.attempts = 1;
    auto const found = names.find(id);
    if (found == names.end())
        return fail(op, failure(errc::bad_shape, "the answer has no entry for this id"));
    if (cocalc::is_nobody(found->second)) return fail(op, cocalc::no_such_account());
    *static_cast<account_names*>(op.value) = found->second;
    op.connection = nullptr;
    finish(op, std::unique_ptr<failure>());
}

// ---- time, and the end -------------------------------------------------------------------------

COHUB_DECL void name_lookups::timer_due(timer_node& node) noexcept
{
    if (node.what() == timer_node::role::call)
        return end(static_cast<operation&>(node), errc::timeout);
    if (batch_ptr const b = open_) ask(b);
}

COHUB_DECL void name_lookups::close_from_service() noexcept
{
    core_lock lock(*this);
    shutdown(failure(errc::client_closed));
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL void name_lookups::shutdown(failure const& why) noexcept
{
    closed_ = true;
    drop_all(why);
    detach();
}

COHUB_DECL void name_lookups::drop_all(failure const& why) noexcept
{
    for (auto const& b : batches_) {
        for (auto& m : b->members) m.op = nullptr;
        b->waiting = 0;
    }
    open_.reset();
    batches_.clear();
    timers_.remove(window_timer_);
    while (!calls_.empty()) fail(calls_.front(), why);
    if (!abandoned_) hold_client();
}

}  // namespace cohub::batching::detail

#endif
