#include "people.hpp"

#include <cohub/fake/fixture.hpp>
#include <cohub/fake/matchers.hpp>
#include <cohub/hub.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "server.hpp"

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::EndsWith;
using testing::StartsWith;

// [first-test]
using People = cohub::fake::hub_test;

TEST_F(People, AreToldByName)
{
    server().add_account(cohub::fake::account("Zaphod", "Beeblebrox"));
    cohub::hub const hub(io, usual_options());
    people::answer const told = run(people::who_is(hub, "zaphod"));
    EXPECT_EQ(told.status, 200u);
    EXPECT_EQ(told.text, "Zaphod Beeblebrox");
}
// [end]

// [what-was-sent]
TEST_F(People, AreAskedForOneAtATime)
{
    using namespace cohub::fake;
    cohub::hub const hub(io, usual_options());
    EXPECT_EQ(run(people::who_is(hub, "nobody-has-this-name")).status, 404u);
    auto const sent = server().journal().requests("system.userSearch");
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_THAT(sent[0], WithArgs(R"([{"query": "nobody-has-this-name", "limit": 1}])"));
}
// [end]

// [whole-service]
asio::awaitable<std::string> get(std::uint16_t port, std::string path)
{
    tcp::socket socket(co_await asio::this_coro::executor);
    tcp::endpoint const where(asio::ip::address_v4::loopback(), port);
    co_await socket.async_connect(where, asio::use_awaitable);
    std::string const request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    std::string answer;
    co_await asio::async_read(
        socket, asio::dynamic_buffer(answer), asio::as_tuple(asio::use_awaitable)
    );
    co_return answer;
}

TEST_F(People, AreToldToTheEndWhileTheServiceStops)
{
    server().script("system.userSearch").delay_until_released();
    cohub::hub const hub(io, usual_options());
    people::server service(io.get_executor(), hub, 0);
    asio::co_spawn(io, service.listen(), asio::detached);

    std::string answer;
    asio::co_spawn(io, get(service.port(), "/foo"), [&](std::exception_ptr, std::string text) {
        answer = std::move(text);
    });
    run_until([&] { return server().journal().count("system.userSearch") == 1; });
    bool drained = false;
    asio::co_spawn(io, service.drain(), [&](std::exception_ptr) { drained = true; });
    server().release();
    run_until([&] { return drained; });
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
}
// [end]
