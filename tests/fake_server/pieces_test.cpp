#include <gtest/gtest.h>

#include "support.hpp"

namespace cohub::tests {

namespace {

using fake::pieces_os;
using fake::provider_source;

// A profile with an unusual order, spelling and spacing of members, and with some unknown members.
std::string const record =
    "{ \"id\" : \"7\",\"zeta\":[1.50,{\"b\":null}],\n"
    "  \"aesthetics\":{\"theme\":{\"dark\":true},\"font\":{\"size\":14},\"density\":\"tight\"},"
    "\"vanityname\":\"Own\",\"allocation\":{\"status\":{\"cloud\":\"HIBERNATING\"}},"
    "\"name\":\"Zo\\u00eb \xc3\xa9 \\/\" }";

class FakePieces : public testing::Test
{
protected:
    FakePieces() : server(plain_options().users(0)), client(server), os(server.pieces()) {}

    /// A request as a client of Pieces OS sends it: without a key, and with the body unchanged.
    answer post(std::string const& path, std::string const& body = "")
    {
        return client.send("POST", path, {}, body);
    }
    std::string with_vanity_name(std::string const& name)
    {
        return R"({"id":"1","aesthetics":{"theme":{"dark":true},"font":{"size":14}},"vanityname":")" +
               name + "\"}";
    }
    std::string updated() { return updated_of(client.get("/user").value().at("user")); }
    static std::string updated_of(json::value const& profile)
    {
        return std::string(profile.at("updated").at("value").as_string());
    }
    answer arrange(std::string const& state)
    {
        return client.send("PUT", "/__fake__/pieces", {}, state);
    }

