#include <gtest/gtest.h>

#include "support.hpp"

namespace cohub::tests {

namespace {

class FakeV2 : public testing::Test
{
protected:
    answer post(std::string const& route, std::string const& body)
    {
        return client.post("/api/v2/" + route, body);
    }
    answer with_header(std::string const& authorization, std::string const& route)
    {
        return client.send(
            "POST",
            "/api/v2/" + route,
            {{"Authorization", authorization}, {"Content-Type", "application/json"}},
            "{}"
        );
    }

    fake_server server{plain_options().users(20)};
    http_client client{server};
};

TEST_F(FakeV2, IsKnownByThePathsParts)
{
    server.script("v2.accounts.search").status(503).then_ok();
    EXPECT_EQ(post("accounts/search", R"({"query":"robin"})").status, 503);
    EXPECT_EQ(post("accounts/search", R"({"query":"robin"})").status, 200);
    EXPECT_EQ(server.journal().count("v2.accounts.search"), 2u);
    EXPECT_EQ(server.journal().count("/api/v2/accounts/search"), 2u);
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeV2, HasAPageForWhatIsNoRoute)
{
    for (char const* const route : {"projects/get", "accounts", "accounts.search"}) {
        answer const got = post(route, "{}");
        EXPECT_EQ(got.status, 404);
        EXPECT_TRUE(got.body.starts_with("<!DOCTYPE html>")) << got.body;
    }
    EXPECT_NE(server.report().find("POST /api/v2/projects/get"), std::string::npos);
}

TEST_F(FakeV2, HasNoBridgeToFail)
{
    server.script("v2.*").bridge_timeout();
    server.script("v2.*").no_subscriber();
    EXPECT_EQ(post("accounts/search", "{}").status, 504);
    EXPECT_EQ(post("accounts/search", "{}").status, 503);
}

TEST_F(FakeV2, LooksAtTheParametersOfAPostAlone)
{
    httplib::Headers const headers{
        {"Authorization", "Bearer " + server.keys().admin}, {"Content-Type", "application/json"}};
    std::string const body = R"({"query":"robin","account_id":"abc"})";
    auto const get = [&](std::string const& route) {
        return client.send("GET", "/api/v2/accounts/" + route, headers, body);
    };
    EXPECT_EQ(get("search").body, "[]");
    EXPECT_EQ(get("ban").body, R"({"status":"success"})");
    EXPECT_EQ(get("profile").value().at("profile").at("first_name"), text("Sage"));
    answer const refused = get("delete");
    EXPECT_EQ(refused.status, 404);
    EXPECT_EQ(refused.body, R"({"message":"must use a POST request"})");
    EXPECT_EQ(server.report(), "");
}

TEST_F(FakeV2, ReadsBodiesAsTheHubsRoutesDo)
{
    EXPECT_EQ(post("accounts/search", "{").status, 400);
    EXPECT_EQ(post("accounts/search", "{").body, "Invalid JSON");
    EXPECT_EQ(post("accounts/search", std::string(1024 * 1024 + 1, ' ')).status, 413);
    EXPECT_EQ(post("accounts/search", "").body, "[]");
    answer const plain = client.send(
        "POST", "/api/v2/accounts/search", {{"Content-Type", "text/plain"}}, R"({"query":"robin"})"
    );
    EXPECT_EQ(plain.body, "[]");
}

TEST_F(FakeV2, TakesWhoeverHasNoValidKeyForNobody)
{
    for (std::string const& wrong :
         {"Bearer " + server.keys().banned,
          "Bearer " + server.keys().expired,
          std::string("Digest x"),
          "bearer " + server.api_key(),
          std::string("Basic !!"),
          std::string("Bearer")}) {
        EXPECT_EQ(with_header(wrong, "accounts/get-names").error(), "must be signed in") << wrong;
        EXPECT_EQ(with_header(wrong, "accounts/profile").body, R"({"profile":{}})") << wrong;
    }
}

TEST_F(FakeV2, TakesTheCookiesBackOfWhoSignsOutEverywhere)
{
    EXPECT_EQ(post("accounts/sign-out", "{}").headers.count("Set-Cookie"), 0u);
    answer const got = post("accounts/sign-out", R"({"all":true})");
    EXPECT_EQ(got.body, R"({"status":"success"})");
    EXPECT_EQ(got.headers.count("Set-Cookie"), 2u);
}

TEST_F(FakeV2, MasksPasswordsInTheJournal)
{
    post(
        "accounts/set-password", R"({"currentPassword":"correct horse","newPassword":"new \" one"})"
    );
    post("accounts/set-email-address", R"({"email_address":"x@y.z","password":"new \" one"})");
    auto const seen = server.journal().requests();
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0].body, R"({"currentPassword":"***","newPassword":"***"})");
    EXPECT_EQ(seen[1].body, R"({"email_address":"x@y.z","password":"***"})");
    ASSERT_EQ(server.verification_mails().size(), 1u);
    EXPECT_EQ(server.verification_mails()[0].address, "x@y.z");
}

TEST_F(FakeV2, SendsNoMailToAnAddressThatWasVerified)
{
    std::string const robin = std::string(
        post("accounts/profile", "{}").value().at("profile").at("account_id").as_string()
    );
    server.add_account(fake::account("Robin", "Client")
                           .id(robin)
                           .email("a@b.c")
                           .verified_address("x@y.z")
                           .with_password("12345678"));
    post("accounts/set-email-address", R"({"email_address":"x@y.z","password":"12345678"})");
    EXPECT_EQ(server.verification_mails().size(), 0u);
    server.reset();
    EXPECT_EQ(server.verification_mails().size(), 0u);
}

}  // namespace

}  // namespace cohub::tests
