#include <gtest/gtest.h>

#include <stdexcept>

#include "support.hpp"

namespace cohub::tests {

namespace {

using fake::account;
using fake::api_key;
using fake::mail;
using fake::mail_flag;

std::string const ada = "22222222-2222-4222-8222-222222222222";
std::string const alan = "33333333-3333-4333-8333-333333333333";
std::string const nobody = "99999999-9999-4999-8999-999999999999";

class FakeHubMessages : public testing::Test
{
protected:
    FakeHubMessages() : server(plain_options().users(0)), ada_client(server), alan_client(server)
    {
        server.add_account(account("Ada", "L").id(ada).email("ada@example.com"));
        server.add_account(account("Alan", "T").id(alan).email("alan@example.com"));
        ada_client.as(server.add_api_key(api_key(ada)));
        alan_client.as(server.add_api_key(api_key(alan)));
    }

    /// A message from Ada. @param more members after the recipients
    json::value send(std::string const& to_ids, std::string const& more = "")
    {
        return ada_client.result(
            "messages.send", R"({"subject":"S","body":"B","to_ids":)" + to_ids + more + "}"
        );
    }
    std::string refusal(std::string const& to_ids)
    {
        return std::string(send(to_ids).at("error").as_string());
    }
    /// The ids of the messages in this folder, in order.
    static std::string list(http_client& c, std::string const& arguments = "{}")
    {
        json::value const found = c.result("messages.get", arguments);
        if (!found.is_array()) return json::serialize(found);
        std::string out;
        for (json::value const& m : found.as_array()) out += json::serialize(m.at("id")) + " ";
        return out;
    }

    fake_server server;
    http_client ada_client, alan_client;
};

TEST_F(FakeHubMessages, CarriesAThreadBackAndForth)
{
    EXPECT_EQ(send("[\"" + alan + "\"]"), 1);
    EXPECT_EQ(
        alan_client.result(
            "messages.send",
            R"({"subject":"Re","body":"b","to_ids":[")" + ada + R"("],"reply_id":1})"
        ),
        2
    );
    server.advance(1s);
    EXPECT_EQ(send("[\"" + alan + "\"]", R"(,"reply_id":2)"), 3);
    json::value const got = alan_client.result("messages.get", "{}");
    EXPECT_EQ(
        got.at(0),
        json::parse(
            R"({"id":3,"subject":"S","body":"B","from_id":")" + ada + R"(","to_ids":[")" + alan +
            R"("],"sent":"2025-10-09T08:53:21.000Z","thread_id":1,"read":false,"saved":false,
                "deleted":false})"
        )
    );
    EXPECT_EQ(got.at(1).at("thread_id"), nullptr);
    EXPECT_EQ(list(ada_client), "2 ");
    EXPECT_EQ(list(ada_client, R"({"type":"sent"})"), "3 1 ");
    EXPECT_EQ(send("[\"" + alan + "\"]", R"(,"reply_id":77)"), 4);
    EXPECT_EQ(alan_client.result("messages.get", "{}").at(0).at("thread_id"), nullptr);
}

TEST_F(FakeHubMessages, PagesFromTheLatestOn)
{
    for (int i = 0; i < 105; ++i) send("[\"" + alan + "\"]");
    json::value const page = alan_client.result("messages.get", "{}");
    EXPECT_EQ(page.as_array().size(), 100u);
    EXPECT_EQ(page.at(0).at("id"), 105);
    EXPECT_EQ(list(alan_client, R"({"limit":2})"), "105 104 ");
    EXPECT_EQ(list(alan_client, R"({"limit":2,"offset":2})"), "103 102 ");
    EXPECT_EQ(list(alan_client, R"({"limit":3,"offset":103})"), "2 1 ");
    EXPECT_EQ(list(alan_client, R"({"limit":0})"), "");
    EXPECT_EQ(alan_client.result("messages.get", R"({"limit":null})").as_array().size(), 105u);
    EXPECT_EQ(alan_client.result("messages.get", R"({"limit":500})").as_array().size(), 105u);
}

TEST_F(FakeHubMessages, CutsOffWhatIsNoNewer)
{
    send("[\"" + alan + "\"]");
    server.advance(1s);
    send("[\"" + alan + "\"]");
    EXPECT_EQ(list(alan_client, R"({"cutoff":"2025-10-09T08:53:19.999Z"})"), "2 1 ");
    EXPECT_EQ(list(alan_client, R"({"cutoff":"2025-10-09T08:53:20.000Z"})"), "2 ");
    EXPECT_EQ(list(alan_client, R"({"cutoff":"2025-10-09T08:53:21.000Z"})"), "");
}

