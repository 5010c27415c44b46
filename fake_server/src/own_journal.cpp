// The received requests, as they are read over HTTP.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "json_members.hpp"
#include "own_exchange.hpp"
#include "service.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

detail::request_filter filter_of(own_query const& query)
{
    detail::request_filter filter;
    filter.pattern = query.text("call").value_or("*");
    filter.since = query.number("since");
    filter.limit = query.number("limit");
    if (auto const status = query.number("status")) {
        if (*status > 999) refuse("a status has three digits");
        filter.status = static_cast<int>(*status);
    }
    return filter;
}

}  // namespace

void show_requests(own_exchange const& x)
{
    own_query const query(x.r);
    detail::request_filter filter = filter_of(query);
    detail::journal_store const& journal = x.s.journal();
    if (auto const limit = query.wait(); limit.count() > 0) {
        x.s.wait_for_journal(limit, [&] { return journal.has_locked(filter); });
    }
    x.answer_json(std::string());
    x.out.more = journal.json_pieces(std::move(filter));
}

void clear_requests(own_exchange const& x)
{
    x.s.journal().clear();
    x.done();
}

void count_requests(own_exchange const& x)
{
    own_query const query(x.r);
    detail::request_filter const filter = filter_of(query);
    std::size_t const least = query.number("at_least").value_or(0);
    detail::journal_store const& journal = x.s.journal();
    std::size_t count = 0;
    bool const met = x.s.wait_for_journal(query.wait(), [&] {
        count = journal.count_locked(filter);
        return count >= least;
    });
    x.answer_json(json::object{{"count", count}, {"met", met}});
}

void show_connections(own_exchange const& x)
{
    own_query const query(x.r);
    std::size_t const least = query.number("at_least").value_or(0);
    auto const open = query.number("open");
    detail::journal_store const& journal = x.s.journal();
    json::object seen;
    bool const met = x.s.wait_for_journal(query.wait(), [&] {
        seen = {
            {"connections", journal.connections_locked()},
            {"open", journal.open_locked()},
            {"handshakes", journal.handshakes_locked()},
            {"resumed", journal.resumed_locked()}};
        return journal.connections_locked() >= least && (!open || journal.open_locked() == *open);
    });
    seen["met"] = met;
    x.answer_json(seen);
}

void show_frames(own_exchange const& x)
{
    own_query const query(x.r);
    std::string const kind = query.text("kind").value_or("*");
    std::size_t const least = query.number("at_least").value_or(0);
    detail::journal_store const& journal = x.s.journal();
    x.s.wait_for_journal(query.wait(), [&] { return journal.count_frames_locked(kind) >= least; });
    x.answer_json(journal.frames_json(kind));
}

void show_problems(own_exchange const& x)
{
    json::array problems;
    for (std::string const& what : x.s.problems()) problems.emplace_back(repair_utf8(what));
    x.answer_json(json::object{{"problems", std::move(problems)}});
}

}  // namespace cohub::inline abi_0_2::fake
