// Parts of one fault step of which one would have no effect.

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>

#include "refused_fault.hpp"
#include "support.hpp"

namespace cohub::tests {

namespace {

class FakeServerFaultConflict : public testing::TestWithParam<refused_fault>
{
};

TEST_P(FakeServerFaultConflict, IsRefusedAndNamesBothParts) { expect_refusal(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Repeated,
    FakeServerFaultConflict,
    testing::Values(
        refused_fault{
            "system.ping status=503 status=504",
            "'status' may stand only once in a step; leave one out, or begin another step with "
            "'then'"},
        refused_fault{"* stall=10 stall=20", "'stall' may stand only once"},
        refused_fault{"* status=503 times=2 times=3", "'times' may stand only once"},
        refused_fault{"* status=503 times=2 forever", "'times' and 'forever' in one step exclude"},
        refused_fault{"* json=1 error=no", "'json' and 'error' in one step exclude"},
        refused_fault{"* error=no result=1", "'error' and 'result' in one step exclude"},
        refused_fault{"* reset close=after", "'reset' and 'close' in one step exclude"},
        refused_fault{"* hold hold", "'hold' may stand only once"},
        refused_fault{"* ok then status=503 ok then body=a body=b", "'body' may stand only once"},
        refused_fault{
            "* when-key=a when-key=b status=503", "'when-key' may stand only once in a fault"},
        refused_fault{"* when-args=[] when-args=[] status=503", "'when-args' may stand only once"},
        refused_fault{
            "* when-caller=a status=503 when-caller=b", "'when-caller' may stand only once"},
        refused_fault{"* header=\"A: b\" header=\"a: c\"", "the header 'a' is given twice"},
        refused_fault{
            R"({"match":"*","json":1,"error":"no"})", "'json' and 'error' in one step exclude"},
        refused_fault{R"({"match":"*","steps":[{"close":1,"reset":2}]})", "'close' and 'reset'"},
        refused_fault{
            R"({"match":"*","headers":{"A":"b","a":"c"}})", "the header 'a' is given twice"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Contradictory,
    FakeServerFaultConflict,
    testing::Values(
        refused_fault{
            "system.ping status=503 close",
            "in the fault for 'system.ping': 'close' and 'status' exclude each other: the "
            "connection ends before an answer"},
        refused_fault{"* reset body=x", "'reset' and 'body' exclude each other"},
        refused_fault{"* close=before error=no", "'close' and 'json' exclude each other"},
        refused_fault{"* close no-subscriber", "'close' and 'no-subscriber' exclude each other"},
        refused_fault{"* close bridge-timeout", "'close' and 'bridge-timeout' exclude each other"},
        refused_fault{"* close header=\"A: b\"", "'close' and 'header' exclude each other"},
        refused_fault{"* close no-header=A", "'close' and 'no-header' exclude each other"},
        refused_fault{"* close drip=5/1", "'close' and 'drip' exclude each other"},
        refused_fault{"* body=x json=1", "'body' and 'json' exclude each other"},
        refused_fault{
            "* no-subscriber status=500", "'no-subscriber' and 'status' exclude each other"},
        refused_fault{"* bridge-timeout body=x", "'bridge-timeout' and 'body' exclude each other"},
        refused_fault{
            "* bridge-timeout no-subscriber", "'bridge-timeout' and 'no-subscriber' exclude"},
        refused_fault{"* websocket=[] status=503", "'websocket' and 'status' exclude each other"},
        refused_fault{"* websocket=[] bridge-timeout", "'websocket' and 'bridge-timeout' exclude"},
        refused_fault{"* websocket=[] effect", "'websocket' and 'effect' exclude each other"},
        refused_fault{"* websocket=[] close=5", "'websocket' and 'close' exclude each other"},
        refused_fault{"* status=304 body=x", "'status=304' and 'body' exclude each other"},
        refused_fault{
            "* header=\"A: b\" no-header=a", "adds the header 'A' and another one leaves it"},
        refused_fault{
            R"({"match":"*","status":503,"close":"before"})", "'close' and 'status' exclude"}
    )
);

class FakeServerFaultCombination : public testing::TestWithParam<char const*>
{
};

TEST_P(FakeServerFaultCombination, IsAccepted)
{
    fake_server server(plain_options().users(0));
    EXPECT_NO_THROW(server.add_fault(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    All,
    FakeServerFaultCombination,
    testing::Values(
        "* effect delay=5 close",
        "* stall=5 hold reset abrupt",
        "* status=503 body=x header=\"A: b\" header=\"B: b\" no-header=C no-header=C drip=5/1",
        "* status=503 json=1 delay=1 stall=1 effect close=after",
        "* status=503 close=7 abrupt",
        "* no-subscriber effect delay=1 header=\"A: b\"",
        "* bridge-timeout close=after",
        "* status=304 header=\"A: b\"",
        "* websocket=[] delay=1 stall=1 hold abrupt header=\"A: b\" no-header=C",
        "* ok chance=0.5 times=3 then ok forever",
        "* when-header=\"A: b\" when-header=\"B: b\" when-no-header=C when-no-header=D ok"
    )
);

TEST(FakeServerFaultConflictInCpp, IsRefusedAndQueuesNothing)
{
    fake_server server(plain_options().users(0));
    auto const refuses =
        [&server](std::string const& part, std::function<void(fake::script)> const& f) {
            try {
                f(server.script("*"));
                ADD_FAILURE() << "accepted; awaited was: " << part;
            } catch (std::invalid_argument const& error) {
                EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
            }
        };
    refuses("'status' may stand only once", [](fake::script s) { s.status(503).status(504); });
    refuses("'json' and 'error' in one", [](fake::script s) { s.json("1").error("no"); });
    refuses("'close' and 'reset' in one", [](fake::script s) { s.close_after_bytes(5).reset(); });
    refuses("'times' and 'forever' in one", [](fake::script s) {
        s.status(503).times(2).forever();
    });
    refuses("'delay' may stand only once", [](fake::script s) { s.delay(5ms).delay(6ms); });
    refuses("'when_key' may stand only once", [](fake::script s) {
        s.when_key("a").when_key("b");
    });
    refuses("the header 'a' is given twice", [](fake::script s) {
        s.header("A", "").header("a", "");
    });
    refuses("adds the header 'A' and", [](fake::script s) {
        s.header("A", "").without_header("A");
    });
    refuses("'body' and 'json' exclude", [](fake::script s) { s.json("1").body("x"); });
    refuses("'close' and 'status' exclude", [](fake::script s) {
        s.status(503).close_before_response();
    });
    refuses("'ok' stands alone", [](fake::script s) { s.then_ok().status(503); });
    refuses("'websocket' and 'effect' exclude", [](fake::script s) {
        s.effect().websocket(fake::websocket_script());
    });
    refuses("a status has three digits", [](fake::script s) { s.body("x").status(5); });
    EXPECT_EQ(server.report(), "");
}

TEST(FakeServerFaultConflictInCpp, AllowsThePartAgainInTheNextStep)
{
    fake_server server(plain_options().users(0));
    server.script("*").status(503).times(2).then().status(504).times(2).then_ok();
    http_client client(server);
    EXPECT_EQ(client.get("/x").status, 503);
    EXPECT_EQ(client.get("/x").status, 503);
    EXPECT_EQ(client.get("/x").status, 504);
}

}  // namespace

}  // namespace cohub::tests
