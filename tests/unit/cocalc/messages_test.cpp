#include <cohub/cocalc/messages.hpp>
#include <cohub/cocalc/purchases.hpp>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/canned_channel.hpp"
#include "support/run_call.hpp"

namespace cohub {
namespace {

class MessagesTest : public testing::Test
{
protected:
    messages_api messages() { return messages_api(channel); }

    /// What the last call would send, with the closing brace.
    std::string body() { return channel->requests.at(channel->requests.size() - 1).body + "}"; }

    template <class T>
    result<T> run(call::pending_result<T>&& pending)
    {
        return tests::run_call(io, std::move(pending));
    }
    static auto quietly()
    {
        return [](error_code, auto&&...) {};
    }

    boost::asio::io_context io;
    boost::intrusive_ptr<tests::canned_channel> channel{new tests::canned_channel(io)};

    void TearDown() override { io.run(); }
};

TEST_F(MessagesTest, SendTakesOneReceiverOrMany)
{
    std::vector<std::string> const both{"a", "b@c.d"};
    messages().send(new_message("S", "B", both), quietly());
    EXPECT_EQ(
        body(),
        R"({"name":"messages.send","args":[{"subject":"S","body":"B","to_ids":["a","b@c.d"]}]})"
    );
    messages().send(new_message("S", "B", "a").to("b@c.d"), quietly());
    EXPECT_EQ(channel->requests[0].body, channel->requests[1].body);
    messages().send(new_message("S", "B", std::string("a")).reply_id(17), quietly());
    EXPECT_EQ(
        body(),
        R"({"name":"messages.send","args":[{"subject":"S","body":"B","to_ids":["a"],)"
        R"("reply_id":17}]})"
    );
}

TEST_F(MessagesTest, SendTellsWhetherAnybodyWasLeft)
{
    channel->will_answer_json("17");
    EXPECT_EQ(run(messages().send(new_message("S", "B", "a"), as_result)).value(), 17);
    channel->will_answer_json("null");
    EXPECT_EQ(run(messages().send(new_message("S", "B", "a@b"), as_result)).value(), std::nullopt);
}

TEST_F(MessagesTest, SendIsNeverRepeatedAndGetMayBe)
{
    messages().send(new_message("S", "B", "a"), quietly());
    EXPECT_EQ(channel->requests.back().declared, retry::never);
    messages().get(quietly());
    EXPECT_EQ(channel->requests.back().declared, retry::safe);
}

TEST_F(MessagesTest, GetAsksForAPageOfAType)
{
    message_query const page = message_query()
                                   .limit(5)
                                   .offset(10)
                                   .type(message_type::new_)
                                   .cutoff(sys_ms(std::chrono::seconds(1760000000)));
    messages().get(page, quietly());
    EXPECT_EQ(
        body(),
        R"({"name":"messages.get","args":[{"limit":5,"offset":10,"type":"new",)"
        R"("cutoff":"2025-10-09T08:53:20.000Z"}]})"
    );
}

TEST_F(MessagesTest, GetTakesAQueryThatIsNotConst)
{
    message_query query;
    messages().get(query.limit(5), quietly());
    EXPECT_EQ(body(), R"({"name":"messages.get","args":[{"limit":5}]})");
    messages().get(message_query().type(message_type::starred), quietly());
    EXPECT_EQ(body(), R"({"name":"messages.get","args":[{"type":"starred"}]})");
    messages().get(quietly());
    EXPECT_EQ(body(), R"({"name":"messages.get","args":[{}]})");
}

TEST_F(MessagesTest, MarksAreThereOnlyForSomeTypes)
{
    std::string const start = R"([{"id":17,"subject":"S","body":"B","from_id":"a",)"
                              R"("to_ids":["b"],"sent":"2025-10-09T08:53:20.000Z",)"
                              R"("thread_id":3)";
    channel->will_answer_json(start + R"(,"read":true,"saved":false,"deleted":false}])");
    auto r = run(messages().get(as_result));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(r->at(0).read, true);
    EXPECT_EQ(r->at(0).thread_id, 3);
    EXPECT_EQ(r->at(0).sent, sys_ms(std::chrono::seconds(1760000000)));
    channel->will_answer_json(start + "}]");
    r = run(messages().get(as_result));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(r->at(0).read, std::nullopt);
}

TEST_F(MessagesTest, ARefusalIsTyped)
{
    channel->will_answer_json(R"({"error":"Error: limit must be at most 500"})");
    auto const r = run(messages().get(message_query().limit(501), as_result));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
    EXPECT_EQ(r.error().server_message, "Error: limit must be at most 500");
}

TEST_F(MessagesTest, MoneyIsANumberOfAnyKind)
{
    for (auto const& [text, amount] :
         {std::pair("-12.5", -12.5), std::pair("0", 0.0), std::pair("1e2", 100.0)}) {
        channel->will_answer_json(text);
        EXPECT_EQ(run(purchases_api(channel).get_balance(as_result)).value(), amount) << text;
    }
    EXPECT_EQ(body(), R"({"name":"purchases.getBalance","args":[{}]})");
    EXPECT_EQ(channel->requests.back().declared, retry::safe);
}

TEST_F(MessagesTest, TheMinimumIsAskedForByItsOwnName)
{
    channel->will_answer_json("-20");
    EXPECT_EQ(run(purchases_api(channel).get_min_balance(as_result)).value(), -20.0);
    EXPECT_EQ(body(), R"({"name":"purchases.getMinBalance","args":[{}]})");
    EXPECT_EQ(channel->requests.back().declared, retry::safe);
}

}  // namespace
}  // namespace cohub
