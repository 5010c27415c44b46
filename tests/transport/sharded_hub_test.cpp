#include <cohub/sharded_hub.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <future>
#include <set>
#include <thread>
#include <vector>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;
using ShardedHub = LiveHub;

TEST_F(ShardedHub, CallsGoToEachInTurn)
{
    sharded_hub const hubs(usual_options(), 3);
    ASSERT_EQ(hubs.size(), 3u);
    std::vector<std::future<server_now>> answers;
    for (int i = 0; i != 9; ++i)
        answers.push_back(hubs.any().system().ping(boost::asio::use_future));
    for (auto& a : answers) EXPECT_GT(a.get().now.time_since_epoch().count(), 0);
    run_coroutine(hubs.async_close(10s));  // a spare connection makes no handshake at this point
    std::uint64_t established = 0;
    for (std::size_t i = 0; i != 3; ++i) {
        EXPECT_GT(hubs[i].stats().established, 0u);
        established += hubs[i].stats().established;
    }
    EXPECT_EQ(hubs.stats().established, established);
    EXPECT_LE(established, server.journal().connections());
}

TEST_F(ShardedHub, LimitsAreForAllTogether)
{
    auto o = usual_options();
    o.pool.max_connections = 4;
    sharded_hub const hubs(o, 3);
    std::vector<std::future<server_now>> answers;
    for (int i = 0; i != 60; ++i)
        answers.push_back(hubs.any().system().ping(boost::asio::use_future));
    for (auto& a : answers) a.get();
    EXPECT_LE(server.journal().connections(), 6u) << "two each: four, rounded up";
}

TEST_F(ShardedHub, OnExecutorsOfOnesOwn)
{
    boost::asio::io_context second;
    std::vector<boost::asio::io_context*> const contexts{&io, &second};
    sharded_hub const hubs(contexts, usual_options());
    ASSERT_EQ(hubs.size(), 2u);
    int first_told = 0, second_told = 0;
    hubs[0].system().ping(as_result)([&](result<server_now> const& r) { first_told += r ? 1 : 0; });
    hubs[1].system().ping(as_result)([&](result<server_now> const& r) { second_told += r ? 1 : 0; }
    );
    run();
    EXPECT_EQ(first_told, 1);
    EXPECT_EQ(second_told, 0) << "its context has not run";
    second.run_for(20s);
    EXPECT_EQ(second_told, 1);
    std::vector<boost::asio::any_io_executor> const executors{io.get_executor()};
    EXPECT_EQ(sharded_hub(executors, usual_options()).size(), 1u);
    EXPECT_THROW(sharded_hub(std::vector<boost::asio::any_io_executor>(), usual_options()), error);
}

TEST_F(ShardedHub, IsSteeredAsOne)
{
    sharded_hub const hubs(usual_options(), 2);
    hubs.set_api_key(secret("sk-unknownunknown00000001"));
    for (int i = 0; i != 2; ++i)
        EXPECT_EQ(wait(hubs.any().system().ping(as_result)).error().code, errc::unauthorized);
    hubs.set_api_key(secret(server.api_key()));
    hubs.reload_tls();
    hubs.warm_up(4);
    EXPECT_TRUE(wait(hubs.any().system().ping(as_result)));
    run_coroutine(hubs.async_close(10s));
    EXPECT_EQ(wait(hubs.any().system().ping(as_result)).error().code, errc::client_closed);
    EXPECT_EQ(hubs.stats().idle, 0u);
    run_coroutine(hubs.async_close());
}

}  // namespace
}  // namespace cohub::tests