    fake_server server;
    http_client client;
    pieces_os os;
};

TEST_F(FakePieces, IsSignedInAtFirst)
{
    json::value const user = client.get("/user").value().at("user");
    EXPECT_EQ(user.at("name"), text("Robin Piece"));
    EXPECT_EQ(user.at("email"), text("robin@pieces.cohub.test"));
    EXPECT_EQ(json::serialize(user), json::serialize(json::parse(os.profile().value())));
    EXPECT_EQ(updated_of(user), "2025-10-09T08:53:20.000Z");
    EXPECT_EQ(server.journal().count("pieces.user_snapshot"), 1u);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakePieces, AnswersAsShelfDoes)
{
    answer const good = client.get("/user");
    EXPECT_EQ(good.header("Content-Type"), "application/json");
    EXPECT_EQ(good.header("X-Powered-By"), "Dart with package:shelf");
    EXPECT_EQ(good.header("X-Frame-Options"), "SAMEORIGIN");
    EXPECT_EQ(good.header("X-XSS-Protection"), "1; mode=block");
    EXPECT_EQ(good.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(good.header("Access-Control-Allow-Origin"), "*");
    answer const bad = client.get("/user/providers");
    EXPECT_EQ(bad.status, 501);
    EXPECT_EQ(bad.body, "Not Implemented");
    EXPECT_EQ(bad.header("Content-Type"), "text/plain");
}

TEST_F(FakePieces, TakesRequestsInAnyDress)
{
    for (httplib::Headers const& headers :
         {httplib::Headers{{"Accept", "*/*"}, {"Content-Type", "application/json"}},
          httplib::Headers{{"Accept", "text/plain"}, {"Content-Type", "application/xml"}},
          httplib::Headers{{"X-Application-ID", "a"}, {"application", "b"}},
          httplib::Headers{{"Authorization", "Bearer nobody"}}}) {
        EXPECT_EQ(client.send("POST", "/user/update", headers, record).status, 200);
    }
    EXPECT_EQ(os.profile(), record);
    // POST without a length.
    raw_client raw(server.port());
    raw.send("POST /user/clear HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_TRUE(raw.receive_until("\r\n\r\n").starts_with("HTTP/1.1 204 No Content\r\n"));
    EXPECT_EQ(os.profile(), std::nullopt);
}

TEST_F(FakePieces, AnswersTheSameToTheSameSeedAndClock)
{
    std::string const again = *fake_server(plain_options().users(5)).pieces().profile();
    EXPECT_EQ(os.profile(), again);
    EXPECT_NE(os.profile(), fake_server(plain_options().users(0).seed(1)).pieces().profile());
    EXPECT_NE(os.profile(), fake_server(plain_options().users(0).now(1)).pieces().profile());
}

TEST_F(FakePieces, ClearSignsOutAndSelectSignsInAgain)
{
    std::string const before = *os.profile();
    EXPECT_EQ(post("/user/clear").status, 204);
    EXPECT_EQ(post("/user/clear").status, 204);
    EXPECT_FALSE(client.get("/user").value().as_object().contains("user"));
    EXPECT_EQ(client.get("/user/refresh").body, "null");
    EXPECT_EQ(post("/user/update", record).body, "null");
    EXPECT_EQ(post("/user/select").body, before);
    EXPECT_EQ(os.profile(), before);
}

TEST_F(FakePieces, SelectTakesOverWhatItIsTold)
{
    os.set_profile(record);
    answer const a = post("/user/select", R"({"name":"N\u00e9w","username":"new","locale":"x"})");
    json::value const v = a.value();
    EXPECT_EQ(v.at("name"), text("N\xc3\xa9w"));
    EXPECT_EQ(v.at("username"), text("new"));
    EXPECT_FALSE(v.as_object().contains("locale"));
    EXPECT_EQ(v.at("id"), text("7"));
    // The spelling is kept.
    EXPECT_NE(a.body.find(R"("N\u00e9w")"), std::string::npos);
}

TEST_F(FakePieces, TakesTheLastOfAMemberThatIsThereTwice)
{
    answer const a = post("/user/select", R"({"name":"first", "name":"last"})");
    EXPECT_EQ(a.value().at("name"), text("last"));
}

TEST_F(FakePieces, SelectFindsSomebodyElse)
{
    std::string const before(os.profile().value());
    json::value const mary = post("/user/select", R"({"email":"mary@pieces.cohub.test"})").value();
    EXPECT_EQ(mary.at("name"), text("Mary Somerville"));
    EXPECT_NE(mary.at("id"), json::parse(before).at("id"));
    EXPECT_EQ(post("/user/select", R"({"email":"robin@pieces.cohub.test"})").body, before);
}

TEST_F(FakePieces, UpdateReplacesTheRecordByWhatWasSent)
{
    EXPECT_EQ(post("/user/update", record).body, record);
    EXPECT_EQ(os.profile(), record);
    std::string const snapshot = client.get("/user").body;
    EXPECT_NE(snapshot.find(record), std::string::npos);
    EXPECT_EQ(post("/user/update").body, record);
    EXPECT_EQ(post("/user/update", "null").body, record);
}

TEST_F(FakePieces, MovesUpdatedWithTheClock)
{
    server.advance(1500ms);
    EXPECT_EQ(updated(), "2025-10-09T08:53:20.000Z");
    client.get("/user/refresh");
    EXPECT_EQ(updated(), "2025-10-09T08:53:21.500Z");
    server.advance(1s);
    std::string const old = *os.profile();
    EXPECT_EQ(updated_of(post("/user/update", old).value()), "2025-10-09T08:53:22.500Z");
    server.advance(1s);
    EXPECT_EQ(updated_of(post("/user/select").value()), "2025-10-09T08:53:23.500Z");
    server.advance(1s);
    EXPECT_EQ(
        updated_of(post("/user/update/vanity", with_vanity_name("robin2")).value()),
        "2025-10-09T08:53:24.500Z"
    );
}

TEST_F(FakePieces, RefusesBodiesThatAreNoProfile)
{
    std::string const before = *os.profile();
    for (char const* const body :
         {"x",
          "[]",
          "{}",
          R"({"id":1,"aesthetics":{"theme":{"dark":true},"font":{"size":14}}})",
          R"({"id":"1"})",
          R"({"id":"1","aesthetics":{"theme":{"dark":1},"font":{"size":14}}})",
          R"({"id":"1","aesthetics":{"theme":{"dark":true},"font":{"size":1.5}}})"}) {
        answer const a = post("/user/update", body);
        EXPECT_EQ(a.status, 500) << body;
        EXPECT_EQ(a.body, "Internal Server Error");
        EXPECT_EQ(post("/user/update/vanity", body).status, 500) << body;
    }
    EXPECT_EQ(post("/user/select", "[]").status, 500);
    EXPECT_EQ(post("/user/beta/status", "{}").status, 500);
    EXPECT_EQ(os.profile(), before);
}

TEST_F(FakePieces, ReadsDeepBodies)
{
    std::string deep = "1";
    for (int i = 0; i < 100; ++i) deep = "{\"entities\":" + deep + "}";
    std::string const body =
        R"({"id":"1","aesthetics":{"theme":{"dark":true},"font":{"size":14}},"entities":)" + deep +
        "}";
    EXPECT_EQ(post("/user/update", body).body, body);
}

TEST_F(FakePieces, BetaStatusIsKept)
{
    std::string const id = json::serialize(json::parse(*os.profile()).at("id"));
    EXPECT_EQ(post("/user/beta/status").body, "{\"user\":" + id + "}");
    std::string const status = R"({"descope":{"vision":{"x":1}}, "user":"7"})";
    EXPECT_EQ(post("/user/beta/status", status).body, status);
    EXPECT_EQ(post("/user/beta/status").body, status);
    os.sign_out();
    answer const refused = post("/user/beta/status", status);
    EXPECT_EQ(refused.status, 511);
    EXPECT_EQ(refused.body, "Authentication Required");
    EXPECT_EQ(refused.header("Content-Type"), "text/plain");
}

TEST_F(FakePieces, ProvidersAreTheClouds)
{
    os.set_providers(provider_source::cloud);
    json::value const user = client.get("/user/providers").value().at("user");
    EXPECT_EQ(user.at("providers").at("iterable").as_array().at(0).at("type"), text("github"));
    os.sign_out();
    EXPECT_EQ(client.get("/user/providers").status, 200);
}

TEST_F(FakePieces, VanityChangesThatNameAlone)
{
    EXPECT_EQ(post("/user/update/vanity", with_vanity_name("robin-2")).status, 200);
    json::value const user = client.get("/user").value().at("user");
    EXPECT_EQ(user.at("vanityname"), text("robin-2"));
    EXPECT_EQ(user.at("name"), text("Robin Piece"));
    os.set_profile(record);
    std::string changed = record;
    changed.replace(changed.find("\"Own\""), 5, "\"other\"");
    EXPECT_EQ(post("/user/update/vanity", with_vanity_name("other")).body, changed);
    EXPECT_EQ(post("/user/update/vanity").body, changed);
    EXPECT_EQ(
        post("/user/update/vanity", record.substr(0, record.find(",\"vanityname\"")) + "}").body,
        changed
    );
}

TEST_F(FakePieces, VanityIsRefusedInThisOrder)
{
    os.make_dns_ready(false);
    os.connect_cloud(false);
    answer const no_cloud = post("/user/update/vanity", with_vanity_name("mary"));
    EXPECT_EQ(no_cloud.status, 511);
    EXPECT_EQ(no_cloud.body, "Network Authentication Required");
    os.connect_cloud();
    answer const no_record = post("/user/update/vanity", with_vanity_name("mary"));
    EXPECT_EQ(no_record.status, 404);
    EXPECT_EQ(no_record.body, "No DNS record yet.");
    os.make_dns_ready();
    answer const taken = post("/user/update/vanity", with_vanity_name("MARY"));
    EXPECT_EQ(taken.status, 409);
    EXPECT_EQ(taken.body, "That name is taken.");
    EXPECT_EQ(post("/user/update/vanity", with_vanity_name("robin")).status, 200);
    os.take_vanity_name("free");
    EXPECT_EQ(post("/user/update/vanity", with_vanity_name("Free")).status, 409);
    os.free_vanity_name("free");
    EXPECT_EQ(post("/user/update/vanity", with_vanity_name("Free")).status, 200);
    os.sign_out();
    EXPECT_EQ(post("/user/update/vanity", with_vanity_name("a")).status, 511);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakePieces, IsWell)
{
    answer const get = client.get("/.well-known/health");
    EXPECT_EQ(get.body, os.health());
    EXPECT_TRUE(get.body.starts_with("OK:"));
    EXPECT_EQ(get.body.size(), 39u);
    answer const head = client.send("HEAD", "/.well-known/health", {}, "");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(head.header("Content-Length"), "39");
    EXPECT_EQ(client.get("/.well-known/version").status, 200);
    EXPECT_EQ(server.journal().count("pieces.health"), 2u);
}

TEST_F(FakePieces, HasNoOtherRoutes)
{
    answer const a = client.get("/user/access_token");
    EXPECT_EQ(a.status, 404);
    EXPECT_EQ(a.body, "Route not found");
    EXPECT_EQ(client.get("/user/update").status, 404);
    EXPECT_EQ(
        server.report(),
        "asked for and not served: GET /user/access_token\n"
        "asked for and not served: GET /user/update\n"
    );
    server.journal().clear();
    EXPECT_EQ(client.get("/user/stream").body, "<!doctype html><title>404</title>");
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakePieces, IsScriptedAsAllIs)
{
    server.script("pieces.user_snapshot").status(500).then().json("[1]");
    server.script("/user/clear").effect_then_drop();
    EXPECT_EQ(client.get("/user").status, 500);
    answer const list = client.get("/user");
    EXPECT_EQ(list.body, "[1]");
    EXPECT_EQ(list.header("Content-Type"), "application/json");
    EXPECT_EQ(post("/user/clear").status, 0);
    EXPECT_EQ(os.profile(), std::nullopt);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakePieces, MasksSecretsInTheJournal)
{
    post(
        "/user/update",
        R"({"id":"1","aesthetics":{"theme":{"dark":true},"font":{"size":14}},"apiKeys":["k1"],)"
        R"("auth0":{"cloud_key":"k2","open_AI":{"organization_key":"k3","api_key":"k4"}},)"
        R"("providers":{"iterable":[{"access_token":"k5"}]}})"
    );
    std::string const body = server.journal().requests("pieces.update_user").at(0).body;
    EXPECT_EQ(body.find("\"k"), std::string::npos) << body;
    EXPECT_NE(body.find("cloud_key"), std::string::npos);
}

TEST_F(FakePieces, ResetRestoresAll)
{
    std::string const before = *os.profile();
    std::string const snapshot = client.get("/user").body;
    os.set_profile(record);
    os.connect_cloud(false);
    os.make_dns_ready(false);
    os.set_providers(provider_source::cloud);
    os.take_vanity_name("a");
    os.set_envelope("", true);
    server.advance(1s);
    EXPECT_EQ(client.send("POST", "/__fake__/reset", {}, "").status, 200);
    EXPECT_EQ(os.profile(), before);
    EXPECT_EQ(client.get("/user").body, snapshot);
    EXPECT_EQ(client.get("/user/providers").status, 501);
    EXPECT_EQ(post("/user/update/vanity", with_vanity_name("a")).status, 200);
}

TEST_F(FakePieces, IsArrangedByOtherPrograms)
{
    EXPECT_EQ(arrange("{\"profile\": " + record + "}").status, 200);
    EXPECT_EQ(os.profile(), record);
    answer const all = arrange(
        R"({"signed_in":false,"cloud":false,"dns_ready":false,"providers":"cloud","taken":["x"]})"
    );
    json::value const state = all.value();
    EXPECT_EQ(state.at("signed_in"), json::value(false));
    EXPECT_EQ(state.at("profile"), json::value(nullptr));
    EXPECT_EQ(state.at("cloud"), json::value(false));
    EXPECT_EQ(state.at("dns_ready"), json::value(false));
    EXPECT_EQ(state.at("providers"), text("cloud"));
    EXPECT_EQ(state.at("taken"), json::parse(R"(["x"])"));
    EXPECT_EQ(state.at("health"), text(os.health()));
    EXPECT_EQ(state.at("streams"), json::value(0));
    EXPECT_EQ(client.get("/__fake__/pieces").body, all.body);
    arrange(R"({"signed_in":true})");
    EXPECT_EQ(os.profile(), record);
    for (char const* const body :
         {"x",
          "[]",
          R"({"clouds":true})",
          R"({"cloud":1})",
          R"({"providers":"x"})",
          R"({"taken":[1]})",
          R"({"profile":[]})"}) {
        EXPECT_EQ(arrange(body).status, 400) << body;
    }
    std::string const long_text(124, 'x');
    for (std::string const& body :
         {std::string("{}"),
          std::string(R"({"close":1})"),
          std::string(R"({"drop":"x"})"),
          std::string(R"({"text":1})"),
          std::string(R"({"text":"a","ping":"b"})"),
          std::string(R"({"binary":{"base64":"?"}})"),
          std::string(R"({"binary":{"text":"a"}})"),
          std::string(R"({"text":"a","x":1})"),
          std::string(R"({"text":"a","reason":"b"})"),
          R"({"ping":"xx)" + long_text + "\"}",
          R"({"close":1000,"reason":")" + long_text + "\"}"}) {
        EXPECT_EQ(post("/__fake__/pieces/streams", body).status, 400) << body;
    }
    EXPECT_EQ(post("/__fake__/pieces/streams", R"({"ping":"x)" + long_text + "\"}").status, 200);
    EXPECT_THROW(os.set_profile("[]"), std::invalid_argument);
    EXPECT_THROW(os.set_envelope("x", true), std::invalid_argument);
}

}  // namespace

}  // namespace cohub::tests
