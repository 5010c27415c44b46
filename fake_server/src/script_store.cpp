#include "script_store.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <exception>
#include <stdexcept>
#include <utility>

#include "text.hpp"

namespace cohub::fake {

namespace detail {

void script_store::add(fault_plan plan)
{
    std::lock_guard lock(mutex_);
    queue_.push_back({std::move(plan), 0, 0});
    armed_.store(true, std::memory_order_release);
}

void script_store::replace(std::vector<fault_plan> plans)
{
    std::lock_guard lock(mutex_);
    queue_.clear();
    for (fault_plan& plan : plans) queue_.push_back({std::move(plan), 0, 0});
    armed_.store(!queue_.empty(), std::memory_order_release);
}

void script_store::clear() { replace({}); }

std::optional<fault> script_store::next(std::string_view path, std::string_view name)
{
    if (!armed_.load(std::memory_order_acquire)) return {};
    std::lock_guard lock(mutex_);
    for (auto q = queue_.begin(); q != queue_.end(); ++q) {
        if (!pattern_matches(q->plan.pattern, path, name)) continue;
        fault step = q->plan.steps[q->at];
        ++q->used;
        if (step.times != 0 && q->used >= step.times) {
            q->used = 0;
            if (++q->at == q->plan.steps.size()) queue_.erase(q);
        }
        if (queue_.empty()) armed_.store(false, std::memory_order_release);
        return step;
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
            std::string text = "scripted for '" + q.plan.pattern + "' and not used: " + step.text();
            if (used > 0) text += " (used " + std::to_string(used) + " times)";
            out.push_back(std::move(text));
        }
    }
    return out;
}

std::vector<std::string> script_store::left() const
{
    std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (queued const& q : queue_) {
        std::string text = q.plan.pattern;
        for (std::size_t i = q.at; i < q.plan.steps.size(); ++i) {
            fault step = q.plan.steps[i];
            if (i == q.at && step.times > 1) step.times -= q.used;
            text += (i == q.at ? " " : " then ") + step.text();
        }
        out.push_back(std::move(text));
    }
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
    // A statement that says nothing more than `server.script("x");` asks for nothing.
    auto& steps = plan_->steps;
    while (!steps.empty() && steps.back().empty() && !steps.back().ok) steps.pop_back();
    for (fault& f : steps) {
        if (f.empty()) f.ok = true;
    }
    if (!steps.empty()) store_->add(std::move(*plan_));
}

script& script::status(int code)
{
    if (code < 100 || code > 999) throw std::invalid_argument("a status has three digits");
    plan_->steps.back().status = code;
    return *this;
}

script& script::header(std::string name, std::string value)
{
    plan_->steps.back().headers.emplace_back(std::move(name), std::move(value));
    return *this;
}

script& script::without_header(std::string name)
{
    plan_->steps.back().without_headers.push_back(std::move(name));
    return *this;
}

script& script::websocket(websocket_script what)
{
    plan_->steps.back().websocket = detail::websocket_script_access::plan(std::move(what));
    return *this;
}

script& script::body(std::string bytes)
{
    plan_->steps.back().body = std::move(bytes);
    return *this;
}

script& script::json(std::string text)
{
    boost::system::error_code error;
    boost::json::parse(text, error);
    if (error) throw std::invalid_argument("no JSON, which body() would send: " + text);
    plan_->steps.back().json = std::move(text);
    return *this;
}

script& script::error(std::string_view text)
{
    std::string answer = "{\"error\":";
    append_json_string(answer, text);
    plan_->steps.back().json = answer + "}";
    return *this;
}

script& script::delay(std::chrono::milliseconds time)
{
    plan_->steps.back().delay = time;
    return *this;
}

script& script::stall(std::chrono::milliseconds time)
{
    plan_->steps.back().stall = time;
    return *this;
}

script& script::delay_until_released()
{
    plan_->steps.back().hold = true;
    return *this;
}

namespace {

void set_end(fault& f, fault::place where, bool reset, std::size_t bytes = 0)
{
    f.end = where;
    f.end_is_reset = reset;
    f.end_bytes = bytes;
}

}  // namespace

script& script::close_before_response()
{
    set_end(plan_->steps.back(), fault::place::before, false);
    return *this;
}

script& script::close_after_bytes(std::size_t n)
{
    set_end(plan_->steps.back(), fault::place::after_bytes, false, n);
    return *this;
}

script& script::close_after_response()
{
    set_end(plan_->steps.back(), fault::place::after, false);
    return *this;
}

script& script::reset()
{
    set_end(plan_->steps.back(), fault::place::before, true);
    return *this;
}

script& script::reset_after_bytes(std::size_t n)
{
    set_end(plan_->steps.back(), fault::place::after_bytes, true, n);
    return *this;
}

script& script::without_close_notify()
{
    plan_->steps.back().close_notify = false;
    return *this;
}

script& script::no_subscriber()
{
    plan_->steps.back().no_subscriber = true;
    return *this;
}

script& script::bridge_timeout()
{
    plan_->steps.back().bridge_timeout = true;
    return *this;
}

script& script::effect()
{
    plan_->steps.back().effect = true;
    return *this;
}

script& script::times(std::size_t n)
{
    if (n == 0) throw std::invalid_argument("times() begins at 1");
    plan_->steps.back().times = n;
    return *this;
}

script& script::forever()
{
    plan_->steps.back().times = 0;
    return *this;
}

script& script::then()
{
    plan_->steps.emplace_back();
    return *this;
}

script& script::then_ok()
{
    // With nothing said before, this is the first step and not the second.
    if (plan_->steps.size() > 1 || plan_->steps.back().ok || !plan_->steps.back().empty()) then();
    plan_->steps.back().ok = true;
    return *this;
}

}  // namespace cohub::fake
