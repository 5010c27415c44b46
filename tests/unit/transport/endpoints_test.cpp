#include <cohub/transport/endpoints.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

namespace cohub {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

tcp::endpoint const v4(asio::ip::make_address("192.0.2.1"), 443);
tcp::endpoint const v6(asio::ip::make_address("fe80::2%7"), 8443);

void expect_both(endpoint_list const& list)
{
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].any.sa_family, AF_INET);
    EXPECT_EQ(ntohs(list[0].v4.sin_port), 443);
    EXPECT_EQ(ntohl(list[0].v4.sin_addr.s_addr), 0xc0000201U);
    EXPECT_EQ(list[1].any.sa_family, AF_INET6);
    EXPECT_EQ(ntohs(list[1].v6.sin6_port), 8443);
    EXPECT_EQ(list[1].v6.sin6_scope_id, 7U);
    EXPECT_EQ(list[1].v6.sin6_addr.s6_addr[15], 2);
}

TEST(EndpointList, IsMadeOfWhatAsioHas)
{
    expect_both({v4, v6});
    expect_both(std::vector<tcp::endpoint>{v4, v6});
    std::vector<tcp::endpoint> const found{v4, v6};
    expect_both(tcp::resolver::results_type::create(found.begin(), found.end(), "a.test", "443"));
}

TEST(EndpointList, LeavesOutWhatIsNoInternetAddress)
{
    using local = asio::local::stream_protocol::endpoint;
    EXPECT_TRUE(endpoint_list{local("/nowhere")}.empty());
}

TEST(EndpointList, KnowsLoopback)
{
    endpoint_list const list{
        tcp::endpoint(asio::ip::make_address("127.8.0.1"), 1),
        tcp::endpoint(asio::ip::make_address("::1"), 1),
        v4,
        v6};
    EXPECT_TRUE(list[0].is_loopback());
    EXPECT_TRUE(list[1].is_loopback());
    EXPECT_FALSE(list[2].is_loopback());
    EXPECT_FALSE(list[3].is_loopback());
}

TEST(EndpointList, IsNotMadeOfOtherThingsThatHaveData)
{
    static_assert(!std::is_constructible_v<endpoint_list, std::vector<std::string>>);
    static_assert(!std::is_constructible_v<endpoint_list, std::string>);
}

}  // namespace
}  // namespace cohub