TEST_F(FakeHubMessages, ShowsEachPartyItsOwnNotes)
{
    std::int64_t const id = server.add_message(mail(ada, {alan, ada}).subject("s"));
    std::string const n = std::to_string(id) + " ";
    EXPECT_EQ(list(alan_client, R"({"type":"new"})"), n);
    server.mark_message(id, alan, mail_flag::read);
    EXPECT_EQ(list(alan_client, R"({"type":"new"})"), "");
    EXPECT_EQ(list(ada_client, R"({"type":"new"})"), n);
    EXPECT_EQ(alan_client.result("messages.get", "{}").at(0).at("read"), true);
    EXPECT_EQ(ada_client.result("messages.get", "{}").at(0).at("read"), false);
    EXPECT_EQ(ada_client.result("messages.get", R"({"type":"sent"})").at(0).at("read"), false);

    EXPECT_EQ(list(alan_client, R"({"type":"starred"})"), "");
    server.mark_message(id, alan, mail_flag::starred);
    EXPECT_EQ(list(alan_client, R"({"type":"starred"})"), n);
    EXPECT_FALSE(alan_client.result("messages.get", R"({"type":"starred"})")
                     .at(0)
                     .as_object()
                     .contains("read"));
    server.mark_message(id, alan, mail_flag::deleted);
    EXPECT_EQ(list(alan_client, R"({"type":"starred"})"), "");
    EXPECT_EQ(list(alan_client), n);
    server.mark_message(id, alan, mail_flag::expired);
    EXPECT_EQ(list(alan_client), "");
    EXPECT_EQ(list(ada_client), n);
    server.mark_message(id, alan, mail_flag::expired, false);
    EXPECT_EQ(list(alan_client), n);
}

TEST_F(FakeHubMessages, TakesNotesOfPartiesAlone)
{
    std::int64_t const id = server.add_message(mail(ada, {ada}));
    EXPECT_THROW(server.mark_message(id, alan, mail_flag::read), std::invalid_argument);
    EXPECT_THROW(server.mark_message(id + 1, ada, mail_flag::read), std::invalid_argument);
}

TEST_F(FakeHubMessages, ResolvesAddressesAndDropsTheUnknown)
{
    EXPECT_EQ(send(R"(["alan@example.com","no@example.com","not an id"])"), 1);
    EXPECT_EQ(
        alan_client.result("messages.get", "{}").at(0).at("to_ids"), (json::array{text(alan)})
    );
    EXPECT_EQ(send(R"(["ALAN@example.com"])"), nullptr);
    EXPECT_EQ(send("[]"), nullptr);
    EXPECT_EQ(
        refusal("[\"ada@example.com\",\"" + nobody + "\"]"),
        "Error: invalid account_id -- " + nobody
    );
}

TEST_F(FakeHubMessages, RefusesWhatUpstreamRefuses)
{
    EXPECT_EQ(refusal(R"(["x"])"), R"(error: invalid input syntax for type uuid: "x")");
    EXPECT_EQ(refusal("null"), "TypeError: Cannot read properties of null (reading 'filter')");
    EXPECT_EQ(
        ada_client.call("messages.send", R"({"subject":"S","body":"B"})").error(),
        "TypeError: Cannot read properties of undefined (reading 'filter')"
    );
    auto const get = [this](std::string const& arguments) {
        return ada_client.call("messages.get", arguments).error();
    };
    EXPECT_EQ(get(R"({"limit":501})"), "Error: limit must be at most 500");
    EXPECT_EQ(get(R"({"limit":501,"type":"liked"})"), "Error: limit must be at most 500");
    EXPECT_EQ(get(R"({"type":"spam"})"), R"(error: syntax error at or near "undefined")");
    EXPECT_EQ(get(R"({"type":null})"), R"(error: syntax error at or near "undefined")");
    EXPECT_EQ(get(R"({"limit":-1})"), "error: LIMIT must not be negative");
    EXPECT_EQ(get(R"({"offset":-1})"), "error: OFFSET must not be negative");
    EXPECT_EQ(list(alan_client), "");
}

TEST_F(FakeHubMessages, ReachesAllOfAnOrganization)
{
    server.add_account(account("Ada", "L").id(ada).in_organization("acme"));
    server.add_account(account("Alan", "T").id(alan).in_organization("acme").make_deleted());
    http_client keeper(server);
    keeper.as(server.keys().org_admin);
    EXPECT_EQ(
        keeper.result("org.message", R"({"name":"acme","subject":"Hi","body":"all"})"), nullptr
    );
    json::value const got = ada_client.result("messages.get", R"({"type":"new"})");
    ASSERT_EQ(got.as_array().size(), 1u);
    EXPECT_EQ(got.at(0).at("subject"), "Hi");
    EXPECT_EQ(got.at(0).at("to_ids").as_array().size(), 3u);
    EXPECT_EQ(list(alan_client), "1 ");
    EXPECT_EQ(list(keeper), "1 ");
    EXPECT_EQ(list(keeper, R"({"type":"sent"})"), "1 ");
}

TEST_F(FakeHubMessages, TellsTheBalanceToItsOwner)
{
    server.add_account(account("Alan", "T").id(alan).with_balance(-12.25, -20));
    EXPECT_EQ(alan_client.call("purchases.getBalance").body, "-12.25");
    EXPECT_EQ(alan_client.call("purchases.getMinBalance").body, "-20");
    EXPECT_EQ(ada_client.call("purchases.getBalance").body, "0");
}

}  // namespace

}  // namespace cohub::tests
