#include "script_store.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <exception>
#include <stdexcept>
#include <utility>

#include "fault_parts.hpp"
#include "masking.hpp"

namespace cohub::inline abi_0_2::fake {

namespace detail {

void script_store::start_with(std::vector<fault_plan> plans)
{
    {
        std::lock_guard lock(mutex_);
        initial_ = std::move(plans);
    }
    reset();
}

std::uint64_t script_store::add(fault_plan plan)
{
    std::lock_guard lock(mutex_);
    push(std::move(plan));
    armed_.store(true, std::memory_order_release);
    return last_number_;
}

void script_store::push(fault_plan plan)
{
    queue_.push_back({++last_number_, std::move(plan), random_source(seed_ + ++drawers_)});
}

bool script_store::remove(std::uint64_t number)
{
    std::lock_guard lock(mutex_);
    return std::erase_if(queue_, [&](queued const& q) { return q.number == number; }) != 0;
}

void script_store::replace(std::vector<fault_plan> plans)
{
    std::lock_guard lock(mutex_);
    queue_.clear();
    for (fault_plan& plan : plans) push(std::move(plan));
    armed_.store(!queue_.empty(), std::memory_order_release);
}

void script_store::reset()
{
    {
        // So that the same random numbers are drawn as after the start.
        std::lock_guard lock(mutex_);
        drawers_ = 0;
    }
    replace(initial_);
}

std::optional<applied_fault> script_store::next(asked_call const& call)
{
    if (!armed_.load(std::memory_order_acquire)) return {};
    std::lock_guard lock(mutex_);
    for (auto q = queue_.begin(); q != queue_.end(); ++q) {
        if (!pattern_matches(q->plan.pattern, call.path(), call.name()) ||
            !q->plan.when.is_met_by(call)) {
            continue;
        }
        ++q->asked;
        fault step = q->plan.steps[q->at];
        if (step.chance < 1 && q->random.fraction() >= step.chance) continue;
        auto const one_of = [&q](fault_time& t) {
            auto const width = static_cast<std::uint64_t>((t.most - t.least).count());
            if (width == 0) return;
            t.most = t.least + std::chrono::milliseconds(q->random.below(width + 1));
            t.least = t.most;
        };
        one_of(step.delay);
        one_of(step.stall);
        applied_fault found{std::move(step), q->number};
        ++q->used;
        ++q->total;
        if (std::size_t const times = found.step.times; times != 0 && q->used >= times) {
            q->used = q->asked = 0;
            if (++q->at == q->plan.steps.size()) queue_.erase(q);
        }
        if (queue_.empty()) armed_.store(false, std::memory_order_release);
        return found;
    }
    return {};
}

std::vector<std::string> script_store::unused() const
{
    std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (queued const& q : queue_) {
        for (std::size_t i = q.at; i < q.plan.steps.size(); ++i) {
            fault const& step = q.plan.steps[i];
            std::size_t const used = i == q.at ? q.used : 0;
            if (step.times == 0 && used > 0) continue;
            // A step whose chance was drawn counts as tried, even if it never happened.
            if (step.chance < 1 && i == q.at && q.asked > 0) continue;
            std::string text = "scripted for '" + q.plan.pattern + "'" +
                               masked_text(q.plan.when.text()) + " and not used: " + step.text();
            if (used > 0) text += " (used " + std::to_string(used) + " times)";
            out.push_back(std::move(text));
        }
    }
    return out;
}

std::string script_store::text_of(queued const& q)
{
    std::string text = q.plan.pattern + q.plan.when.text();
    for (std::size_t i = q.at; i < q.plan.steps.size(); ++i) {
        fault step = q.plan.steps[i];
        if (i == q.at && step.times > 1) step.times -= q.used;
        text += (i == q.at ? " " : " then ") + step.text();
    }
    return text;
}

std::vector<script_store::plan_state> script_store::left() const
{
    std::lock_guard lock(mutex_);
    std::vector<plan_state> out;
    out.reserve(queue_.size());
    for (queued const& q : queue_) out.push_back({q.number, text_of(q), q.total});
    return out;
}

}  // namespace detail

using detail::fault;

script::script(detail::script_store& store, std::string pattern)
    : store_(&store), plan_(std::make_unique<detail::fault_plan>())
{
    plan_->pattern = std::move(pattern);
    plan_->steps.emplace_back();
    if (plan_->pattern.empty()) throw std::invalid_argument("a script needs a pattern; '*' is all");
}

script::script(script&& other) noexcept = default;

script::~script()
{
    if (!plan_) return;
    // A statement such as `server.script("x");` alone adds no fault.
    auto& steps = plan_->steps;
    while (!steps.empty() && steps.back().empty() && !steps.back().ok) steps.pop_back();
    for (fault& f : steps) {
        if (f.empty()) f.ok = true;
    }
    if (!steps.empty()) store_->add(std::move(*plan_));
}

namespace {

// A statement that is refused queues nothing.
template <class Change>
void change_plan(detail::fault_plan& plan, Change change)
{
    try {
        change();
    } catch (std::invalid_argument const&) {
        plan.steps.assign(1, fault());
        plan.parts.clear();
        throw;
    }
}

template <class Change>
void change_step(detail::fault_plan& plan, Change change)
{
    change_plan(plan, [&] {
        change(plan.steps.back());
        detail::check_step(plan.steps.back(), "");
    });
}

// Sets a part that a step has only once.
template <class Set>
void set_part(detail::fault_plan& plan, std::string_view word, Set set)
{
    change_step(plan, [&](fault& f) {
        detail::note_part(plan, word);
        set(f);
    });
}

void set_end(detail::fault_plan& plan, fault::place where, bool reset, std::size_t bytes = 0)
{
    set_part(plan, reset ? "reset" : "close", [&](fault& f) {
        f.end = where;
        f.end_is_reset = reset;
        f.end_bytes = bytes;
    });
}

}  // namespace

script& script::status(int code)
{
    set_part(*plan_, "status", [&](fault& f) {
        if (code < 100 || code > 999) throw std::invalid_argument("a status has three digits");
        f.status = code;
    });
    return *this;
}

script& script::header(std::string name, std::string value)
{
    change_step(*plan_, [&](fault& f) {
        f.headers.emplace_back(std::move(name), std::move(value));
    });
    return *this;
}

script& script::without_header(std::string name)
{
    change_step(*plan_, [&](fault& f) { f.without_headers.push_back(std::move(name)); });
    return *this;
}

script& script::websocket(websocket_script what)
{
    set_part(*plan_, "websocket", [&](fault& f) {
        f.websocket = detail::websocket_script_access::plan(std::move(what));
    });
    return *this;
}

script& script::body(std::string bytes)
{
    set_part(*plan_, "body", [&](fault& f) { f.body = std::move(bytes); });
    return *this;
}

script& script::json(std::string text)
{
    set_part(*plan_, "json", [&](fault& f) {
        boost::system::error_code error;
        boost::json::parse(text, error);
        if (error) throw std::invalid_argument("no JSON, which body() would send: " + text);
        f.json = std::move(text);
    });
    return *this;
}

script& script::error(std::string_view text)
{
    set_part(*plan_, "error", [&](fault& f) { f.json = detail::fault_error_answer(text); });
    return *this;
}

script& script::delay(std::chrono::milliseconds time) { return delay(time, time); }

script& script::delay(std::chrono::milliseconds least, std::chrono::milliseconds most)
{
    set_part(*plan_, "delay", [&](fault& f) {
        f.delay = detail::fault_range("delay", least, most);
    });
    return *this;
}

script& script::stall(std::chrono::milliseconds time) { return stall(time, time); }

script& script::stall(std::chrono::milliseconds least, std::chrono::milliseconds most)
{
    set_part(*plan_, "stall", [&](fault& f) {
        f.stall = detail::fault_range("stall", least, most);
    });
    return *this;
}

script& script::drip(std::size_t bytes, std::chrono::milliseconds every)
{
    set_part(*plan_, "drip", [&](fault& f) { detail::set_drip(f, bytes, every); });
    return *this;
}

script& script::chance(double p)
{
    set_part(*plan_, "chance", [&](fault& f) { f.chance = detail::fault_chance(p); });
    return *this;
}

script& script::when_args(std::string_view list)
{
    change_plan(*plan_, [&] {
        detail::check_condition_is_new(plan_->when.args.has_value(), "when_args");
        boost::system::error_code error;
        plan_->when.args = detail::fault_args("when_args", boost::json::parse(list, error));
    });
    return *this;
}

script& script::when_header(std::string name, std::string value)
{
    plan_->when.headers.emplace_back(std::move(name), std::move(value));
    return *this;
}

script& script::when_no_header(std::string name)
{
    plan_->when.headers.emplace_back(std::move(name), std::nullopt);
    return *this;
}

script& script::when_key(std::string key)
{
    change_plan(*plan_, [&] {
        detail::check_condition_is_new(plan_->when.key.has_value(), "when_key");
        plan_->when.key = std::move(key);
    });
    return *this;
}

script& script::when_caller(std::string id)
{
    change_plan(*plan_, [&] {
        detail::check_condition_is_new(plan_->when.caller.has_value(), "when_caller");
        plan_->when.caller = std::move(id);
    });
    return *this;
}

script& script::delay_until_released()
{
    set_part(*plan_, "hold", [](fault& f) { f.hold = true; });
    return *this;
}

script& script::close_before_response()
{
    set_end(*plan_, fault::place::before, false);
    return *this;
}

script& script::close_after_bytes(std::size_t n)
{
    set_end(*plan_, fault::place::after_bytes, false, n);
    return *this;
}

script& script::close_after_response()
{
    set_end(*plan_, fault::place::after, false);
    return *this;
}

script& script::reset()
{
    set_end(*plan_, fault::place::before, true);
    return *this;
}

script& script::reset_after_bytes(std::size_t n)
{
    set_end(*plan_, fault::place::after_bytes, true, n);
    return *this;
}

script& script::without_close_notify()
{
    set_part(*plan_, "abrupt", [](fault& f) { f.close_notify = false; });
    return *this;
}

script& script::no_subscriber()
{
    set_part(*plan_, "no-subscriber", [](fault& f) { f.no_subscriber = true; });
    return *this;
}

script& script::bridge_timeout()
{
    set_part(*plan_, "bridge-timeout", [](fault& f) { f.bridge_timeout = true; });
    return *this;
}

script& script::effect()
{
    set_part(*plan_, "effect", [](fault& f) { f.effect = true; });
    return *this;
}

script& script::times(std::size_t n)
{
    set_part(*plan_, "times", [&](fault& f) {
        if (n == 0) throw std::invalid_argument("times() begins at 1");
        f.times = n;
    });
    return *this;
}

script& script::forever()
{
    set_part(*plan_, "forever", [](fault& f) { f.times = 0; });
    return *this;
}

script& script::then()
{
    detail::add_step(*plan_);
    return *this;
}

script& script::then_ok()
{
    // If nothing was said before, this is the first step, not the second.
    if (plan_->steps.size() > 1 || plan_->steps.back().ok || !plan_->steps.back().empty()) then();
    plan_->steps.back().ok = true;
    return *this;
}

}  // namespace cohub::inline abi_0_2::fake
