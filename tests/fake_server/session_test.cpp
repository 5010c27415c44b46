// Several worlds on one server.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support.hpp"
#include "websocket_client.hpp"

namespace cohub::tests {

namespace {

class FakeServerSessions : public testing::Test
{
protected:
    /// A client of one session. Its header or only its key says which one.
    class session_client
    {
    public:
        session_client(fake_server& server, json::value about)
            : about_(std::move(about)), client_(server)
        {
            client_.as(text_of("api_key"));
        }

        std::string text_of(char const* member) const
        {
            return std::string(about_.at(member).as_string());
        }
        std::string id() const { return text_of("id"); }
        answer own(std::string const& method, std::string const& path, std::string const& body = "")
        {
            return client_.send(method, "/__fake__/" + path, {{"X-Fake-Session", id()}}, body);
        }
        http_client& api() { return client_; }
        std::uint64_t count(std::string const& call)
        {
            return own("GET", "requests/count?call=" + call)
                .value()
                .at("count")
                .to_number<unsigned>();
        }

    private:
        json::value about_;
        http_client client_;
    };

    answer common(std::string const& method, std::string const& path, std::string const& body = "")
    {
        return control.send(method, "/__fake__/" + path, {}, body);
    }
    session_client make(std::string const& options = "")
    {
        answer const made = common("POST", "sessions", options);
        EXPECT_EQ(made.status, 200) << made.body;
        return session_client(server, made.value());
    }

