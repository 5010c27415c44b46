#include <cohub/fake/raw_peer.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "program.hpp"
#include "support.hpp"

namespace cohub::tests {
namespace {

using ::testing::Test;

class FakeRecording : public Test
{
protected:
    FakeRecording()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "cohub-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        std::ofstream(folder / "ca.pem") << real.ca_pem();
        fake::account ada;
        ada.account_id = "11111111-1111-4111-8111-111111111111";
        ada.first_name = "Ada";
        ada.last_name = "Lovelace";
        ada.email_address = "ada.lovelace@analytical.org";
        real.add_account(ada);
    }
    ~FakeRecording() override { std::filesystem::remove_all(folder); }

    std::string path(std::string const& name) const { return (folder / name).string(); }
    std::string file() const
    {
        std::ifstream in(path("heard.json"));
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void record()
    {
        server.emplace(fake_server_options().record(real.url(), path("heard.json"), path("ca.pem"))
        );
    }
    void record_from(fake::raw_peer const& peer)
    {
        server.emplace(fake_server_options().plain().record(peer.url(), path("heard.json")));
    }
    void replay() { server.emplace(fake_server_options().replay(path("heard.json"))); }

    std::string const by_address = "\"ada.lovelace@analytical.org\"";
    std::filesystem::path folder;
    fake_server real;
    std::optional<fake_server> server;
};

TEST_F(FakeRecording, AnswersAsTheOtherServerDoesAndReplaysIt)
{
    record();
    answer found, pong, missing;
    {
        http_client client(*server);
        found = client.call("system.userSearch", "{\"query\":" + by_address + "}");
        pong = client.call("system.ping");
        missing = client.call("system.nothing");
        EXPECT_EQ(client.get("/no/such/page").status, 404);
    }
    EXPECT_EQ(found.status, 200);
    EXPECT_NE(found.body.find("Lovelace"), std::string::npos);
    EXPECT_EQ(real.journal().count("system.userSearch"), 1u);
    server.reset();
    EXPECT_EQ(file().find("ada.lovelace"), std::string::npos) << file();
    EXPECT_EQ(file().find(real.api_key()), std::string::npos) << file();

    replay();
    EXPECT_EQ(server->problems().size(), 4u);
    http_client client(*server);
    // The order of requests and that of members do not matter.
    answer const again = client.post_hub("{\"args\" : [], \"name\" : \"system.ping\"}");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, pong.body);
    EXPECT_EQ(again.header("Content-Type"), pong.header("Content-Type"));
    EXPECT_EQ(client.call("system.nothing").body, missing.body);
    json::value const ada =
        client.call("system.userSearch", "{\"query\":" + by_address + "}").value();
    ASSERT_TRUE(ada.is_array() && ada.as_array().size() == 1) << ada;
    EXPECT_EQ(ada.at(0).at("last_name"), json::value("Lovelace"));
    EXPECT_TRUE(ada.at(0).at("email_address").as_string().starts_with("person-"));
    ASSERT_EQ(server->problems().size(), 1u);
    EXPECT_EQ(server->problems()[0], "recorded and not asked for: GET /no/such/page");
    EXPECT_EQ(client.get("/no/such/page").status, 404);
    EXPECT_EQ(server->report(), "");
    EXPECT_EQ(real.journal().count("system.userSearch"), 1u);
}

TEST_F(FakeRecording, ComparesNumbersByTheirValues)
{
    record();
    http_client(*server).post("/x", R"({"a":[1,2.0],"big":9007199254740993})");
    server.reset();
    replay();
    http_client client(*server);
    EXPECT_EQ(client.post("/x", R"({"big":9007199254740993,"a":[1.0,2]})").status, 404);
    EXPECT_EQ(client.post("/x", R"({"a":[1,2],"big":9007199254740992})").status, 501);
    EXPECT_EQ(client.post("/x", R"({"a":[1,2,3],"big":9007199254740993})").status, 501);
    EXPECT_EQ(client.post("/x", R"({"a":[1,2]})").status, 501);
}

TEST_F(FakeRecording, SaysWhatItDoesNotKnow)
{
    record();
    http_client(*server).call("system.ping");
    server.reset();
    replay();
    http_client client(*server);
    answer const other = client.call("system.getCustomize");
    EXPECT_EQ(other.status, 501);
    EXPECT_NE(other.error().find("not in the recording: POST /api/conat/hub"), std::string::npos);
    EXPECT_NE(other.error().find("of this path there is"), std::string::npos) << other.error();
    EXPECT_NE(client.get("/else").error().find("nothing of this path"), std::string::npos);
    EXPECT_NE(server->report().find("asked for and not recorded"), std::string::npos);
}

TEST_F(FakeRecording, GivesTheAnswersOfOneQuestionInTurnAndThenTheLast)
{
    record();
    {
        http_client client(*server);
        client.call("system.ping");
        real.advance(5s);
        client.call("system.ping");
    }
    server.reset();
    replay();
    http_client client(*server);
    std::string const first = client.call("system.ping").body;
    std::string const second = client.call("system.ping").body;
    EXPECT_NE(first, second);
    EXPECT_EQ(client.call("system.ping").body, second);
    client.send("POST", "/__fake__/reset", {}, "");
    EXPECT_EQ(client.call("system.ping").body, first);
}

TEST_F(FakeRecording, InOrderTakesNothingButTheNext)
{
    record();
    {
        http_client client(*server);
        client.call("system.ping");
        client.call("system.getCustomize");
    }
    server.reset();
    server.emplace(fake_server_options().replay_in_order(path("heard.json")));
    http_client client(*server);
    EXPECT_EQ(client.call("system.getCustomize").status, 501);
    EXPECT_EQ(client.call("system.ping").status, 200);
    EXPECT_EQ(client.call("system.getCustomize").status, 200);
    EXPECT_NE(client.call("system.ping").error().find("all that was recorded"), std::string::npos);
    server->reset();
    EXPECT_EQ(client.call("system.ping").status, 200);
}

TEST_F(FakeRecording, PutsThePathOfTheOtherServerBeforeThatOfTheRequest)
{
    std::string const upstream = real.url() + "/base";
    server.emplace(fake_server_options().record(upstream + "/", path("heard.json"), path("ca.pem"))
    );
    EXPECT_EQ(http_client(*server).get("/x?y=1").status, 404);
    EXPECT_EQ(real.journal().requests().at(0).path, "/base/x?y=1");
    server.reset();
    json::value const heard = json::parse(file());
    EXPECT_EQ(heard.at("upstream"), text(upstream));
    EXPECT_EQ(heard.at("exchanges").at(0).at("request").at("target"), "/x?y=1");
}

TEST_F(FakeRecording, KeepsTheHeadersThatAClientActsOn)
{
    std::vector<std::pair<std::string, std::string>> const kept = {
        {"Content-Type", "text/x-other"},
        {"Location", "/elsewhere"},
        {"Retry-After", "7"},
        {"Allow", "GET"},
        {"WWW-Authenticate", "Basic"}};
    {
        auto fault = real.script("/x");
        fault.status(503).header("X-Other", "1");
        for (auto const& [name, value] : kept) fault.header(name, value);
    }
    record();
    answer const heard = http_client(*server).get("/x");
    EXPECT_EQ(heard.status, 503);
    EXPECT_EQ(heard.header("X-Other"), "1");
    server.reset();
    replay();
    answer const again = http_client(*server).get("/x");
    EXPECT_EQ(again.status, 503);
    EXPECT_EQ(again.header("X-Other"), "");
    for (auto const& [name, value] : kept) {
        EXPECT_EQ(heard.header(name), value) << name;
        EXPECT_EQ(again.header(name), value) << name;
    }
}

TEST_F(FakeRecording, HidesATokenThatIsAnAnswerByItself)
{
    record();
    http_client client(*server);
    json::value const token =
        client.as(real.keys().admin)
            .result(
                "system.generateUserAuthToken",
                R"({"user_account_id":"11111111-1111-4111-8111-111111111111"})"
            );
    ASSERT_TRUE(token.is_string()) << token;
    std::string const heard = client.get("/__fake__/recording").body;
    EXPECT_EQ(heard.find(token.as_string().c_str()), std::string::npos) << heard;
}

TEST_F(FakeRecording, ReplacesSecretsAndAddresses)
{
    record();
    std::string const secret = "very-secret-password-1";
    {
        http_client client(*server);
        client.post(
            "/api/v2/accounts/sign-in",
            "{\"email\":" + by_address + ",\"password\":\"" + secret + "\",\"ip\":\"10.11.12.13\"}"
        );
        client.get("/find?mail=ada.lovelace%40analytical.org&version=1.2.3.4.5");
        client.post("/mail", "{\"to\":[\"ada.lovelace@analytical.org\",\"bob@analytical.org\"]}");
    }
    server.reset();
    std::string const text = file();
    for (std::string const& word :
         {secret, std::string("ada.lovelace"), std::string("bob@"), std::string("10.11.12.13")}) {
        EXPECT_EQ(text.find(word), std::string::npos) << word << " in " << text;
    }
    EXPECT_NE(text.find("1.2.3.4.5"), std::string::npos) << "that is no address";
    json::value const heard = json::parse(text);
    auto const& all = heard.at("exchanges").as_array();
    json::value const first =
        json::parse(std::string(all.at(0).at("request").at("body").as_string()));
    json::value const third =
        json::parse(std::string(all.at(2).at("request").at("body").as_string()));
    std::string const pseudonym(first.at("email").as_string());
    EXPECT_TRUE(pseudonym.starts_with("person-") && pseudonym.ends_with("@example.com"));
    EXPECT_EQ(third.at("to").at(0), json::value(pseudonym)) << "the same person";
    EXPECT_NE(third.at("to").at(1), json::value(pseudonym));
    std::string const target(all.at(1).at("request").at("target").as_string());
    EXPECT_NE(target.find(pseudonym.substr(0, pseudonym.find('@')) + "%40"), std::string::npos)
        << target;

    replay();
    http_client client(*server);
    EXPECT_NE(
        client.post("/mail", "{\"to\":[\"ADA.lovelace@analytical.org\",\"bob@analytical.org\"]}")
            .status,
        501
    ) << "asked for by the address itself";
    EXPECT_NE(client.get("/find?version=1.2.3.4.5&mail=x").status, 200);
}

TEST_F(FakeRecording, ReplacesAddressesBeyondAscii)
{
    record();
    {
        http_client client(*server);
        client.post("/mail", R"({"to":"ada@m\u00fcller.de","text":"a\nb\u00f6b@x.de\nb"})");
        client.post("/mail", "{\"to\":\"ada@m\u00fcller.de\"}");
        client.get("/find?mail=ada%40m%C3%BCller.de&x=1");
        client.post(
            "/mail", R"({"to":"Ada \u003cada@x.de\u003e","in":"{\"a\":\"\\u00fcada@x.de\\n\"}"})"
        );
        client.get("/find?mail=%3Cada%40x.de%3E&x=1");
        client.post("/mail", R"({"to":"ada@x.de"})");
    }
    server.reset();
    std::string const text = file();
    for (std::string const word : {"ller", "ada", "x.de", "00f6"}) {
        EXPECT_EQ(text.find(word), std::string::npos) << word << " in " << text;
    }
    auto const request = [heard = json::parse(text)](std::size_t n) {
        return heard.at("exchanges").as_array().at(n).at("request");
    };
    json::value const first = json::parse(std::string(request(0).at("body").as_string()));
    std::string const words(first.at("text").as_string());
    EXPECT_TRUE(words.starts_with("a\nperson-") && words.ends_with("@example.com\nb")) << words;
    EXPECT_TRUE(request(2).at("target").as_string().ends_with("%40example.com&x=1"));
    // However it is escaped around it, an address has the same pseudonym.
    json::value const alone = json::parse(std::string(request(5).at("body").as_string()));
    std::string const person(alone.at("to").as_string());
    json::value const beside = json::parse(std::string(request(3).at("body").as_string()));
    EXPECT_EQ(beside.at("to").as_string(), "Ada <" + person + ">");
    json::value const within = json::parse(std::string(beside.at("in").as_string()));
    EXPECT_TRUE(within.at("a").as_string().starts_with("person-")) << within;
    EXPECT_TRUE(within.at("a").as_string().ends_with("@example.com\n")) << within;
    std::string const form = person.substr(0, person.find('@')) + "%40example.com";
    EXPECT_TRUE(request(4).at("target").as_string().ends_with("=%3C" + form + "%3E&x=1"));
}

