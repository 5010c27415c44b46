#include <cohub/transport/detail/exchange.hpp>

#include <boost/asio/error.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "unit/transport/exchange_links.hpp"

// Each state gets each event. The tables have the expected results, and the test plays each cell.

namespace cohub::tests {
namespace {

// A cell has the action. The next state is `connecting` after connect, `idle` after ready,
// `looking` after look, `answered` after answer, `upgraded` after upgraded, and `closed` after
// stale, broken and close. After any other action, the state does not change. A state after a `>`
// takes precedence over these rules.
//
//   -           the event is ignored
//   .           plain connections do not shake hands
//   unused      looking, before the first request of a connection
//   used        looking, before a later one
//   checking    looking, without a request
//
// In `writing` the socket took a part of the request. In `connecting` there is a second address.
// The received bytes are: in handshaking the server's part of the handshake; in `unused`, `used`
// and checking a session ticket (TLS) or a byte (plain); in writing and reading an answer; in
// upgraded bytes of the stream. If the handshake ends without the server, the server is told first.
// This is the write.

constexpr std::string_view plain_table = R"(
event           resolving   connecting  handshaking idle        unused       used
resolved        connect     -           .           -           -            -
resolve_failed  broken      -           .           -           -            -
connected       -           ready       .           -           -            -
connect_failed  -           connect     .           -           -            -
address_over    -           connect     .           -           -            -
time_over       broken      broken      .           -           broken       broken
received        -           -           .           stale       broken       stale
nothing_there   -           -           .           -           write>writing write>writing
ended           -           -           .           stale       broken       stale
receive_failed  -           -           .           stale       broken       stale
wrote           -           -           .           -           -            -
write_failed    -           -           .           -           -            -
writable        -           -           .           -           -            -
send            -           -           .           look        -            -
send_upgrade    -           -           .           look        -            -
check           -           -           .           look        -            -
release         -           -           .           -           -            -
read_on         -           -           .           -           -            -
close           close       close       .           close       close        close

event           checking    writing      reading     answered    upgraded    closed
resolved        -           -            -           -           -           -
resolve_failed  -           -            -           -           -           -
connected       -           -            -           -           -           -
connect_failed  -           -            -           -           -           -
address_over    -           -            -           -           -           -
time_over       broken      broken       broken      -           broken      -
received        stale       answer       answer      -           input       -
nothing_there   none>idle   -            -           -           -           -
ended           stale       broken       broken      -           broken      -
receive_failed  stale       broken       broken      -           broken      -
wrote           -           wait         wait        -           wait        -
write_failed    -           wait>reading wait        -           wait        -
writable        -           write        wait        -           wait        -
send            -           -            -           -           write       -
send_upgrade    -           -            -           -           -           -
check           -           -            -           -           -           -
release         -           -            -           none>idle   -           -
read_on         -           -            -           -           -           -
close           close       close        close       close       close       close
)";

// With a proxy in front of the server. It opens the connection when something is received.
constexpr std::string_view proxy_plain_table = R"(
event           connecting         tunnelling
connected       write>tunnelling   -
resolved        -                  -
resolve_failed  -                  -
connect_failed  connect            -
address_over    connect            -
time_over       broken             broken
received        -                  ready
nothing_there   -                  -
ended           -                  broken
receive_failed  -                  broken
wrote           -                  wait
write_failed    -                  wait
writable        -                  wait
send            -                  -
send_upgrade    -                  -
check           -                  -
release         -                  -
read_on         -                  -
close           close              close
)";

constexpr std::string_view proxy_tls_table = R"(
event           connecting         tunnelling
connected       write>tunnelling   -
time_over       broken             broken
received        -                  write>handshaking
ended           -                  broken
receive_failed  -                  broken
wrote           -                  wait
write_failed    -                  wait
close           close              close
)";