    fake_server server{plain_options().users(20)};
    http_client control{server};
};

TEST_F(FakeServerSessions, TellsWhatATestNeeds)
{
    answer const made = common("POST", "sessions", R"({"seed":7,"users":5,"now":1000})");
    json::value const about = made.value();
    EXPECT_EQ(about.at("id"), "s1");
    EXPECT_EQ(about.at("url"), text(server.url()));
    EXPECT_EQ(about.at("ca_pem"), nullptr);
    EXPECT_EQ(about.at("headers").at("X-Fake-Session"), "s1");
    EXPECT_EQ(about.at("seed"), 7);
    EXPECT_EQ(about.at("api_key"), about.at("keys").at("user"));
    http_client client(server);
    client.as(std::string(about.at("api_key").as_string()));
    EXPECT_EQ(client.call("system.ping").body, R"({"now":1000})");
    answer const seen = client.send("GET", "/__fake__/server", {{"X-Fake-Session", "s1"}}, "");
    EXPECT_EQ(seen.value(), about);
    json::value const common_one = common("GET", "server").value();
    EXPECT_EQ(common_one.at("id"), nullptr);
    EXPECT_EQ(common_one.at("api_key"), text(server.api_key()));
}

TEST_F(FakeServerSessions, HaveTheSameDataAndKeysOfTheirOwn)
{
    session_client a = make();
    session_client b = make();
    std::string const users = common("GET", "users").body;
    EXPECT_EQ(a.own("GET", "users").body, users);
    EXPECT_EQ(b.own("GET", "users").body, users);
    EXPECT_NE(a.text_of("api_key"), b.text_of("api_key"));
    EXPECT_NE(a.text_of("api_key"), server.api_key());
    // A key that is made later also belongs to its session.
    json::value const made =
        a.api().result("system.manageApiKeys", R"({"action":"create","name":"later"})");
    http_client later(server);
    later.as(std::string(made.at(0).at("secret").as_string()));
    EXPECT_EQ(later.call("system.ping").status, 200);
    EXPECT_EQ(a.count("system.ping"), 1u);
    EXPECT_EQ(b.count("*"), 0u);
    EXPECT_EQ(server.journal().count(), 0u);
}

TEST_F(FakeServerSessions, SeeNothingOfEachOther)
{
    session_client a = make();
    session_client b = make();
    a.own("POST", "accounts", R"({"first_name":"Only","last_name":"Here"})");
    a.own("POST", "faults", R"("system.ping status=503 forever")");
    a.own("PUT", "clock", R"({"now":5000})");
    a.own("PUT", "settings", R"({"v1":"removed","public_jupyter":true})");
    a.own("PUT", "pieces", R"({"signed_in":false})");
    EXPECT_EQ(a.api().call("system.ping").status, 503);
    EXPECT_EQ(
        a.api().result("system.userSearch", R"({"query":"only here"})").as_array().size(), 1u
    );

    EXPECT_EQ(b.api().call("system.ping").body, R"({"now":1760000000000})");
    EXPECT_EQ(
        b.api().result("system.userSearch", R"({"query":"only here"})").as_array().size(), 0u
    );
    EXPECT_EQ(b.own("GET", "faults").body, "[]");
    EXPECT_EQ(b.own("GET", "settings").value().at("v1"), "manual");
    EXPECT_EQ(b.own("GET", "pieces").value().at("signed_in"), true);
    EXPECT_EQ(b.count("*"), 2u);
    EXPECT_EQ(a.count("*"), 2u);
    EXPECT_EQ(a.own("GET", "connections").value().at("connections"), 1);
    b.own("POST", "reset");
    EXPECT_EQ(b.count("*"), 0u);
    EXPECT_EQ(a.count("*"), 2u);
    EXPECT_EQ(a.own("GET", "clock").body, R"({"now":5000})");

    EXPECT_EQ(server.journal().count(), 0u);
    EXPECT_EQ(server.journal().connections(), 0u);
    EXPECT_EQ(server.report(), "");
    EXPECT_EQ(server.now(), 1'760'000'000'000);
}

TEST_F(FakeServerSessions, AreChosenByHeaderOnOneConnection)
{
    session_client a = make();
    session_client b = make();
    http_client shared(server);
    auto const get = [&](std::string const& id) {
        httplib::Headers headers;
        if (!id.empty()) headers.emplace("X-Fake-Session", id);
        return shared.send("GET", "/user", headers, "");
    };
    EXPECT_EQ(get(a.id()).status, 200);
    EXPECT_EQ(get(b.id()).status, 200);
    EXPECT_EQ(get(a.id()).status, 200);
    EXPECT_EQ(get("").status, 200);
    EXPECT_EQ(a.count("pieces.user_snapshot"), 2u);
    EXPECT_EQ(b.count("pieces.user_snapshot"), 1u);
    EXPECT_EQ(server.journal().count("pieces.user_snapshot"), 1u);
    EXPECT_EQ(server.journal().connections(), 1u);
    EXPECT_EQ(a.own("GET", "connections").value().at("open"), 1);
    shared.close();
    EXPECT_EQ(a.own("GET", "connections?open=0&wait_ms=10000").value().at("met"), true);
}

TEST_F(FakeServerSessions, PutTheHeaderBeforeTheKey)
{
    session_client a = make();
    session_client b = make();
    answer const refused = a.api().send(
        "POST",
        "/api/conat/hub",
        {{"X-Fake-Session", b.id()},
         {"Authorization", "Bearer " + a.text_of("api_key")},
         {"Content-Type", "application/json"}},
        R"({"name":"system.ping","args":[]})"
    );
    EXPECT_NE(refused.error().find("must be signed in"), std::string::npos) << refused.body;
    EXPECT_EQ(a.count("*"), 0u);
    EXPECT_EQ(b.count("*"), 1u);
}

TEST_F(FakeServerSessions, EndAndAreGone)
{
    session_client a = make();
    EXPECT_EQ(a.api().call("system.ping").status, 200);
    EXPECT_EQ(common("GET", "sessions").value().at("sessions").at(0).at("requests"), 1);
    EXPECT_EQ(common("DELETE", "sessions/s1").status, 200);
    EXPECT_EQ(common("DELETE", "sessions/s1").status, 404);
    EXPECT_EQ(common("GET", "sessions").value().at("sessions").as_array().size(), 0u);
    for (answer const& late :
         {a.api().call("system.ping"), a.own("GET", "requests"), a.own("POST", "reset")}) {
        EXPECT_EQ(late.status, 404);
        EXPECT_EQ(late.body.find("There is no session 's1'"), 0u) << late.body;
    }
    // So that a page of another origin can read it, too.
    EXPECT_EQ(a.own("GET", "requests").header("Access-Control-Allow-Origin"), "*");
    answer const empty = control.send("GET", "/user", {{"X-Fake-Session", ""}}, "");
    EXPECT_EQ(empty.status, 404);
    EXPECT_EQ(make().id(), "s2");
    EXPECT_EQ(server.journal().count(), 0u);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeServerSessions, LetGoWhatTheyHoldBackWhenTheyEnd)
{
    session_client a = make();
    session_client b = make();
    a.own("POST", "faults", R"("system.ping hold")");
    b.own("POST", "faults", R"("system.ping hold")");
    raw_client of_a(server.port());
    raw_client of_b(server.port());
    of_a.send(ping_request(a.text_of("api_key")));
    of_b.send(ping_request(b.text_of("api_key")));
    EXPECT_EQ(a.own("GET", "requests/count?at_least=1&wait_ms=10000").value().at("met"), true);
    EXPECT_EQ(b.own("GET", "requests/count?at_least=1&wait_ms=10000").value().at("met"), true);
    server.release();
    a.own("POST", "release");
    EXPECT_NE(of_a.receive_until("{\"now\"").find("200 OK"), std::string::npos);
    EXPECT_TRUE(of_b.has_silence(20ms));
    EXPECT_EQ(common("DELETE", "sessions/" + b.id()).status, 200);
    EXPECT_NE(of_b.receive_until("{\"now\"").find("200 OK"), std::string::npos);
}

TEST_F(FakeServerSessions, EndWhileSomebodyWaitsForTheirJournal)
{
    session_client a = make();
    answer got;
    std::thread waiting([&] { got = a.own("GET", "requests/count?at_least=1&wait_ms=60000"); });
    while (common("GET", "sessions").value().at("sessions").as_array().empty()) {
    }
    EXPECT_EQ(common("DELETE", "sessions/s1").status, 200);
    waiting.join();
    EXPECT_TRUE(got.status == 404 || got.value().at("met") == false) << got.body;
}

TEST_F(FakeServerSessions, TakeKeysOfOnesOwn)
{
    session_client a = make(R"({"api_key":"sk-mine-alone"})");
    EXPECT_EQ(a.text_of("api_key"), "sk-mine-alone");
    EXPECT_EQ(a.api().call("system.ping").status, 200);
    std::string const id(a.own("POST", "accounts", R"({"first_name":"Ada"})")
                             .value()
                             .at("account_ids")
                             .at(0)
                             .as_string());
    std::string const key = R"({"account_id":")" + id + R"(","key":"sk-second-key"})";
    EXPECT_EQ(a.own("POST", "keys", key).status, 200);
    http_client second(server);
    second.as("sk-second-key");
    EXPECT_EQ(second.call("system.ping").status, 200);
    EXPECT_EQ(a.count("system.ping"), 2u);

    for (std::string const& taken :
         {std::string("sk-mine-alone"), std::string("sk-second-key"), server.api_key()}) {
        answer const refused = common("POST", "sessions", R"({"api_key":")" + taken + R"("})");
        EXPECT_EQ(refused.status, 400);
        EXPECT_NE(refused.body.find("belongs to another session"), std::string::npos);
    }
    EXPECT_THROW(
        server.add_api_key(fake::api_key(server.users().at(0).account_id).secret("sk-mine-alone")),
        std::invalid_argument
    );
    EXPECT_EQ(common("DELETE", "sessions/" + a.id()).status, 200);
    EXPECT_EQ(make(R"({"api_key":"sk-mine-alone"})").api().call("system.ping").status, 200);
}

TEST_F(FakeServerSessions, RefuseWhatMakesNoSense)
{
    for (std::string const body :
         {"[]",
          "{",
          R"({"sed":1})",
          R"({"users":1000001})",
          R"({"api_key":"x"})",
          R"({"now":-1})",
          R"({"faults":["system.pnig status=503"]})",
          R"({"v1":"2019"})"}) {
        answer const a = common("POST", "sessions", body);
        EXPECT_EQ(a.status, 400) << body;
        EXPECT_TRUE(a.body.ends_with("\n")) << a.body;
    }
    EXPECT_EQ(common("GET", "sessions").value().at("sessions").as_array().size(), 0u);
}

TEST_F(FakeServerSessions, BringTheirFaultsBackByAReset)
{
    session_client a = make(R"({"faults":["system.ping status=503"]})");
    EXPECT_EQ(a.api().call("system.ping").status, 503);
    EXPECT_EQ(a.api().call("system.ping").status, 200);
    a.own("POST", "reset");
    EXPECT_EQ(a.api().call("system.ping").status, 503);
    EXPECT_EQ(a.api().result("system.ping").at("now"), server.now()) << "its key is the same";
}

TEST_F(FakeServerSessions, StartAsTheyAreTold)
{
    session_client a =
        make(R"({"running":true,"now":1000,"spend_time":true,"unmasked_journal":true,"v1":"2020"})"
        );
    session_client b = make();
    json::value const clock = a.own("GET", "clock").value();
    EXPECT_TRUE(clock.as_object().contains("running"));
    EXPECT_LT(clock.at("now").as_int64(), 1'000'000);
    EXPECT_EQ(
        a.own("GET", "settings").value(),
        json::parse(
            R"({"public_jupyter":false,"spend_time":true,"unmasked_journal":true,"v1":"2020"})"
        )
    );
    EXPECT_EQ(b.own("GET", "clock").value(), common("GET", "clock").value());
    EXPECT_EQ(b.own("GET", "settings").value(), common("GET", "settings").value());
}

TEST_F(FakeServerSessions, CountTheirHandshakes)
{
    fake_server secure(fake_server_options().users(0));
    fake::session const mine = secure.session();
    http_client client(secure);
    EXPECT_EQ(client.as(mine.api_key()).call("system.ping").status, 200);
    EXPECT_EQ(mine.journal().connections(), 1u);
    EXPECT_EQ(mine.journal().handshakes(), 1u);
    EXPECT_EQ(mine.journal().resumed_handshakes(), 0u);
    EXPECT_EQ(secure.journal().handshakes(), 0u);
}

TEST_F(FakeServerSessions, ShowTheirOwnStreams)
{
    session_client a = make();
    websocket_client of_common(server);
    ASSERT_TRUE(of_common.upgrade());
    websocket_client of_a(server);
    websocket_client::headers fields = websocket_client::good_headers();
    fields.emplace_back("X-Fake-Session", a.id());
    ASSERT_TRUE(of_a.upgrade("/user/stream", fields));
    EXPECT_EQ(a.own("GET", "pieces?streams=1&wait_ms=10000").value().at("streams"), 1);
    EXPECT_TRUE(server.pieces().wait_for_streams(1));
    EXPECT_EQ(of_a.next().opcode, 1);
    a.own("POST", "pieces/streams", R"({"text":"for a alone"})");
    EXPECT_EQ(of_a.next().payload, "for a alone");
    EXPECT_EQ(common("DELETE", "sessions/" + a.id()).status, 200);
    EXPECT_EQ(of_a.next().reason(), "the session has ended");
    EXPECT_EQ(server.pieces().streams(), 1u);
}

TEST_F(FakeServerSessions, ServeTestsSideBySide)
{
    std::vector<std::thread> tests;
    std::atomic<int> right = 0;
    for (int t = 0; t < 8; ++t) {
        tests.emplace_back([&, t] {
            http_client own(server);
            json::value const about = own.send("POST", "/__fake__/sessions", {}, "").value();
            session_client s(server, about);
            s.own(
                "POST",
                "faults",
                R"({"match":"system.ping","status":)" + std::to_string(500 + t) + R"(,"times":3})"
            );
            bool ok = true;
            for (int i = 0; i < 3; ++i) ok = ok && s.api().call("system.ping").status == 500 + t;
            ok = ok && s.api().call("system.ping").status == 200;
            ok = ok && s.count("system.ping") == 4;
            ok = ok && s.own("GET", "verify").value().at("problems").as_array().empty();
            ok = ok && own.send("DELETE", "/__fake__/sessions/" + s.id(), {}, "").status == 200;
            if (ok) ++right;
        });
    }
    for (std::thread& t : tests) t.join();
    EXPECT_EQ(right, 8);
}

TEST_F(FakeServerSessions, AreHandlesInCpp)
{
    std::string id;
    http_client client(server);
    {
        fake::session mine =
            server.session(fake::session_options().users(5).fault("system.ping status=503"));
        id = mine.id();
        client.as(mine.api_key());
        EXPECT_EQ(client.call("system.ping").status, 503);
        mine.add_account(fake::account("Only", "Here"));
        mine.script("system.test").status(500);
        mine.advance(1s);
        EXPECT_EQ(client.call("system.ping").body, R"({"now":1760000001000})");
        EXPECT_EQ(
            client.result("system.userSearch", R"({"query":"only here"})").as_array().size(), 1u
        );
        EXPECT_EQ(mine.users().size(), 6u);
        EXPECT_EQ(mine.journal().count("system.ping"), 2u);
        EXPECT_EQ(mine.journal().connections(), 1u);
        EXPECT_NE(mine.report(), "") << "system.test was not asked";
        EXPECT_THROW(mine.verify(), fake::verification_error);

        fake::session const moved = std::move(mine);
        EXPECT_EQ(moved.id(), id);
        EXPECT_EQ(client.call("system.ping").status, 200) << "the handle moved, and did not end";
    }
    EXPECT_EQ(client.call("system.ping").status, 404) << "it has ended with its handle";
    EXPECT_EQ(common("GET", "sessions").value().at("sessions").as_array().size(), 0u);
    EXPECT_EQ(server.journal().count(), 0u);
    EXPECT_EQ(server.users().size(), 20u);
    EXPECT_EQ(server.now(), 1'760'000'000'000);
    server.verify();
}

TEST_F(FakeServerSessions, OfCppStartAsTheyAreTold)
{
    fake::session const a = server.session();
    fake::session const b = server.session(fake::session_options()
                                               .seed(7)
                                               .api_key("sk-0123456789abcdef000001")
                                               .v1(fake::v1_profile::removed));
    EXPECT_EQ(a.users().size(), 20u);
    EXPECT_EQ(a.users().at(0).account_id, server.users().at(0).account_id);
    EXPECT_NE(b.users().at(0).account_id, a.users().at(0).account_id);
    EXPECT_EQ(b.api_key(), "sk-0123456789abcdef000001");
    http_client client(server);
    client.as(b.api_key());
    EXPECT_EQ(client.post("/api/v1/ping", "{}").status, 404);
    client.as(a.api_key());
    EXPECT_EQ(client.post("/api/v1/ping", "{}").status, 200);
    EXPECT_THROW(
        server.session(fake::session_options().api_key(b.api_key())), std::invalid_argument
    );
    EXPECT_THROW(server.session(fake::session_options().fault("nonsense")), std::invalid_argument);
    EXPECT_THROW(server.session(fake::session_options().users(1'000'001)), std::invalid_argument);
}

}  // namespace

}  // namespace cohub::tests
