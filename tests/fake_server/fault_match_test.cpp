// Faults that apply only to some calls, by chance, or with a delay.

#include <gtest/gtest.h>

#include <algorithm>

#include "refused_fault.hpp"
#include "support.hpp"

namespace cohub::tests {

namespace {

class FakeServerFaultMatch : public testing::Test
{
protected:
    FakeServerFaultMatch() : server(plain_options().users(20)), client(server) {}

    void post_fault(std::string const& body)
    {
        answer const a = client.send("POST", "/__fake__/faults", {}, body);
        ASSERT_EQ(a.status, 200) << a.body;
    }
    int search(std::string const& args) { return client.call("system.userSearch", args).status; }
    int send(std::string const& path, std::string const& type, std::string const& body)
    {
        return client
            .send(
                "POST",
                path,
                {{"Authorization", "Bearer " + server.api_key()}, {"Content-Type", type}},
                body
            )
            .status;
    }

    fake_server server;
    http_client client;
};

TEST_F(FakeServerFaultMatch, GoesByArguments)
{
    post_fault(R"({"match":{"call":"system.userSearch","args":[{"query":"ada"}]},"status":503,
        "times":"forever"})");
    EXPECT_EQ(search(R"({"query":"alan"})"), 200);
    EXPECT_EQ(search(""), 200);
    EXPECT_EQ(search(R"("ada")"), 200);
    EXPECT_EQ(search(R"({"query":["ada"]})"), 200);
    EXPECT_EQ(search(R"({"query":"ada"})"), 503);
    EXPECT_EQ(search(R"({"limit":5,"query":"ada"},1)"), 503);
}

TEST_F(FakeServerFaultMatch, ComparesWhatIsDeepWithin)
{
    server.script("*").when_args(R"([{"a":{"b":[1,{"c":2.0}]}}])").status(503).forever();
    EXPECT_EQ(client.call("system.ping", R"({"a":{"b":[1,{"c":2,"d":3}],"e":4}})").status, 503);
    EXPECT_EQ(client.call("system.ping", R"({"a":{"b":[1,{"c":2},3]}})").status, 200);
    EXPECT_EQ(client.call("system.ping", R"({"a":{"b":[1,{"c":"2"}]}})").status, 200);
    EXPECT_EQ(client.call("system.ping", R"({"a":null})").status, 200);
}

TEST_F(FakeServerFaultMatch, TakesTheBodyOfOtherApisForTheOnlyArgument)
{
    server.add_fault(R"(* when-args='[{"query":"ada"}]' status=503 forever)");
    std::string const v2 = "/api/v2/accounts/search";
    EXPECT_EQ(send(v2, "application/json", R"({"query":"ada","x":1})"), 503);
    EXPECT_NE(send(v2, "application/json", R"({"query":"alan"})"), 503);
    std::string const v1 = "/api/v1/user_search";
    EXPECT_EQ(send(v1, "application/x-www-form-urlencoded", "query=ada"), 503);
    EXPECT_NE(send(v1, "application/x-www-form-urlencoded", "query=alan"), 503);
    EXPECT_NE(send(v2, "application/json", "no JSON"), 503);
}

TEST_F(FakeServerFaultMatch, GoesByHeaders)
{
    post_fault(R"({"match":{"headers":{"X-Tenant":"a","X-Other":null}},"status":503,"times":3})");
    auto const get = [&](httplib::Headers const& h) {
        return client.send("GET", "/user", h, "").status;
    };
    EXPECT_EQ(get({}), 200);
    EXPECT_EQ(get({{"X-Tenant", "b"}}), 200);
    EXPECT_EQ(get({{"X-Tenant", "a"}, {"X-Other", ""}}), 200);
    EXPECT_EQ(get({{"x-tenant", "a"}}), 503);
}

TEST_F(FakeServerFaultMatch, GoesByKeyAndCaller)
{
    fake::account ada("Ada", "Lovelace");
    std::string const id = server.add_account(ada);
    std::string const first = server.add_api_key(fake::api_key(id).secret("sk-first-key"));
    std::string const second = server.add_api_key(fake::api_key(id));
    server.script("system.ping").when_key(first).status(501).forever();
    server.script("system.ping").when_caller(id).status(502).forever();
    EXPECT_EQ(client.call("system.ping").status, 200);
    EXPECT_EQ(client.as(first).call("system.ping").status, 501);
    EXPECT_EQ(client.as(second).call("system.ping").status, 502);
    std::string const basic = "Basic c2stZmlyc3Qta2V5Og==";  // base64 of the key and a colon
    answer const a = client.send(
        "POST",
        "/api/conat/hub",
        {{"Authorization", basic}, {"Content-Type", "application/json"}},
        R"({"name":"system.ping","args":[]})"
    );
    EXPECT_EQ(a.status, 501);
}

TEST_F(FakeServerFaultMatch, TakesTheProjectForTheCallerBehindItsKey)
{
    std::string const key = server.keys().project;
    json::value const keys = client.get("/__fake__/keys").value().at("keys");
    auto const at = std::find_if(keys.as_array().begin(), keys.as_array().end(), [&](auto& k) {
        return k.at("key") == text(key);
    });
    ASSERT_NE(at, keys.as_array().end());
    server.script("*").when_caller(at->at("account_id").as_string().c_str()).status(501).forever();
    server.script("*").when_caller(at->at("project_id").as_string().c_str()).status(502).forever();
    EXPECT_EQ(client.as(key).call("system.ping").status, 502);
}

TEST_F(FakeServerFaultMatch, HidesAKeyInWhatItReports)
{
    server.script("system.ping").when_key("sk-secret-key").status(501);
    EXPECT_EQ(
        server.report(), "scripted for 'system.ping' when-key=\"sk-***\" and not used: status=501\n"
    );
}

TEST_F(FakeServerFaultMatch, WritesAsTextWhatItReads)
{
    std::string const spec =
        R"(system.* when-args="[{\"query\":\"a\"}]" when-header="X-A: b" when-no-header="X-C" )"
        R"(when-key="sk-12345678" when-caller="id" delay=5..20ms stall=10ms chance=0.25 times=2 )"
        R"(then drip=10/50ms)";
    server.add_fault(spec);
    EXPECT_EQ(client.get("/__fake__/faults").value(), json::array({text(spec)}));
    json::value const with_ids = client.get("/__fake__/faults?ids=true").value();
    EXPECT_EQ(with_ids.at(0).at("fault"), text(spec));
    EXPECT_EQ(with_ids.at(0).at("used"), 0);
    std::string const number = json::serialize(with_ids.at(0).at("id"));
    EXPECT_EQ(client.get("/__fake__/faults/" + number).value(), with_ids.at(0));
    EXPECT_EQ(client.get("/__fake__/faults/99").status, 404);
    // The same in JSON.
    post_fault(R"({"match":{"call":"system.*","args":[{"query":"a"}],"headers":{"X-A":"b",
        "X-C":null},"key":"sk-12345678","caller":"id"},"steps":[{"delay_ms":[5,20],"stall_ms":10,
        "chance":0.25,"times":2},{"drip":{"bytes":10,"every_ms":50}}]})");
    EXPECT_EQ(client.get("/__fake__/faults").value().at(1), text(spec));
}

