#include "ledger.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <stdexcept>

namespace cohub::tests {

void require(bool what, std::string const& or_else)
{
    if (!what) throw std::runtime_error(or_else);
}

ledger::entry& ledger::call(hub const& h, bool safe, clock::duration timeout)
{
    auto& e = *entries_.emplace_back(std::make_unique<entry>());
    e.id = "call-" + std::to_string(entries_.size()) + ".";
    e.safe = safe;
    e.deadline = world_.now() + timeout;
    by_id_[e.id] = &e;
    boost::json::value const args{e.id};
    call_options o;
    o.timeout(std::chrono::ceil<std::chrono::milliseconds>(timeout));
    if (safe) o.idempotent();
    h.call("fault.case", args, o, as_result)(boost::asio::bind_cancellation_slot(
        e.cancel.slot(),
        [this, &e](result<boost::json::value> r) {
            ++e.completions;
            e.over = world_.now();
            e.ok = r.has_value();
            if (r)
                e.answer = boost::json::serialize(*r);
            else
                e.why = r.error();
        }
    ));
    return e;
}

std::size_t ledger::pending() const
{
    return static_cast<std::size_t>(std::count_if(
        entries_.begin(), entries_.end(), [](auto const& e) { return e->completions == 0; }
    ));
}

std::size_t ledger::succeeded() const
{
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(), [](auto const& e) { return e->ok; })
    );
}

std::string ledger::seen(sim::request const& r)
{
    auto const at = r.body.find("call-");
    require(
        at != std::string::npos,
        "a request without a call: " + r.method + " " + r.target + " length " +
            std::string(r.header("Content-Length")) + " body '" + r.body + "'"
    );
    std::string const id = r.body.substr(at, r.body.find('.', at) + 1 - at);
    if (auto const found = by_id_.find(id); found != by_id_.end()) ++found->second->at_servers;
    return "{\"id\":\"" + id + "\"}";
}

sim::http_handler ledger::healthy(clock::duration wait)
{
    return [this, wait](sim::request r) -> boost::asio::awaitable<sim::response> {
        sim::response answer(seen(r));
        if (wait != clock::duration::zero()) {
            sim::timer t(world_.get_executor(), wait);
            co_await t.async_wait(boost::asio::use_awaitable);
        }
        co_return answer;
    };
}

void ledger::check() const
{
    for (auto const& e : entries_) {
        std::string const what = e->id + (e->safe ? " (safe): " : " (unsafe): ");
        require(e->completions == 1, what + std::to_string(e->completions) + " completions (I1)");
        require(
            e->over <= e->deadline + 1ms,
            what + "over " +
                std::to_string(std::chrono::duration<double>(e->over - e->deadline).count()) +
                " s after its deadline (I2)"
        );
        require(
            e->safe || e->at_servers <= 1,
            what + "sent " + std::to_string(e->at_servers) + " times (I5)"
        );
        if (e->ok) {
            require(e->at_servers != 0, what + "succeeded and was never sent (I5)");
            require(
                e->answer.find('"' + e->id + '"') != std::string::npos,
                what + "got the answer " + e->answer + " (I5)"
            );
            continue;
        }
        std::string const text = e->why.message();
        require(
            !e->cancelled_in_total || e->safe || e->why.code != errc::cancelled ||
                (!e->why.maybe_sent && e->at_servers == 0),
            what + "was sent, and cancelled as if it was not: " + text
        );
        std::string const shown = std::string(canary).substr(0, 9);
        require(text.find(shown) == std::string::npos, what + "shows the key (I6): " + text);
        require(
            e->why.maybe_sent || e->at_servers == 0,
            what + "was sent, and its failure denies it: " + text
        );
    }
}

void ledger::check(hub const& h) const
{
    auto const s = h.stats();
    require(
        s.in_use == 0 && s.waiting == 0 && s.calls == 0 && s.connecting == 0,
        "in use " + std::to_string(s.in_use) + ", connecting " + std::to_string(s.connecting) +
            ", waiting " + std::to_string(s.waiting) + ", calls " + std::to_string(s.calls) +
            " (I3)"
    );
}

}  // namespace cohub::tests