constexpr std::string_view tls_table = R"(
event           resolving   connecting  handshaking idle        unused       used
resolved        connect     -           -           -           -            -
resolve_failed  broken      -           -           -           -            -
connected       -           write>handshaking -     -           -            -
connect_failed  -           connect     -           -           -            -
address_over    -           connect     -           -           -            -
time_over       broken      broken      broken      -           broken       broken
received        -           -           write       stale       write>writing write>writing
nothing_there   -           -           -           -           write>writing write>writing
ended           -           -           write       stale       broken       stale
receive_failed  -           -           write       stale       broken       stale
wrote           -           -           wait        -           -            -
write_failed    -           -           wait        -           -            -
writable        -           -           wait        -           -            -
send            -           -           -           look        -            -
send_upgrade    -           -           -           look        -            -
check           -           -           -           look        -            -
release         -           -           -           -           -            -
read_on         -           -           -           -           -            -
close           close       close       close       close       close        close

event           checking    writing      reading     answered    upgraded    closed
resolved        -           -            -           -           -           -
resolve_failed  -           -            -           -           -           -
connected       -           -            -           -           -           -
connect_failed  -           -            -           -           -           -
address_over    -           -            -           -           -           -
time_over       broken      broken       broken      -           broken      -
received        none>idle   answer       answer      -           input       -
nothing_there   none>idle   -            -           -           -           -
ended           stale       broken       broken      -           broken      -
receive_failed  stale       broken       broken      -           broken      -
wrote           -           wait         wait        -           wait        -
write_failed    -           wait>reading wait        -           wait        -
writable        -           write        wait        -           wait        -
send            -           -            -           -           write       -
send_upgrade    -           -            -           -           -           -
check           -           -            -           -           -           -
release         -           -            -           none>idle   -           -
read_on         -           -            -           -           -           -
close           close       close        close       close       close       close
)";

const std::map<std::string, exchange_state> situations = {
    {"resolving", exchange_state::resolving},
    {"connecting", exchange_state::connecting},
    {"tunnelling", exchange_state::tunnelling},
    {"handshaking", exchange_state::handshaking},
    {"idle", exchange_state::idle},
    {"unused", exchange_state::looking},
    {"used", exchange_state::looking},
    {"checking", exchange_state::looking},
    {"writing", exchange_state::writing},
    {"reading", exchange_state::reading},
    {"answered", exchange_state::answered},
    {"upgraded", exchange_state::upgraded},
    {"closed", exchange_state::closed},
};

struct cell
{
    std::string situation, event, expected;
};

std::vector<cell> read_table(std::string_view text)
{
    std::vector<cell> cells;
    std::vector<std::string> columns;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::vector<std::string> row;
        for (std::string word; words >> word;) row.push_back(word);
        if (row.empty()) continue;
        if (row[0] == "event")
            columns = row;
        else
            for (std::size_t i = 1; i != columns.size(); ++i)
                cells.push_back({columns[i], row[0], row.at(i)});
    }
    return cells;
}

/// A connection that valid events have brought into a given situation.
std::unique_ptr<exchange_link> brought_to(std::string const& where, over o, bool proxy)
{
    auto link = proxy ? behind_a_proxy(o) : std::make_unique<exchange_link>(o);
    auto& l = *link;
    if (where == "resolving") return link;
    if (where == "closed") {
        l.resume({.what = event_kind::close});
        return link;
    }
    if (where == "connecting" || where == "tunnelling" || where == "handshaking") {
        l.on({.what = event_kind::resolved, .n = 2});
        if (where != "connecting") l.on({.what = event_kind::connected});
        return link;
    }
    l.stand();
    if (where == "idle") return link;
    if (where == "used") l.exchange_once(a_request, ok("1"));
    if (where == "unused" || where == "used")
        l.resume({.what = event_kind::send, .bytes = a_request});
    if (where == "checking") l.resume({.what = event_kind::check});
    if (where == "writing") {
        l.room = 5;
        l.send(a_request);
    }
    if (where == "reading" || where == "answered") {
        l.send(a_request);
        l.run_both();
    }
    if (where == "answered") {
        l.says(ok("1"));
        l.run_both();
    }
    if (where == "upgraded") {
        l.send_upgrade(a_request);
        l.run_both();
        l.says(switched);
        l.run_both();
    }
    return link;
}

