#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <sstream>
#include <utility>

#include "support.hpp"
#include "tcp_client.hpp"

namespace cohub::tests {
namespace {

/// A clock that only the test moves.
class time_by_hand final : public fake::time_source
{
public:
    std::optional<std::uint64_t> keep_back(
        std::uint16_t server_port,
        std::uint16_t client_port,
        std::chrono::milliseconds time,
        std::function<void()> over
    ) override
    {
        std::lock_guard const lock(mutex_);
        if (real) return std::nullopt;
        server = server_port;
        client = client_port;
        length = time;
        over_ = std::move(over);
        changed_.notify_all();
        return 7;
    }
    void let_go(std::uint64_t number) noexcept override
    {
        std::lock_guard const lock(mutex_);
        EXPECT_EQ(number, 7u);
        over_ = nullptr;
        ++let_go_;
        changed_.notify_all();
    }

    bool wait_for_one()
    {
        return wait([this] { return over_ != nullptr; });
    }
    bool wait_for_let_go(int n)
    {
        return wait([this, n] { return let_go_ >= n; });
    }
    void end() { std::exchange(over_, nullptr)(); }

    bool real = false;
    std::uint16_t server = 0, client = 0;
    std::chrono::milliseconds length{};

private:
    bool wait(std::function<bool()> const& met)
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 20s, met);
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::function<void()> over_;
    int let_go_ = 0;
};

class FakeServerTimeSource : public testing::Test
{
protected:
    std::shared_ptr<time_by_hand> time = std::make_shared<time_by_hand>();
    fake_server server{fake_server_options().users(3).time_source(time)};
};

TEST_F(FakeServerTimeSource, EndsWhatIsKeptBack)
{
    for (bool const takes_long : {false, true}) {
        if (takes_long)
            server.script("system.ping").delay(10s);
        else
            server.script("system.ping").stall(1h);
        auto answer = std::async(std::launch::async, [this] {
            return http_client(server).call("system.ping").status;
        });
        ASSERT_TRUE(time->wait_for_one());
        EXPECT_EQ(time->server, server.port());
        EXPECT_NE(time->client, 0);
        EXPECT_EQ(time->length, takes_long ? std::chrono::milliseconds(10s) : 1h);
        time->end();
        EXPECT_EQ(answer.get(), 200);
        EXPECT_TRUE(time->wait_for_let_go(takes_long ? 2 : 1));
    }
}

TEST_F(FakeServerTimeSource, LeavesAConnectionToTheRealClock)
{
    time->real = true;
    server.script("system.ping").stall(1ms);
    EXPECT_EQ(http_client(server).call("system.ping").status, 200);
}

TEST_F(FakeServerTimeSource, IsToldWhenAClientHasGone)
{
    fake_server plain(fake_server_options().users(3).plain().time_source(time));
    plain.script("*").stall(1h);
    {
        tcp_client const client(plain.port());
        client.write("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
        ASSERT_TRUE(time->wait_for_one());
    }
    EXPECT_TRUE(time->wait_for_let_go(1));
    EXPECT_TRUE(plain.journal().wait_for_open(0));
}

TEST(FakeServerTimeSourceEnd, AServerEndsWithoutWaitingForTime)
{
    auto const time = std::make_shared<time_by_hand>();
    std::future<int> answer;
    {
        fake_server server(fake_server_options().users(3).plain().time_source(time));
        server.script("system.ping").stall(1h);
        answer = std::async(std::launch::async, [&server] {
            return http_client(server).call("system.ping").status;
        });
        ASSERT_TRUE(time->wait_for_one());
    }
    EXPECT_EQ(answer.get(), 0);
}

TEST(RecordedRequest, GivesItsArgumentsAndIsPrintedMasked)
{
    fake_server server(fake_server_options().users(3).unmasked_journal());
    http_client client(server);
    client.call("system.generateUserAuthToken", R"({"password":"canary","n":[1,null]}, 2)");
    auto const r = server.journal().requests().at(0);
    EXPECT_EQ(json::serialize(r.args()), R"([{"password":"canary","n":[1,null]},2])");
    std::ostringstream out;
    out << r;
    EXPECT_EQ(out.str().find("canary"), std::string::npos) << out.str();
    EXPECT_EQ(out.str().find(server.api_key()), std::string::npos) << out.str();
    EXPECT_TRUE(out.str().starts_with("POST /api/conat/hub (system.generateUserAuthToken), "));
    client.get("/x");
    EXPECT_TRUE(server.journal().requests().at(1).args().empty());
}

}  // namespace
}  // namespace cohub::tests
