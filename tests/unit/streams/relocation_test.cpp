#include <cohub/streams/detail/relocation.hpp>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

namespace cohub::streams::detail {
namespace {

class RelocationTest : public testing::Test
{
protected:
    using answer = std::function<void(std::string)>;

    boost::asio::io_context io;
    int told = 0;
    std::optional<relocation> asked{std::in_place, [this] { ++told; }};
};

TEST_F(RelocationTest, AsksOnTheExecutorAndTellsTheAnswer)
{
    bool called = false;
    asked->ask(io.get_executor(), [&](answer const& found) {
        called = true;
        found("http://127.0.0.1:39301");
    });
    EXPECT_FALSE(called);
    io.run();
    EXPECT_TRUE(called);
    EXPECT_EQ(told, 1);
    EXPECT_EQ(asked->base_url(), "http://127.0.0.1:39301");
}

TEST_F(RelocationTest, AnExceptionIsNoAnswer)
{
    asked->ask(io.get_executor(), [](answer const&) { throw std::runtime_error("no"); });
    io.run();
    EXPECT_EQ(told, 0);
}

TEST_F(RelocationTest, AnAnswerMayComeLongAfterTheStream)
{
    answer late;
    asked->ask(io.get_executor(), [&](answer const& found) { late = found; });
    io.run();
    asked.reset();
    late("http://127.0.0.1:1");
    EXPECT_EQ(told, 0);
}

TEST_F(RelocationTest, NothingIsToldOnceItIsStopped)
{
    answer late;
    asked->ask(io.get_executor(), [&](answer const& found) { late = found; });
    io.run();
    asked->stop();
    late("http://127.0.0.1:1");
    EXPECT_EQ(told, 0);
    EXPECT_EQ(asked->base_url(), "");
}

}  // namespace
}  // namespace cohub::streams::detail