TEST_F(FakeRecording, OfAnOlderProgramIsMaskedAsItIsNow)
{
    std::ofstream(path("heard.json")
    ) << R"({"format":"cohub-recording","version":1,"upstream":"","salt":"","exchanges":[)"
      << R"({"request":{"method":"POST","target":"/x","body":"{\"Token\":\"t\",\"k\":\"sk-***\"}"},)"
      << R"("answer":{"status":200,"headers":{},"body":"yes","took_ms":0}}]})";
    replay();
    EXPECT_EQ(http_client(*server).post("/x", R"({"Token":"t","k":"sk-abcdefgh"})").body, "yes");
}

TEST_F(FakeRecording, FaultsWorkOnTop)
{
    record();
    http_client(*server).call("system.ping");
    server.reset();
    replay();
    server->script("system.ping").status(503).then_ok();
    http_client client(*server);
    EXPECT_EQ(client.call("system.ping").status, 503);
    EXPECT_EQ(client.call("system.ping").status, 200);
    EXPECT_EQ(server->report(), "");
    EXPECT_EQ(server->journal().count("system.ping"), 2u);
}

TEST_F(FakeRecording, IsSeenWhileItGrows)
{
    record();
    http_client client(*server);
    EXPECT_EQ(client.get("/__fake__/recording").value().at("exchanges").as_array().size(), 0u);
    client.call("system.ping");
    json::value const heard = client.get("/__fake__/recording").value();
    EXPECT_EQ(heard.at("exchanges").as_array().size(), 1u);
    EXPECT_EQ(heard.at("upstream"), json::value(real.url()));
    EXPECT_EQ(http_client(real).get("/__fake__/recording").status, 404);
}

