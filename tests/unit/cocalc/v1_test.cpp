#include <cohub/cocalc/v1_api.hpp>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/canned_channel.hpp"
#include "support/run_call.hpp"

namespace cohub {
namespace {

class V1Test : public testing::Test
{
protected:
    v1_api v1() { return v1_api(channel); }
    call::request const& sent() { return channel->requests.at(channel->requests.size() - 1); }

    template <class T>
    result<T> run(call::pending_result<T>&& pending)
    {
        return tests::run_call(io, std::move(pending));
    }
    static auto quietly()
    {
        return [](error_code, auto&&...) {};
    }
    void will_answer(int status, std::string const& body)
    {
        channel->will_answer(
            "HTTP/1.1 " + std::to_string(status) +
            " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body
        );
    }

    boost::asio::io_context io;
    boost::intrusive_ptr<tests::canned_channel> channel{new tests::canned_channel(io)};

    void TearDown() override { io.run(); }
};

TEST_F(V1Test, SearchSendsItsFieldsAndNothingAroundThem)
{
    v1_user_query const q = v1_user_query("foo").admin().active("1 month").limit(3).id("fd9b025b");
    v1().user_search(q, quietly());
    EXPECT_EQ(sent().target, "/api/v1/user_search");
    EXPECT_EQ(sent().content_type, "application/json");
    EXPECT_FALSE(sent().is_rpc);
    EXPECT_EQ(sent().declared, retry::safe);
    EXPECT_EQ(
        sent().body, R"({"query":"foo","admin":true,"active":"1 month","limit":3,"id":"fd9b025b"})"
    );
}

TEST_F(V1Test, AListOfItemsIsJoinedWithCommas)
{
    std::vector<std::string> const items{"foo bar", "jd@m.local"};
    v1().user_search(items, quietly());
    EXPECT_EQ(sent().body, R"({"query":"foo bar,jd@m.local"})");
    v1().user_search({"foo bar", "jd@m.local"}, quietly());
    EXPECT_EQ(sent().body, R"({"query":"foo bar,jd@m.local"})");
    v1().user_search(v1_user_query({"a", "b"}).limit(1), quietly());
    EXPECT_EQ(sent().body, R"({"query":"a,b","limit":1})");
    v1().user_search(std::vector<std::string>(), quietly());
    EXPECT_EQ(sent().body, R"({"query":""})");
}

TEST_F(V1Test, AFormIsEncodedAsBrowsersDo)
{
    v1().user_search(v1_user_query("J\xc3\xb6 & jd@m.local").limit(3).as_form(), quietly());
    EXPECT_EQ(sent().content_type, "application/x-www-form-urlencoded");
    EXPECT_EQ(sent().body, "query=J%C3%B6+%26+jd%40m.local&limit=3");
    v1().user_search(v1_user_query("a=b").admin().active("1 day").id("i").as_form(), quietly());
    EXPECT_EQ(sent().body, "query=a%3Db&admin=true&active=1+day&id=i");
}

TEST_F(V1Test, AFormNeverSaysFalseWhichWouldBeTrue)
{
    v1().user_search(v1_user_query("a").admin(false).as_form(), quietly());
    EXPECT_EQ(sent().body, "query=a");
    v1().user_search(v1_user_query("a").admin(false), quietly());
    EXPECT_EQ(sent().body, R"({"query":"a","admin":false})");
}

TEST_F(V1Test, TextThatIsNotUtf8IsAProblem)
{
    v1().user_search("a\xff", quietly());
    EXPECT_NE(sent().problem, "");
}

TEST_F(V1Test, AnAnswerIsUsedLikeAList)
{
    will_answer(
        200,
        R"({"event":"user_search_results","id":"x","results":[{"account_id":"a","first_name":"A",)"
        R"("last_name":null,"last_active":"2025-10-09T08:53:20.000Z","created":null,"banned":true,)"
        R"("email_address_verified":{"a@b.c":"2025-10-09T08:53:20.000Z"},"new":1},)"
        R"({"account_id":"b","email_address_verified":true}]})"
    );
    auto const r = run(v1().user_search("a", as_result));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(r->id, "x");
    EXPECT_EQ(r->event, "user_search_results");
    ASSERT_EQ(r->size(), 2u);
    std::string ids;
    for (v1_user const& u : *r) ids += u.account_id;
    EXPECT_EQ(ids, "ab");
    v1_user const& a = (*r)[0];
    EXPECT_EQ(a.last_active, sys_ms(std::chrono::seconds(1760000000)));
    EXPECT_EQ(a.created, std::nullopt);
    EXPECT_EQ(a.banned, true);
    ASSERT_TRUE(a.email_address_verified);
    EXPECT_TRUE(a.email_address_verified->contains("a@b.c"));
    EXPECT_EQ(a.extra.at("new").as_int64(), 1);
    EXPECT_FALSE((*r)[1].email_address_verified);
}

struct refusal_row
{
    char const* name;
    int status;
    char const* body;
    errc means;
};
class V1Refusal : public V1Test, public testing::WithParamInterface<refusal_row>
{
};
TEST_P(V1Refusal, IsTypedInEitherShape)
{
    will_answer(GetParam().status, GetParam().body);
    auto const found = run(v1().user_search("a", as_result));
    ASSERT_TRUE(found.has_error());
    EXPECT_EQ(found.error().code, GetParam().means) << found.error().message();
    will_answer(GetParam().status, GetParam().body);
    auto const any = run(v1().call("user_search", {{"query", "a"}}, as_result));
    ASSERT_TRUE(any.has_error());
    EXPECT_EQ(any.error().code, GetParam().means) << any.error().message();
}
INSTANTIATE_TEST_SUITE_P(
    All,
    V1Refusal,
    testing::Values(
        refusal_row{
            "Admin",
            200,
            R"({"event":"error","id":"x","error":"must be logged in and a member of the admin group"})",
            errc::forbidden},
        refusal_row{
            "SignedIn",
            200,
            R"({"event":"error","error":"You must be signed in to search for users."})",
            errc::unauthorized},
        refusal_row{"Other", 200, R"({"event":"error","id":"x","error":"boom"})", errc::api_error},
        refusal_row{
            "NoKey",
            400,
            R"({"error":"You must provide authentication via an API key."})",
            errc::unauthorized},
        refusal_row{
            "BadKey",
            400,
            R"({"error":"No account found. Is your API key wrong?"})",
            errc::unauthorized},
        refusal_row{
            "Banned",
            400,
            R"({"error":"User is BANNED.  If this is a mistake, please contact help"})",
            errc::forbidden},
        refusal_row{
            "Unknown", 400, R"({"error":"unknown endpoint 'user_search'"})", errc::not_found},
        refusal_row{
            "NotHttp",
            400,
            R"({"error":"endpoint 'x' is not part of the HTTP API"})",
            errc::not_found},
        refusal_row{
            "Parameters",
            400,
            R"({"error":"invalid parameters 'Error: misc.defaults -- TypeError: got an unexpected argument 'x' '"})",
            errc::invalid_argument},
        refusal_row{"Odd", 400, "<html>", errc::http_status},
        refusal_row{"Gone", 404, "<!DOCTYPE html>", errc::not_found}
    ),
    [](auto const& row) { return row.param.name; }
);

TEST_F(V1Test, AServerWithoutApiV1IsSaidToBeOne)
{
    will_answer(404, "<!DOCTYPE html>");
    auto const f = run(v1().user_search("a", as_result)).error();
    EXPECT_EQ(f.code, errc::not_found);
    EXPECT_NE(f.message().find("no API v1"), std::string::npos) << f.message();
    EXPECT_NE(f.message().find("hub.system().user_search"), std::string::npos) << f.message();
}

TEST_F(V1Test, AnyOtherMessageGoesToItsOwnPath)
{
    will_answer(200, R"({"event":"pong","id":"x","now":"2025-10-09T08:53:20.000Z"})");
    auto const r = run(v1().call("ping", {{"id", "x"}}, as_result));
    EXPECT_EQ(sent().target, "/api/v1/");
    EXPECT_EQ(sent().target_end, "ping");
    EXPECT_EQ(sent().name, "v1.ping");
    EXPECT_EQ(sent().body, R"({"id":"x"})");
    EXPECT_EQ(sent().declared, retry::never);
    ASSERT_TRUE(r);
    EXPECT_EQ(r->at("event").as_string(), "pong");
}

TEST_F(V1Test, AMessageWithoutFieldsIsAnEmptyObject)
{
    v1().call("ping", {}, quietly());
    EXPECT_EQ(sent().body, "{}");
}

TEST_F(V1Test, AnErrorEventIsAFailureEvenWithoutWords)
{
    will_answer(200, R"({"event":"error","id":"x"})");
    auto const r = run(v1().call("ping", {}, as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_EQ(r.error().code, errc::api_error);
}

TEST_F(V1Test, WhatTheServerDumpsOfTheParametersIsNotShown)
{
    will_answer(
        400,
        R"~({"error":"invalid parameters 'Error: misc.defaults -- TypeError: got an unexpected )~"
        R"~(argument 'x' (obj1={\"old_password\":\"hunter2\"}, obj2={})'"})~"
    );
    auto const r = run(v1().call("change_password", {{"old_password", "hunter2"}}, as_result));
    ASSERT_TRUE(r.has_error());
    EXPECT_NE(r.error().server_message.find("an unexpected argument 'x'"), std::string::npos);
    EXPECT_EQ(r.error().message().find("hunter2"), std::string::npos) << r.error().message();
}

TEST_F(V1Test, AnErrorThatIsFalseIsNone)
{
    will_answer(200, R"({"event":"forgot_password_response","id":"x","error":false})");
    EXPECT_TRUE(run(v1().call("forgot_password", {{"email_address", "a@b.c"}}, as_result)));
}

TEST_F(V1Test, AnEventIsNeverSentInTheBody)
{
    auto const r = run(v1().call("ping", {{"event", "ping"}}, as_result));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
    EXPECT_NE(r.error().detail.find("path"), std::string::npos);
}

TEST_F(V1Test, AnEventIsAWord)
{
    for (char const* event : {"", "a b", "../conat/hub", "a\r\nX: y", "Ping"})
        EXPECT_EQ(run(v1().call(event, {}, as_result)).error().code, errc::invalid_argument)
            << event;
}

}  // namespace
}  // namespace cohub
