#ifndef COHUB_BATCHING_DETAIL_IMPL_NAME_LOOKUPS_IPP
#define COHUB_BATCHING_DETAIL_IMPL_NAME_LOOKUPS_IPP

#include <cohub/batching/detail/name_lookups.hpp>
#include <cohub/cocalc/names.hpp>

#include <algorithm>
#include <utility>

namespace cohub::inline abi_0_2::batching::detail {

/// The client's call for all of a batch.
class name_lookups::shared_call final : public call::operation
{
public:
    shared_call(call::request&& r, boost::intrusive_ptr<name_lookups> to, batch_ptr of)
        : operation(std::move(r), json::detail::type_of<names_by_account>::info, &names_),
          to_(std::move(to)),
          of_(std::move(of))
    {
    }

    /// On the client's executor.
    bool deliver(bool) override
    {
        auto const to = to_;
        auto const of = of_;
        auto const names = std::move(names_);
        auto const why = std::move(error);
        failure bare;
        bare.code = bare_error;
        bool const failed = why || bare_error;
        delete this;
        core_lock lock(*to);
        to->settle(of, names, why ? why.get() : failed ? &bare : nullptr);
        lock.dispatch(core_lock::from::own_handler);
        return true;
    }
    void abandon() noexcept override { delete this; }

private:
    names_by_account names_;
    boost::intrusive_ptr<name_lookups> to_;
    batch_ptr of_;
};

/// The subject of the client's call. No account's id, which is the subject of a lookup that goes
/// alone.
inline std::string name_of_batch(std::uint64_t number) { return "batch " + std::to_string(number); }

COHUB_DECL name_lookups::name_lookups(boost::intrusive_ptr<transport::client> client)
    : waiting_room(std::move(client), call::room::names)
{
}

COHUB_DECL name_lookups::~name_lookups()
{
    while (!batches_.empty()) forget_batch(batches_.front());
}

// ---- callers -----------------------------------------------------------------------------------

COHUB_DECL void name_lookups::start(call::operation& op)
{
    // Settings that a call of many cannot have for one of them.
    auto const& o = op.req.options;
    if (!op.req.problem.empty() || !o.headers().empty() || o.retries() >= 0)
        return client_->start(op);
    core_lock lock(*this);
    admit(op);
    lock.dispatch(core_lock::from::elsewhere);
}

COHUB_DECL void name_lookups::join(operation& op)
{
    if (knows(op.req.subject, *static_cast<account_names*>(op.value)))
        return finish(op, std::unique_ptr<failure>());
    auto const& rules = options_.coalesce;
    if (!open_) {
        batch_ptr const made(new batch);
        timers_.set(window_timer_, now_ + rules.window);
        remember(*made);
        open_ = made;
    }
    batch_ptr const b = open_;
    std::string const& id = op.req.subject;
    bool is_new = true;
    for (auto const& m : b->members)
        if (m.id == id) {
            is_new = false;
            break;
        }
    try {
        b->members.push_back({&op, id});
    } catch (...) {
        if (b->waiting == 0) drop(b);
        throw;
    }
    ++b->waiting;
    if (is_new) ++b->ids;
    op.connection = b.get();
    if (b->ids >= rules.max_ids || rules.window.count() <= 0) ask(b);
}

/// It waits no longer. A call that nobody waits for any more is given up.
COHUB_DECL void name_lookups::leave(operation& op) noexcept
{
    auto* const of = static_cast<batch*>(std::exchange(op.connection, nullptr));
    if (of == nullptr) return;
    for (auto& m : of->members)
        if (m.op == &op) m.op = nullptr;
    if (--of->waiting != 0) return;
    if (!of->sent) return drop(open_);  // only the open one has not been sent
    try {
        // Without the lock, since hooks may be asked.
        post_without_lock(
            [](io_core& c, std::uint64_t n) { static_cast<name_lookups&>(c).give_up_call(n); },
            of->number
        );
    } catch (...) {
        // It goes on to its end, for nobody.
    }
}

/// Nobody waits in it, and nothing is asked for.
/// @param b a reference of its own
inline void name_lookups::drop(batch_ptr b) noexcept
{
    if (b == open_) {
        open_.reset();
        timers_.remove(window_timer_);
    }
    forget_batch(*b);
}

inline auto name_lookups::find(std::uint64_t number) noexcept -> batch_ptr
{
    for (batch* b = batches_.first(); b != nullptr; b = batches_.after(*b))
        if (b->sent && b->number == number) return batch_ptr(b);
    return nullptr;
}

inline void name_lookups::remember(batch& b) noexcept
{
    intrusive_ptr_add_ref(&b);
    batches_.push_back(b);
}

inline void name_lookups::forget_batch(batch& b) noexcept
{
    if (!batches_.holds(b)) return;
    batches_.erase(b);
    intrusive_ptr_release(&b);
}

// ---- the calls ---------------------------------------------------------------------------------

inline void name_lookups::ask(batch_ptr const& b) noexcept
{
    if (b == open_) {
        open_.reset();
        timers_.remove(window_timer_);
    }
    b->sent = true;
    b->number = ++next_batch_;
    try {
        // Without the lock, since hooks may be asked.
        post_without_lock(
            [](io_core& c, std::uint64_t n) { static_cast<name_lookups&>(c).begin_call(n); },
            b->number
        );
    } catch (...) {
        failure const lost = transport::detail::current_failure();
        settle(b, {}, &lost);
    }
}

inline void name_lookups::begin_call(std::uint64_t number)
{
    batch_ptr b;
    std::optional<call::request> r;
    try {
        {
            core_lock lock(*this);
            b = find(number);
            if (b) r = request_of(*b);
            if (b && !r) drop(b);
            lock.dispatch(core_lock::from::elsewhere);
        }
        if (!r) return;
        auto* const all = new shared_call(std::move(*r), this, b);
        try {
            client_->start(*all);
        } catch (...) {
            delete all;
            throw;
        }
    } catch (...) {
        core_lock lock(*this);
        failure const lost = transport::detail::current_failure();
        settle(b, {}, &lost);
        lock.dispatch(core_lock::from::own_handler);
    }
}

inline void name_lookups::give_up_call(std::uint64_t number) noexcept
{
    try {
        client_->give_up(name_of_batch(number));
    } catch (...) {
        // It goes on to its end, for nobody.
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
    r.subject = name_of_batch(b.number);
    b.asked = now_;
    b.key = client_->key_number();
    b.state = state();
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
/// @param why null: it has succeeded
inline void name_lookups::settle(
    batch_ptr b, names_by_account const& names, failure const* why
) noexcept
{
    forget_batch(*b);
    if (why == nullptr && b->parts) b->parts->some_succeeded = true;
    if (why == nullptr) try {
            learned(names, b->asked, b->key, b->state);
        } catch (...) {
            // What has no room is asked for again.
        }
    if (why != nullptr) try {
            if (b->parts) {
                std::string const& words = why->server_message;
                if (b->parts->alike == 0) b->parts->words = words;
                if (b->parts->words == words) ++b->parts->alike;
            }
            if (may_split(*b, *why) && split(*b)) return;
        } catch (...) {
            // Without memory to ask again, all have this failure.
        }
    for (auto& m : b->members) {
        if (m.op == nullptr) continue;
        operation& op = *std::exchange(m.op, nullptr);
        op.connection = nullptr;
        if (why != nullptr) {
            fail(op, *why);
            continue;
        }
        try {
            take_name(op, m.id, names);
        } catch (...) {
            fail(op, transport::detail::current_failure());
        }
    }
    b->waiting = 0;
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
    batch_ptr const halves[2] = {batch_ptr(new batch), batch_ptr(new batch)};
    auto const parts = b.parts ? b.parts : boost::intrusive_ptr<family>(new family);
    for (auto const& half : halves) {
        half->members.reserve(b.members.size());
        half->parts = parts;
        half->sent = true;
    }
    halves[0]->ids = ids.size() / 2;
    halves[1]->ids = ids.size() - ids.size() / 2;
    // From here on nothing fails.
    for (auto& m : b.members) {
        if (m.op == nullptr) continue;
        auto& to = *halves[m.id < pivot ? 0 : 1];
        m.op->connection = &to;
        to.members.push_back({std::exchange(m.op, nullptr), std::move(m.id)});
        ++to.waiting;
    }
    b.waiting = 0;
    for (auto const& half : halves) remember(*half);
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
    finish(op, std::unique_ptr<failure>());
}

// ---- time, and the end -------------------------------------------------------------------------

COHUB_DECL void name_lookups::own_timer_due(timer_node&) noexcept
{
    if (batch_ptr const b = open_) ask(b);
}

COHUB_DECL void name_lookups::forget_all() noexcept
{
    open_.reset();
    while (!batches_.empty()) {
        batch& b = batches_.front();
        for (auto& m : b.members) {
            if (m.op != nullptr) m.op->connection = nullptr;
            m.op = nullptr;
        }
        b.waiting = 0;
        forget_batch(b);
    }
    timers_.remove(window_timer_);
}

}  // namespace cohub::inline abi_0_2::batching::detail

#endif