TEST_F(FakeRecording, TellsThatTheServerIsNotThere)
{
    std::string gone;
    {
        fake_server const short_lived;
        gone = short_lived.url();
    }
    server.emplace(fake_server_options().record(gone, path("heard.json"), path("ca.pem")));
    answer const a = http_client(*server).call("system.ping");
    EXPECT_EQ(a.status, 502);
    EXPECT_NE(a.body.find(gone), std::string::npos) << a.body;
    EXPECT_NE(a.body.find("--upstream-ca"), std::string::npos) << a.body;
    EXPECT_NE(server->report().find("did not answer"), std::string::npos);
    server.reset();
    EXPECT_EQ(json::parse(file()).at("exchanges").as_array().size(), 0u);
}

TEST_F(FakeRecording, TrustsNoServerByItself)
{
    server.emplace(fake_server_options().record(real.url(), path("heard.json")));
    EXPECT_EQ(http_client(*server).call("system.ping").status, 502);
    EXPECT_EQ(real.journal().count("system.ping"), 0u);
}

TEST_F(FakeRecording, EndsWhileTheOtherServerOwesAnAnswer)
{
    fake::raw_peer peer;
    peer.script(fake::raw_script().read_request().stall());
    record_from(peer);
    raw_client waiting(server->port());
    waiting.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(peer.wait_requests(1));
    auto const began = std::chrono::steady_clock::now();
    server.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
    EXPECT_TRUE(peer.wait_all_ended());
    EXPECT_EQ(json::parse(file()).at("exchanges").as_array().size(), 0u);
}

