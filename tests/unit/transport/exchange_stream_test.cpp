#include <gtest/gtest.h>

#include <string>

#include "unit/transport/exchange_links.hpp"

namespace cohub::tests {
namespace {

TEST_P(ExchangeOver, BecomesAStreamWithWhatCameBehindTheSwitch)
{
    idle_link l(GetParam());
    l.send_upgrade(a_request);
    l.run_both();
    l.says(std::string(switched) + "first");
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::upgraded});
    EXPECT_EQ(l.x->answer().status(), 101);
    EXPECT_EQ(l.stream, "first");
    EXPECT_TRUE(l.is_reading());
    l.says(" second");
    l.run_both();
    EXPECT_EQ(l.stream, "first second");
    EXPECT_EQ(l.told, (told{action_kind::upgraded, action_kind::input}));
}

TEST_P(ExchangeOver, GivesTheAnswerThatComesInPlaceOfASwitch)
{
    idle_link l(GetParam());
    l.send_upgrade(a_request);
    l.run_both();
    l.says(ok(std::string(50'000, 'b')));
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::answer});
    EXPECT_GE(l.x->answer().body().size(), http::response_parser::max_excerpt);
    EXPECT_LT(l.x->answer().body().size(), 20'000U);
    EXPECT_EQ(l.reusable, false);
}

TEST_P(ExchangeOver, SendsOnAStream)
{
    stream_link l(GetParam());
    l.send("one ");
    l.room = 2;
    l.send("two ");
    l.send("three");
    EXPECT_GT(l.x->unsent(), 0U);
    EXPECT_TRUE(l.wants_writable);
    l.room = exchange_driver::all;
    l.run_both();
    EXPECT_EQ(l.heard, "one two three");
    EXPECT_EQ(l.x->unsent(), 0U);
}

TEST_P(ExchangeOver, HoldsTheServerBackWhileTheOwnerHasEnough)
{
    stream_link l(GetParam());
    l.on_input = [] {};
    l.says("bytes");
    l.run_both();
    EXPECT_EQ(l.told, told{action_kind::input});
    EXPECT_FALSE(l.is_reading());
    l.says(" and more");
    l.run_both();
    EXPECT_EQ(l.x->unread(), "bytes");

    // Sending does not lead to a read.
    l.send("I am full");
    l.run_both();
    EXPECT_EQ(l.heard, "I am full");
    EXPECT_FALSE(l.is_reading());
    l.x->used(2);
    l.on({.what = event_kind::read_on});
    EXPECT_FALSE(l.is_reading());
    EXPECT_EQ(l.take_unread(), "tes");
    l.send("!");
    EXPECT_FALSE(l.is_reading());

    l.on_input = [&l] { l.stream += l.take_unread(); };
    l.on({.what = event_kind::read_on});
    l.run_both();
    EXPECT_EQ(l.stream, " and more");
    EXPECT_TRUE(l.is_reading());
}

TEST_P(ExchangeOver, AnswersAPingWhileItReads)
{
    stream_link l(GetParam());
    l.on_input = [&l] {
        l.stream += l.take_unread();
        l.send("pong ");
    };
    for (int i = 0; i != 5; ++i) {
        l.says("ping ");
        l.run_both();
        EXPECT_TRUE(l.is_reading());
    }
    EXPECT_EQ(l.stream, "ping ping ping ping ping ");
    EXPECT_EQ(l.heard, "pong pong pong pong pong ");
}

TEST_P(ExchangeOver, AnswersAPingThatMoreFollows)
{
    // All of it is in the socket. With TLS each piece is a record. The owner answers the first one
    // while the others wait to be decrypted.
    stream_link l(GetParam());
    l.on_input = [&l] {
        l.stream += l.take_unread();
        l.send("pong ");
    };
    std::string all;
    for (int i = 0; i != 200; ++i) {
        std::string const piece = std::to_string(i) + std::string(900, '.');
        l.says(piece);
        all += piece;
    }
    l.run_both();
    EXPECT_TRUE(l.stream == all) << l.stream.size() << " of " << all.size();
    EXPECT_TRUE(l.is_reading());
}

TEST_P(ExchangeOver, AnswersAPingThatComesWithTheSwitch)
{
    idle_link l(GetParam());
    l.on_input = [&l] {
        l.stream += l.take_unread();
        l.send("pong");
    };
    l.send_upgrade(a_request);
    l.run_both();
    l.heard.clear();
    l.says(switched);
    l.says("ping");
    l.run_both();
    EXPECT_EQ(l.stream, "ping");
    EXPECT_EQ(l.heard.substr(0, 4), "pong");
    EXPECT_TRUE(l.is_reading());
}

TEST_P(ExchangeOver, ReadsOnAfterAPause)
{
    stream_link l(GetParam());
    l.on({.what = event_kind::nothing_there});
    l.resume({.what = event_kind::nothing_there});
    EXPECT_FALSE(l.is_reading());
    l.on({.what = event_kind::read_on});
    EXPECT_TRUE(l.is_reading());
    l.says("bytes");
    l.run_both();
    EXPECT_EQ(l.stream, "bytes");
}

TEST_P(ExchangeOver, TellsTheEndOfAStream)
{
    stream_link l(GetParam());
    l.says("last");
    l.says_goodbye();
    l.ends = true;
    l.run();
    EXPECT_EQ(l.stream, "last");
    EXPECT_EQ(broken(l).code, errc::truncated);
    EXPECT_FALSE(broken(l).cause);
}

TEST_P(ExchangeOver, TellsWhyAStreamIsLost)
{
    stream_link l(GetParam());
    l.receive_error = error::connection_reset;
    l.run();
    EXPECT_EQ(broken(l).cause, error::connection_reset);
}

TEST_P(ExchangeOver, ReadsAStreamThatItCannotWriteTo)
{
    stream_link l(GetParam());
    l.send_error = error::broken_pipe;
    l.send("lost");
    l.send("lost");
    EXPECT_EQ(l.told, told());
    EXPECT_EQ(l.x->unsent(), 0U);
    l.says("goodbye");
    l.run();
    EXPECT_EQ(l.stream, "goodbye");
}

TEST_P(ExchangeOver, SendsTheRestOfARequestThatTheServerSwitchedInTheMiddleOf)
{
    idle_link l(GetParam());
    l.pass_on();
    l.room = 5;
    l.send_upgrade(a_request);
    l.says(switched);
    l.run();
    ASSERT_EQ(l.now_in(), exchange_state::upgraded);
    EXPECT_GT(l.x->unsent(), 0U);
    l.room = exchange_driver::all;
    l.run_both();
    EXPECT_EQ(l.heard, a_request);
}

}  // namespace
}  // namespace cohub::tests
