#include <cohub/transport/detail/address_order.hpp>

#include <boost/asio/ip/address.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cohub::transport::detail {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

constexpr clock::time_point start{1000h};

hooks::endpoints made_of(texts const& addresses)
{
    hooks::endpoints made;
    for (auto const& a : addresses) made.emplace_back(boost::asio::ip::make_address(a), 443);
    return made;
}

texts shown(hooks::endpoints const& addresses)
{
    texts all;
    for (auto const& e : addresses) all.push_back(e.address().to_string());
    return all;
}

texts interleaved(texts const& addresses)
{
    auto made = made_of(addresses);
    address_order::interleave(made);
    return shown(made);
}

texts applied(address_order& order, texts const& addresses, clock::time_point now = start)
{
    auto made = made_of(addresses);
    order.apply(made, now);
    return shown(made);
}

TEST(AddressOrder, TakesTheFamiliesInTurn)
{
    EXPECT_EQ(interleaved({}), texts{});
    EXPECT_EQ(interleaved({"::1"}), texts{"::1"});
    EXPECT_EQ(
        interleaved({"2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1"}),
        (texts{"2001:db8::1", "192.0.2.1", "2001:db8::2", "2001:db8::3"})
    );
    EXPECT_EQ(
        interleaved({"192.0.2.1", "192.0.2.2", "2001:db8::1"}),
        (texts{"192.0.2.1", "2001:db8::1", "192.0.2.2"})
    );
}

TEST(AddressOrder, LeavesTheOrderWhereTheFirstOneWorked)
{
    address_order order;
    texts const all{"192.0.2.1", "192.0.2.2"};
    order.connected(made_of(all), 0, start);
    EXPECT_EQ(applied(order, all), all);
}

// A9
TEST(AddressOrder, PutsWhatHadToBeReplacedLast)
{
    address_order order;
    texts const all{"192.0.2.1", "192.0.2.2", "192.0.2.3"};
    order.connected(made_of(all), 1, start);
    EXPECT_EQ(applied(order, all), (texts{"192.0.2.2", "192.0.2.3", "192.0.2.1"}));
    EXPECT_EQ(applied(order, {"192.0.2.9", "192.0.2.1"}), (texts{"192.0.2.9", "192.0.2.1"}));
}

TEST(AddressOrder, ForgetsAfterAWhile)
{
    address_order order;
    texts const all{"192.0.2.1", "192.0.2.2"};
    order.connected(made_of(all), 1, start);
    auto const end = start + address_order::memory;
    EXPECT_EQ(applied(order, all, end - 1ms), (texts{"192.0.2.2", "192.0.2.1"}));
    EXPECT_EQ(applied(order, all, end), all);
}

TEST(AddressOrder, ForgetsWhenTheAddressWorksAgain)
{
    address_order order;
    texts const all{"192.0.2.1", "192.0.2.2"};
    order.connected(made_of(all), 1, start);
    order.connected(made_of({"192.0.2.2", "192.0.2.1"}), 1, start);
    EXPECT_EQ(applied(order, all), all);
    EXPECT_EQ(applied(order, {"192.0.2.2", "192.0.2.1"}), (texts{"192.0.2.1", "192.0.2.2"}));
}

TEST(AddressOrder, RemembersNoMoreThanItsShare)
{
    address_order order;
    texts many;
    for (int i = 1; i <= 40; ++i) many.push_back("192.0.2." + std::to_string(i));
    order.connected(made_of(many), 39, start);
    auto const now = applied(order, many);
    EXPECT_EQ(now[23], "192.0.2.40");
    EXPECT_EQ(now[24], "192.0.2.24");
    EXPECT_EQ(now.back(), "192.0.2.39");
}

}  // namespace
}  // namespace cohub::transport::detail