TEST_F(FakeRecording, GivesTheOtherServerUpWhenTheClientHasGone)
{
    fake::raw_peer peer;
    peer.script(fake::raw_script().read_request().stall());
    record_from(peer);
    raw_client leaving(server->port());
    leaving.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(peer.wait_requests(1));
    leaving.close();
    EXPECT_TRUE(peer.wait_all_ended());
    EXPECT_EQ(server->report(), "");
}

TEST_F(FakeRecording, PassesOnAnswersWithoutABody)
{
    std::string const not_modified = "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n";
    std::string const no_content = "HTTP/1.1 204 No Content\r\n\r\n";
    // The first connection is closed after the 304.
    fake::raw_script const first = fake::raw_script().respond(not_modified);
    fake::raw_peer peer;
    peer.scripts({first}, fake::raw_script().respond(no_content));
    record_from(peer);
    // httplib's client waits for a body of a 304.
    auto const ask = [this] {
        raw_client client(server->port());
        client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
        std::string all = client.receive_until("\r\n\r\n");
        client.send("GET /y HTTP/1.1\r\nHost: x\r\n\r\n");
        return all + client.receive_until("204 No Content");
    };
    std::string const heard = ask();
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n")) << heard;
    EXPECT_NE(heard.find("\r\n\r\nHTTP/1.1 204 No Content\r\n"), std::string::npos) << heard;
    server.reset();
    server.emplace(plain_options().replay(path("heard.json")));
    std::string const again = ask();
    EXPECT_TRUE(again.starts_with("HTTP/1.1 304 Not Modified\r\n")) << again;
    EXPECT_NE(again.find("\r\n\r\nHTTP/1.1 204 No Content\r\n"), std::string::npos) << again;
}