exchange_event event_at(std::string const& where, event_kind what, exchange_link& l, failure& why)
{
    exchange_event e{.what = what};
    switch (what) {
        case event_kind::resolved:
            e.n = 2;
            break;
        case event_kind::resolve_failed:
            e.why = &why;
            break;
        case event_kind::connect_failed:
            e.ec = boost::asio::error::connection_refused;
            break;
        case event_kind::receive_failed:
        case event_kind::write_failed:
            e.ec = boost::asio::error::connection_reset;
            break;
        case event_kind::send:
        case event_kind::send_upgrade:
            e.bytes = a_request;
            break;
        case event_kind::received:
            e.n = 1;
            if (where == "tunnelling") l.arrives("HTTP/1.1 200 OK\r\n\r\n");
            if (where == "handshaking") l.pass_on();
            if (where == "writing" || where == "reading") l.says(ok("an answer"));
            if (where == "upgraded") l.says("bytes");
            if (where == "unused" || where == "used" || where == "checking") {
                if (l.server) {
                    l.server->send_ticket();
                    l.arrives(l.server->take_output());
                } else
                    l.says("?");
            }
            if (l.is_reading()) e = l.receive();
            break;
        default:
            break;
    }
    return e;
}

std::size_t index_of_event(std::string const& name)
{
    std::size_t i = 0;
    while (i != event_names.size() && event_names[i] != name) ++i;
    return i;
}

/// The assertions of all tables.
using coverage = std::array<std::array<bool, exchange_event::kind_count>, exchange_state_count>;

void play(std::string_view table, over o, bool proxy, coverage& covered)
{
    for (cell const& c : read_table(table)) {
        SCOPED_TRACE(c.situation + ", " + c.event + (o == over::plain ? ", plain" : ", TLS"));
        if (c.expected == ".") continue;
        auto const link = brought_to(c.situation, o, proxy);
        exchange_state const before = situations.at(c.situation);
        ASSERT_EQ(link->now_in(), before);
        std::size_t const what = index_of_event(c.event);
        ASSERT_LT(what, exchange_event::kind_count);
        failure why(errc::resolve_failed, "no such name");
        auto const e = event_at(c.situation, static_cast<event_kind>(what), *link, why);
        ASSERT_EQ(index_of(e.what), what);
        auto const a = link->resume(e);
        EXPECT_EQ(step_text(before, a.what, link->now_in()), c.expected);
        covered[index_of(before)][what] = true;
    }
}

TEST(ExchangeTable, EachStateTakesEachEvent)
{
    coverage covered{};
    play(plain_table, over::plain, false, covered);
    play(tls_table, over::tls13, false, covered);
    play(proxy_plain_table, over::plain, true, covered);
    play(proxy_tls_table, over::tls13, true, covered);
    for (std::size_t s = 0; s != exchange_state_count; ++s)
        for (std::size_t e = 0; e != exchange_event::kind_count; ++e)
            EXPECT_TRUE(covered[s][e]) << state_names[s] << ", " << event_names[e];
}

/// Prints the steps that occurred in all tests of the program.
class table_printer : public testing::Environment
{
public:
    void TearDown() override
    {
        auto const& cells = steps_seen::all().cells;
        std::ostringstream text;
        std::size_t seen = 0, steps = 0;
        for (std::size_t s = 0; s != exchange_state_count; ++s) {
            text << state_names[s] << '\n';
            for (std::size_t e = 0; e != exchange_event::kind_count; ++e) {
                if (cells[s][e].empty()) continue;
                ++seen;
                steps += cells[s][e].size();
                text << "    " << std::left << std::setw(16) << event_names[e];
                char const* between = "";
                for (auto const& step : cells[s][e]) {
                    text << between << step;
                    between = " | ";
                }
                text << '\n';
            }
        }
        if (seen == 0) return;
        std::cout << "Exchange, what was seen of each event in each state:\n"
                  << text.str() << seen << " of "
                  << exchange_state_count * exchange_event::kind_count << " cells, " << steps
                  << " different steps" << std::endl;
    }
};

[[maybe_unused]] auto* const printer = testing::AddGlobalTestEnvironment(new table_printer);

}  // namespace
}  // namespace cohub::tests
