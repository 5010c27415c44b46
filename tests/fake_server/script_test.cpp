#include <gtest/gtest.h>

#include <thread>

#include "support.hpp"

namespace cohub::tests {

namespace {

class FakeServerScript : public testing::Test
{
protected:
    FakeServerScript() : server(plain_options().users(20)), client(server) {}

    std::string subject() { return "hub.account." + server.users().at(0).account_id + ".api"; }
    answer put_faults(std::string const& body)
    {
        return client.send("PUT", "/__fake__/faults", {{"Content-Type", "application/json"}}, body);
    }
    /// What a plain TCP client receives for one ping, until the end of the connection.
    raw_client ping_until_end()
    {
        raw_client raw(server.port());
        raw.send(ping_request(server.api_key()));
        raw.receive_all();
        return raw;
    }

    fake_server server;
    http_client client;
};

TEST_F(FakeServerScript, AnswersAStatusAsAProxyWould)
{
    server.script("system.ping").status(503).header("Retry-After", "1").then_ok();
    answer const first = client.call("system.ping");
    EXPECT_EQ(first.status, 503);
    EXPECT_EQ(first.body, "<html><body>Service Unavailable</body></html>");
    EXPECT_EQ(first.header("Retry-After"), "1");
    EXPECT_EQ(first.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(client.call("system.ping").status, 200);
    EXPECT_EQ(server.report(), "");
    EXPECT_EQ(server.journal().count("system.ping"), 2u);
}

TEST_F(FakeServerScript, AnswersBytesAndJsonOfOnesOwn)
{
    server.script("*")
        .body("not JSON")
        .then()
        .body("")
        .then()
        .json("[1]")
        .then()
        .error("Error: no");
    EXPECT_EQ(client.call("system.ping").body, "not JSON");
    answer const empty = client.call("system.ping");
    EXPECT_EQ(empty.status, 200);
    EXPECT_EQ(empty.body, "");
    answer const list = client.call("system.ping");
    EXPECT_EQ(list.body, "[1]");
    EXPECT_EQ(list.header("Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(client.call("system.ping").error(), "Error: no");
}

TEST_F(FakeServerScript, AddsAndReplacesHeaders)
{
    server.script("system.ping").header("X-More", "1").header("content-type", "text/plain");
    answer const a = client.call("system.ping");
    EXPECT_EQ(a.body, R"({"now":1760000000000})");
    EXPECT_EQ(a.header("X-More"), "1");
    EXPECT_EQ(a.headers.count("Content-Type"), 1u);
    EXPECT_EQ(a.header("Content-Type"), "text/plain");
}

TEST_F(FakeServerScript, MatchesByNamePathBothOrAny)
{
    server.script("system.t*").status(500);
    server.script("/api/conat/project#system.ping").status(501);
    server.script("/nope").status(502);
    EXPECT_EQ(client.call("system.ping").status, 200);
    EXPECT_EQ(client.call("system.test").status, 500);
    EXPECT_EQ(client.call("system.test").status, 200);
    EXPECT_EQ(client.post("/api/conat/project", R"({"name":"system.ping"})").status, 501);
    EXPECT_EQ(client.get("/nope?x=1").status, 502);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeServerScript, GivesEachPlanItsTurn)
{
    server.script("system.ping").status(500).times(2).then().status(501);
    server.script("*").status(502).forever();
    std::string got;
    for (int i = 0; i < 5; ++i) got += std::to_string(client.call("system.ping").status) + " ";
    EXPECT_EQ(got, "500 500 501 502 502 ");
}

TEST_F(FakeServerScript, ReportsWhatWasNotUsed)
{
    server.script("system.ping").status(503).times(3).then().delay(5ms);
    client.call("system.ping");
    EXPECT_EQ(
        server.report(),
        "scripted for 'system.ping' and not used: status=503 times=3 (used 1 times)\n"
        "scripted for 'system.ping' and not used: delay=5ms\n"
    );
    EXPECT_THROW(server.verify(), fake::verification_error);
    server.reset();
    EXPECT_NO_THROW(server.verify());
    EXPECT_EQ(client.call("system.ping").status, 200);
}

TEST_F(FakeServerScript, ReportsAStepForAllCallsUntilThereIsOne)
{
    server.script("system.ping").header("X", "1").forever();
    EXPECT_NE(server.report(), "");
    client.call("system.ping");
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeServerScript, ReportsRoutesThatDoNotExist)
{
    EXPECT_EQ(client.get("/nope").status, 404);
    EXPECT_EQ(server.report(), "asked for and not served: GET /nope\n");
    server.journal().clear();
    server.script("/nope").then_ok();
    EXPECT_EQ(client.get("/nope").status, 404);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeServerScript, QueuesNothingForAnEmptyStatement)
{
    server.script("system.ping");
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeServerScript, AnswersThatNoHubListens)
{
    server.script("system.manageApiKeys").no_subscriber();
    EXPECT_EQ(
        client.call("system.manageApiKeys", R"({"action":"create"})").error(),
        "request -- no subscribers matching '" + subject() + "' - callHub: subject='" + subject() +
            "', name='system.manageApiKeys', code='503' "
    );
    EXPECT_EQ(
        client.result("system.manageApiKeys", R"({"action":"get","id":7})"), json::parse("[null]")
    );
}

TEST_F(FakeServerScript, TimesOutAtTheBridgeAndRunsTheFunctionAllTheSame)
{
    server.script("system.manageApiKeys").bridge_timeout();
    EXPECT_EQ(
        client.call("system.manageApiKeys", R"({"action":"create","name":"made"})").error(),
        "timeout - callHub: subject='" + subject() + "', name='system.manageApiKeys', code='408' "
    );
    json::value const keys = client.result("system.manageApiKeys", R"({"action":"get"})");
    EXPECT_EQ(keys.at(0).at("name"), "made");
}

TEST_F(FakeServerScript, TimesOutWhenADelayIsLongerThanTheCallsTimeout)
{
    server.script("system.ping").delay(1h);
    auto const start = std::chrono::steady_clock::now();
    EXPECT_EQ(
        client.post_hub(R"({"name":"system.ping","timeout":30})").error(),
        "timeout - callHub: subject='" + subject() + "', name='system.ping', code='408' "
    );
    EXPECT_GE(std::chrono::steady_clock::now() - start, 30ms);
    server.script("system.ping").delay(20ms);
    EXPECT_EQ(client.call("system.ping").body, R"({"now":1760000000000})");
}

TEST_F(FakeServerScript, KeepsAnAnswerBackWhateverTheTimeout)
{
    server.script("system.ping").stall(40ms);
    auto const start = std::chrono::steady_clock::now();
    EXPECT_EQ(
        client.post_hub(R"({"name":"system.ping","timeout":1})").body, R"({"now":1760000000000})"
    );
    EXPECT_GE(std::chrono::steady_clock::now() - start, 40ms);
}

TEST_F(FakeServerScript, HoldsAnswersUntilTheyAreReleased)
{
    server.script("system.ping").delay_until_released().times(2);
    raw_client a(server.port());
    raw_client b(server.port());
    a.send(ping_request(server.api_key()));
    b.send(ping_request(server.api_key()));
    ASSERT_TRUE(server.journal().wait_for("system.ping", 2));
    EXPECT_TRUE(a.has_silence(20ms));
    server.release();
    EXPECT_NE(a.receive_until("{\"now\"").find("200 OK"), std::string::npos);
    EXPECT_NE(b.receive_until("{\"now\"").find("200 OK"), std::string::npos);
}

TEST_F(FakeServerScript, NoticesThatAHeldClientLeaves)
{
    server.script("system.ping").delay_until_released();
    raw_client a(server.port());
    a.send(ping_request(server.api_key()));
    ASSERT_TRUE(server.journal().wait_for("system.ping", 1));
    ASSERT_TRUE(server.journal().wait_for_open(1));
    a.close();
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

TEST_F(FakeServerScript, ClosesInsteadOfAnswering)
{
    server.script("system.ping").close_before_response();
    raw_client const raw = ping_until_end();
    EXPECT_EQ(raw.received, "");
    EXPECT_TRUE(raw.was_closed);
}

TEST_F(FakeServerScript, ClosesInTheMiddle)
{
    server.script("system.ping").close_after_bytes(40);
    raw_client const raw = ping_until_end();
    EXPECT_EQ(raw.received, "HTTP/1.1 200 OK\r\nContent-Type: applicati");
    EXPECT_TRUE(raw.was_closed);
}

TEST_F(FakeServerScript, ClosesAfterTheAnswerWithoutSayingSo)
{
    server.script("system.ping").close_after_response();
    raw_client const raw = ping_until_end();
    EXPECT_TRUE(raw.received.ends_with("{\"now\":1760000000000}"));
    EXPECT_EQ(raw.received.find("Connection"), std::string::npos);
    EXPECT_TRUE(raw.was_closed);
}

TEST_F(FakeServerScript, ResetsBeforeAndInTheMiddle)
{
    server.script("system.ping").reset().then().reset_after_bytes(17);
    raw_client const before = ping_until_end();
    EXPECT_EQ(before.received, "");
    EXPECT_TRUE(before.was_reset);
    raw_client const middle = ping_until_end();
    EXPECT_EQ(middle.received, "HTTP/1.1 200 OK\r\n");
    EXPECT_TRUE(middle.was_reset);
}

TEST_F(FakeServerScript, RunsTheFunctionOnlyWhenTold)
{
    server.script("system.manageApiKeys").close_before_response();
    std::string const create = R"({"action":"create","name":"made"})";
    http_client first(server);
    EXPECT_EQ(first.call("system.manageApiKeys", create).status, 0);
    EXPECT_EQ(
        client.result("system.manageApiKeys", R"({"action":"get","id":7})"), json::parse("[null]")
    );
}

TEST_F(FakeServerScript, RunsTheFunctionAndDropsTheAnswer)
{
    server.script("system.manageApiKeys").effect_then_drop();
    http_client first(server);
    EXPECT_EQ(first.call("system.manageApiKeys", R"({"action":"create","name":"made"})").status, 0);
    json::value const keys = client.result("system.manageApiKeys", R"({"action":"get"})");
    EXPECT_EQ(keys.at(0).at("name"), "made");
}

TEST_F(FakeServerScript, ReadsFaultsWrittenAsText)
{
    server.add_fault(
        R"(system.ping status=429 header="Retry-After: 2" body='slow "down"' times=2 then ok)"
    );
    for (int i = 0; i < 2; ++i) {
        answer const a = client.call("system.ping");
        EXPECT_EQ(a.status, 429);
        EXPECT_EQ(a.header("Retry-After"), "2");
        EXPECT_EQ(a.body, "slow \"down\"");
    }
    EXPECT_EQ(client.call("system.ping").status, 200);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeServerScript, ReadsEveryEscape)
{
    server.add_fault(R"(system.ping body="a\tb\r\n\"\\'" then body='a\t"')");
    EXPECT_EQ(client.call("system.ping").body, "a\tb\r\n\"\\'");
    EXPECT_EQ(client.call("system.ping").body, "a\\t\"");
}

TEST_F(FakeServerScript, ReadsEveryWordOfTheGrammar)
{
    server.add_fault(
        R"(* status=500 header="A: b" body=x then json={"a":1} then error=e then delay=1 stall=2s)"
        " then hold then close then close=after then close=7 abrupt then reset then reset=9 then "
        "no-subscriber then bridge-timeout then effect close=before then times=3 ok then ok forever"
    );
    EXPECT_EQ(
        client.get("/__fake__/faults").value(),
        json::array({text(
            "* status=500 header=\"A: b\" body=\"x\" then json=\"{\\\"a\\\":1}\" then "
            "json=\"{\\\"error\\\":\\\"e\\\"}\" then delay=1ms stall=2000ms then hold then close "
            "then close=after then close=7 abrupt then reset then reset=9 then no-subscriber then "
            "bridge-timeout then effect close then ok times=3 then ok forever"
        )})
    );
}

TEST_F(FakeServerScript, TakesFaultsAsJson)
{
    answer const put = put_faults(R"([
        "system.test status=500",
        {"match": "system.ping", "steps": [
            {"status": 503, "headers": {"Retry-After": "1"}, "times": 2},
            {"json": {"now": 1}},
            {"close": "before", "effect": true},
            {"ok": true}
        ]},
        {"match": "/x", "body": "y", "times": "forever"}
    ])");
    EXPECT_EQ(put.body, R"({"faults":3})");
    EXPECT_EQ(client.call("system.test").status, 500);
    EXPECT_EQ(client.call("system.ping").header("Retry-After"), "1");
    EXPECT_EQ(client.call("system.ping").status, 503);
    EXPECT_EQ(client.call("system.ping").body, R"({"now":1})");
    EXPECT_EQ(http_client(server).call("system.ping").status, 0);
    EXPECT_EQ(client.call("system.ping").status, 200);
    EXPECT_EQ(client.get("/x").body, "y");
    EXPECT_EQ(put_faults("[]").body, R"({"faults":0})");
    EXPECT_EQ(client.get("/__fake__/faults").body, "[]");
}

struct refusal
{
    char const* spec;
    char const* part;  ///< a part of the message
};

class FakeServerFaultText : public testing::TestWithParam<refusal>
{
};

TEST_P(FakeServerFaultText, IsRefusedWithAWordOnWhatToDo)
{
    fake_server server(plain_options().users(0));
    try {
        server.add_fault(GetParam().spec);
        FAIL() << "accepted";
    } catch (std::invalid_argument const& error) {
        EXPECT_NE(std::string(error.what()).find(GetParam().part), std::string::npos)
            << error.what();
    }
    EXPECT_EQ(server.report(), "");
}

INSTANTIATE_TEST_SUITE_P(
    All,
    FakeServerFaultText,
    testing::Values(
        refusal{"", "an empty fault"},
        refusal{"status=503", "a fault begins with what it applies to"},
        refusal{"system.ping", "a step says nothing"},
        refusal{"system.ping status=abc", "'status' needs a whole number, not 'abc'"},
        refusal{"system.ping status=", "'status' needs a whole number"},
        refusal{"system.ping status=5", "a status has three digits"},
        refusal{
            "system.ping stauts=503", "'stauts=503' is no part of a fault; there are: status=N"},
        refusal{"system.ping header=X", "is written header=\"Name: value\""},
        refusal{"system.ping json={", "needs JSON"},
        refusal{"system.ping body=\"x", "never closed"},
        refusal{"system.ping body='x", "never closed"},
        refusal{"system.ping delay=soon", "'delay' needs a whole number"},
        refusal{"system.ping status=500 times=0", "'times' begins at 1"},
        refusal{"system.ping hold=5", "'hold' takes no value"},
        refusal{"system.ping ok status=500", "'ok' stands alone"},
        refusal{"system.ping body=a json=1", "exclude each other"},
        refusal{"system.ping no-subscriber status=500", "exclude"},
        refusal{"system.ping status=500 then", "a step says nothing"},
        refusal{"system.ping header=\"A: b\\r\\nC: d\"", "a header holds no line end"},
        refusal{"system.ping reset=after", "needs a whole number"}
    )
);

TEST_F(FakeServerScript, RefusesBadJsonFaultsAndKeepsTheOldOnes)
{
    server.script("system.ping").status(500);
    for (std::string const body :
         {"",
          "{}",
          "[1]",
          R"([{"status":503}])",
          R"([{"match":"*","statsu":503}])",
          R"([{"match":"*","steps":[]}])",
          R"([{"match":"*","status":"x"}])"}) {
        answer const a = put_faults(body);
        EXPECT_EQ(a.status, 400) << body;
        EXPECT_FALSE(a.body.empty());
    }
    EXPECT_EQ(client.call("system.ping").status, 500);
}

TEST_F(FakeServerScript, RefusesMistakesWhereTheyAreMade)
{
    EXPECT_THROW(server.script(""), std::invalid_argument);
    EXPECT_THROW(server.script("*").status(5), std::invalid_argument);
    EXPECT_THROW(server.script("*").json("{"), std::invalid_argument);
    EXPECT_THROW(server.script("*").times(0), std::invalid_argument);
}

}  // namespace

}  // namespace cohub::tests