TEST_F(FakeRecording, DecodesWhatItCanAndKeepsNothingThatStaysEncoded)
{
    // {"mail":"ada.lovelace@analytical.org"}
    constexpr unsigned char gzip[] = {
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0xca, 0x4d, 0xcc,
        0xcc, 0x51, 0xb2, 0x52, 0x4a, 0x4c, 0x49, 0xd4, 0xcb, 0xc9, 0x2f, 0x4b, 0xcd, 0x49, 0x4c,
        0x4e, 0x75, 0x48, 0xcc, 0x4b, 0xcc, 0xa9, 0x2c, 0xc9, 0x4c, 0x4e, 0xcc, 0xd1, 0xcb, 0x2f,
        0x4a, 0x57, 0xaa, 0x05, 0x00, 0xd7, 0xdb, 0xd2, 0x66, 0x26, 0x00, 0x00, 0x00};
    std::string const zipped(reinterpret_cast<char const*>(gzip), sizeof gzip);
    auto const coded = [](std::string const& body, std::string const& coding) {
        return fake::raw_answer(body).header("Content-Encoding", coding).str();
    };
    fake::raw_peer peer;
    peer.script(fake::raw_script()
                    .respond(coded(zipped, "gzip"))
                    .respond(coded("\x01\xff", "compress"))
                    .respond(fake::raw_answer("first"))
                    .respond(fake::raw_answer("second")));
    record_from(peer);
    {
        httplib::Client client("127.0.0.1", server->port());
        client.set_keep_alive(true);
        auto const plain = client.Get("/plain");
        ASSERT_TRUE(plain);
        EXPECT_EQ(plain->body, R"({"mail":"ada.lovelace@analytical.org"})");
        EXPECT_FALSE(plain->has_header("Content-Encoding"));
        client.set_decompress(false);
        auto const hidden = client.Get("/hidden");
        ASSERT_TRUE(hidden);
        EXPECT_EQ(hidden->body, "\x01\xff");
        EXPECT_EQ(hidden->get_header_value("Content-Encoding"), "compress");
        auto const post = [&client](std::string const& body, std::string const& coding) {
            auto const a = client.Post("/in", {{"Content-Encoding", coding}}, body, "text/plain");
            return a ? a->body : "no answer";
        };
        EXPECT_EQ(post(zipped, "gzip"), "first");
        EXPECT_EQ(peer.requests().at(2).body, R"({"mail":"ada.lovelace@analytical.org"})");
        EXPECT_EQ(peer.requests().at(2).header("Content-Encoding"), "");
        EXPECT_EQ(post("\x01\xff", "compress"), "second");
        EXPECT_EQ(peer.requests().at(3).body, "\x01\xff");
        EXPECT_EQ(peer.requests().at(3).header("Content-Encoding"), "compress");
    }
    EXPECT_NE(server->report().find("not recorded: POST /in; it came with"), std::string::npos);
    EXPECT_NE(server->report().find("not recorded: GET /hidden"), std::string::npos)
        << server->report();
    server.reset();
    json::value const heard = json::parse(file());
    ASSERT_EQ(heard.at("exchanges").as_array().size(), 2u) << heard;
    std::string const sent(heard.at("exchanges").at(1).at("request").at("body").as_string());
    EXPECT_TRUE(sent.starts_with(R"({"mail":"person-)")) << sent;
    std::string const body(heard.at("exchanges").at(0).at("answer").at("body").as_string());
    EXPECT_TRUE(body.starts_with(R"({"mail":"person-)")) << body;
}

TEST_F(FakeRecording, RefusesWhatItCannotRead)
{
    auto const why = [this](std::string const& text) -> std::string {
        std::ofstream(path("heard.json")) << text;
        try {
            replay();
        } catch (std::invalid_argument const& error) {
            return error.what();
        }
        return "taken";
    };
    EXPECT_NE(why("[").find("no JSON"), std::string::npos);
    EXPECT_NE(why("[]").find("no recording"), std::string::npos);
    EXPECT_NE(why("{\"format\":\"other\"}").find("no recording"), std::string::npos);
    EXPECT_NE(
        why("{\"format\":\"cohub-recording\",\"version\":9}").find("version 9"), std::string::npos
    );
    EXPECT_NE(
        why("{\"format\":\"cohub-recording\",\"version\":1,\"upstream\":\"\",\"salt\":\"\","
            "\"exchanges\":[{\"request\":{\"method\":\"GET\",\"target\":\"/\",\"body\":\"\"},"
            "\"answer\":{\"status\":9,\"headers\":{},\"body\":\"\",\"took_ms\":0}}]}")
            .find("exchange 1: 'status'"),
        std::string::npos
    );
    auto const why_not = [&](std::string const& headers, std::string const& body) {
        return why(
            R"({"format":"cohub-recording","version":1,"upstream":"","salt":"","exchanges":[)"
            R"({"request":{"method":"GET","target":"/","body":""},"answer":{"status":200,)"
            R"("headers":{)" +
            headers + R"(},"took_ms":0,)" + body + "}}]}"
        );
    };
    for (std::string const header :
         {R"("A":"b\r\nC: d")",
          R"("A":"b\nc")",
          R"("A":"\u0000")",
          R"("A b":"c")",
          R"("":"c")",
          R"("Content-Length":"1")",
          R"("transfer-encoding":"chunked")"}) {
        EXPECT_NE(why_not(header, R"("body":"")").find("exchange 1: "), std::string::npos)
            << header;
    }
    EXPECT_NE(
        why_not("", R"("body_base64":"!!!")").find("exchange 1: 'body_base64'"), std::string::npos
    );
    EXPECT_EQ(why_not(R"("A":"b é")", R"("body_base64":"/w==")"), "taken");
    EXPECT_THROW(
        fake_server(fake_server_options().replay(path("not-there"))), std::invalid_argument
    );
    EXPECT_THROW(record(), std::invalid_argument) << "nothing that was recorded is lost";
    std::filesystem::remove(path("heard.json"));
    for (char const* const url :
         {"cocalc.com",
          "ftp://cocalc.com",
          "https://",
          "https://a@b",
          "http://cocalc.com",
          "http://127.0.0.1.example.com",
          ""}) {
        EXPECT_THROW(
            fake_server(fake_server_options().record(url, path("heard.json"))),
            std::invalid_argument
        ) << url;
    }
    EXPECT_FALSE(std::filesystem::exists(path("heard.json")));
}

TEST_F(FakeRecording, OfTheProgramSaysWhatItCouldNotKeepAndEndsAtOnce)
{
    fake::raw_peer peer;
    std::string const coded = fake::raw_answer("\xff").header("Content-Encoding", "compress").str();
    peer.script(fake::raw_script().respond(coded).read_request().stall());
    program recorder({"--record", "r.json", "--upstream", peer.url(), "--plain"});
    json::value const told = json::parse(recorder.line());
    std::string const url(told.at("url").as_string());
    raw_client client(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
    client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    client.receive_until("\xff");
    client.send("GET /y HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(peer.wait_requests(2));
    recorder.signal(SIGTERM);
    EXPECT_TRUE(recorder.error_line().starts_with("warning: not recorded: GET /x;"));
    EXPECT_EQ(recorder.status(), 0);
}

TEST_F(FakeRecording, IsMadeAndPlayedByTheProgram)
{
    {
        program recorder(
            {"--record",
             path("heard.json"),
             "--upstream",
             real.url(),
             "--upstream-ca",
             path("ca.pem"),
             "--plain"}
        );
        json::value const told = json::parse(recorder.line());
        httplib::Client client(std::string(told.at("url").as_string()));
        httplib::Headers const key{{"Authorization", "Bearer " + real.api_key()}};
        auto const a = client.Post(
            "/api/conat/hub", key, "{\"name\":\"system.ping\",\"args\":[]}", "application/json"
        );
        ASSERT_TRUE(a);
        EXPECT_EQ(a->status, 200);
        recorder.signal(SIGTERM);
        EXPECT_EQ(recorder.status(), 0);
    }
    program player({"--replay", path("heard.json"), "--in-order", "--plain"});
    player.line();
    player.signal(SIGTERM);
    EXPECT_EQ(
        player.error_line(),
        "warning: recorded and not asked for: POST /api/conat/hub "
        "{\"name\":\"system.ping\",\"args\":[]}"
    );
    EXPECT_EQ(player.status(), 0);
    program both({"--replay", path("heard.json"), "--record", path("new.json")});
    EXPECT_EQ(both.status(), 2);
}

}  // namespace
}  // namespace cohub::tests