TEST_F(FakeServerFaultMatch, CountsWhatAFaultHasDone)
{
    server.script("system.ping").status(500).times(2).then().status(501);
    client.call("system.ping");
    client.call("system.ping");
    json::value const seen = client.get("/__fake__/faults?ids=true").value();
    EXPECT_EQ(seen.at(0).at("used"), 2);
    EXPECT_EQ(seen.at(0).at("fault"), "system.ping status=501");
}

TEST_F(FakeServerFaultMatch, ShowsForHowManyCallsAStepStillIs)
{
    server.script("system.ping").status(500).times(2).then().status(501).times(3);
    for (int i = 0; i < 3; ++i) client.call("system.ping");
    json::value const seen = client.get("/__fake__/faults?ids=true").value();
    EXPECT_EQ(seen.at(0).at("used"), 3);
    EXPECT_EQ(seen.at(0).at("fault"), "system.ping status=501 times=2");
}

TEST_F(FakeServerFaultMatch, IsTheSameAsJsonAndAsText)
{
    for (auto const& [members, words] : std::vector<std::pair<std::string, std::string>>{
             {R"("status":503,"headers":{"A":"b"})", R"(status=503 header="A: b")"},
             {R"("without_headers":["Upgrade"])", R"(no-header="Upgrade")"},
             {R"("body":"x")", R"(body="x")"},
             {R"("error":"no")", R"(json="{\"error\":\"no\"}")"},
             {R"("delay_ms":5,"hold":true)", "delay=5ms hold"},
             {R"("close":"before","effect":true)", "effect close"},
             {R"("close":"after")", "close=after"},
             {R"("close":40,"abrupt":true)", "close=40 abrupt"},
             {R"("reset":"before")", "reset"},
             {R"("reset":40)", "reset=40"},
             {R"("no_subscriber":true)", "no-subscriber"},
             {R"("bridge_timeout":true)", "bridge-timeout"},
             {R"("ok":true,"times":3)", "ok times=3"},
             {R"("ok":true,"times":"forever")", "ok forever"}}) {
        answer const a =
            client.send("PUT", "/__fake__/faults", {}, R"([{"match":"*",)" + members + "}]");
        EXPECT_EQ(a.status, 200) << members << a.body;
        EXPECT_EQ(client.get("/__fake__/faults").value(), json::array({text("* " + words)}));
    }
}

std::string statuses(http_client& client, int n, std::string const& call = "system.ping")
{
    std::string out;
    for (int i = 0; i < n; ++i) out += client.call(call).status == 200 ? '.' : 'x';
    return out;
}

TEST_F(FakeServerFaultMatch, IsLeftToChanceThatTheSeedDecides)
{
    server.script("system.ping").chance(0.3).status(503).forever();
    std::string const first = statuses(client, 200);
    auto const hits = std::count(first.begin(), first.end(), 'x');
    EXPECT_GT(hits, 30);
    EXPECT_LT(hits, 90);
    // A later fault draws its own random numbers, and a reset restarts the sequence.
    server.reset();
    server.script("system.ping").chance(0.3).status(503).forever();
    server.script("system.test").chance(0.5).status(503).forever();
    for (int i = 0; i < 20; ++i) client.call("system.test");
    EXPECT_EQ(statuses(client, 200), first);
    fake_server other(plain_options().users(20).seed(7));
    other.script("system.ping").chance(0.3).status(503).forever();
    http_client of_other(other);
    EXPECT_NE(statuses(of_other, 200), first);
}

TEST_F(FakeServerFaultMatch, LeavesACallThatChancePassesByToOthers)
{
    server.script("system.ping").chance(0.5).status(503).forever();
    server.script("system.ping").status(504).forever();
    bool first = false, second = false;
    for (int i = 0; i < 50; ++i) {
        int const status = client.call("system.ping").status;
        ASSERT_TRUE(status == 503 || status == 504) << status;
        (status == 503 ? first : second) = true;
    }
    EXPECT_TRUE(first);
    EXPECT_TRUE(second);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeServerFaultMatch, ReportsNoStepThatChanceHasPassedBy)
{
    server.script("system.ping").chance(1e-9).status(503).times(3);
    EXPECT_NE(server.report(), "");
    EXPECT_EQ(client.call("system.ping").status, 200);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeServerFaultMatch, DrawsForEachFaultSeparately)
{
    server.script("system.ping").chance(0.5).status(503).forever();
    server.script("system.test").chance(0.5).status(503).forever();
    EXPECT_NE(statuses(client, 64), statuses(client, 64, "system.test"));
}

TEST_F(FakeServerFaultMatch, ReportsAStepWithChanceThatNoCallHasReached)
{
    server.script("system.ping").status(503).then().chance(0.5).status(504);
    EXPECT_EQ(client.call("system.ping").status, 503);
    EXPECT_EQ(server.report(), "scripted for 'system.ping' and not used: status=504 chance=0.5\n");
}

TEST_F(FakeServerFaultMatch, DrawsTimesFromARange)
{
    server.script("system.ping").stall(1ms, 40ms).forever();
    std::vector<std::string> seen;
    for (int i = 0; i < 8; ++i) {
        auto const start = std::chrono::steady_clock::now();
        EXPECT_EQ(client.call("system.ping").status, 200);
        auto const took = std::chrono::steady_clock::now() - start;
        std::string const fault = server.journal().requests().back().fault;
        ASSERT_TRUE(fault.starts_with("stall=")) << fault;
        int const ms = std::stoi(fault.substr(6));
        EXPECT_GE(ms, 1);
        EXPECT_LE(ms, 40);
        EXPECT_GE(took, std::chrono::milliseconds(ms));
        seen.push_back(fault);
    }
    EXPECT_NE(std::count(seen.begin(), seen.end(), seen[0]), 8);
}

TEST_F(FakeServerFaultMatch, DripsAnAnswer)
{
    server.script("system.ping").drip(40, 40ms);
    auto const start = std::chrono::steady_clock::now();
    answer const a = client.call("system.ping");
    auto const took = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(a.body, R"({"now":1760000000000})");
    // The head alone has more than 120 bytes. That makes at least four pieces and three pauses.
    EXPECT_GE(took, 120ms);
    EXPECT_EQ(client.call("system.ping").status, 200);
}

TEST_F(FakeServerFaultMatch, DripsUntilTheCut)
{
    server.script("system.ping").drip(1, 1ms).close_after_bytes(12);
    raw_client raw(server.port());
    raw.send(ping_request(server.api_key()));
    EXPECT_EQ(raw.receive_all(), "HTTP/1.1 200");
    EXPECT_TRUE(raw.was_closed);
}

TEST_F(FakeServerFaultMatch, StopsToDripWhenTheClientLeaves)
{
    server.script("system.ping").drip(1, 1h);
    raw_client raw(server.port());
    raw.send(ping_request(server.api_key()));
    EXPECT_EQ(raw.receive_until("H"), "H");
    raw.close();
    EXPECT_TRUE(server.journal().wait_for_open(0));
}

class FakeServerFaultCondition : public testing::TestWithParam<refused_fault>
{
};

TEST_P(FakeServerFaultCondition, IsRefusedWithAWordOnWhatToDo) { expect_refusal(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All,
    FakeServerFaultCondition,
    testing::Values(
        refused_fault{"* when-args={} status=503", "needs a list of arguments"},
        refused_fault{"* when-args=x status=503", "needs JSON"},
        refused_fault{"* when-header=x status=503", "when-header=\"Name: value\""},
        refused_fault{"* when-key= status=503", "'when-key' needs a value"},
        refused_fault{"* when-moon=x status=503", "when-caller=ID"},
        refused_fault{"* when-key=x", "a step says nothing"},
        refused_fault{"* status=503 chance=0", "above 0, 1 at most"},
        refused_fault{"* status=503 chance=20%", "above 0, 1 at most"},
        refused_fault{"* status=503 chance=1.5", "above 0, 1 at most"},
        refused_fault{"* delay=20..10", "begins before its end"},
        refused_fault{"* delay=20..x", "needs a whole number"},
        refused_fault{"* drip=10", "drip=BYTES/MS"},
        refused_fault{"* drip=0/10", "begins at 1 byte"},
        refused_fault{"* drip=5/10 websocket=[]", "'websocket' and 'drip' exclude each other"},
        refused_fault{R"({"match":{"cal":"x"},"status":503})", "'match' has no 'cal'"},
        refused_fault{R"({"match":{"args":{}},"status":503})", "needs a list of arguments"},
        refused_fault{R"({"match":{"headers":[]},"status":503})", "'headers' needs an object"},
        refused_fault{R"({"match":{"headers":{"A":1}},"status":503})", "'A' needs a text"},
        refused_fault{R"({"match":"*","delay_ms":[1]})", "needs a number, or two"},
        refused_fault{R"({"match":"*","drip":5})", "needs an object such as"},
        refused_fault{R"({"match":"*","status":503,"times":0})", "'times' begins at 1"},
        refused_fault{R"({"match":"*","status":503,"chance":"x"})", "above 0, 1 at most"}
    )
);

TEST_F(FakeServerFaultMatch, RefusesMistakesWhereTheyAreMade)
{
    EXPECT_THROW(server.script("*").when_args("{}"), std::invalid_argument);
    EXPECT_THROW(server.script("*").when_args("["), std::invalid_argument);
    EXPECT_THROW(server.script("*").chance(0), std::invalid_argument);
    EXPECT_THROW(server.script("*").delay(2ms, 1ms), std::invalid_argument);
    EXPECT_THROW(server.script("*").drip(0, 1ms), std::invalid_argument);
}

}  // namespace

}  // namespace cohub::tests
