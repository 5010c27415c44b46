#pragma once

#include <cohub/transport/detail/connect_tunnel.hpp>

#include <boost/asio/error.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "unit/transport/exchange_driver.hpp"

// Connections in the states in which most tests begin.

namespace cohub::tests {

namespace error = boost::asio::error;
using transport::detail::tls_context;
using told = std::vector<action_kind>;

/// The failure of the last `broken`.
inline failure const& broken(exchange_driver const& d)
{
    static failure const none;
    EXPECT_EQ(d.last_told(), action_kind::broken);
    EXPECT_EQ(d.now_in(), exchange_state::closed);
    EXPECT_TRUE(d.why);
    return d.why ? *d.why : none;
}

/// A connection on which nothing has been sent.
struct idle_link : exchange_link
{
    explicit idle_link(over o, limit_options const& l = {}) : exchange_link(o, l) { stand(); }
};

/// A connection through an HTTP proxy.
inline std::unique_ptr<exchange_link> behind_a_proxy(over o)
{
    bool const plain = o == over::plain;
    return std::make_unique<exchange_link>(
        o,
        plain ? nullptr : std::make_shared<server_tls>(server_options(o)),
        plain ? nullptr : client_tls(),
        limit_options(),
        std::make_unique<transport::detail::connect_tunnel>(
            http::parse_origin("https://cocalc.com"), secret("user:password")
        )
    );
}

/// A connection whose server has a request and has not answered yet.
struct reading_link : idle_link
{
    explicit reading_link(over o, limit_options const& l = {}) : idle_link(o, l)
    {
        send(a_request);
        run_both();
    }
};

/// A connection that has carried a request and is idle again.
struct used_link : idle_link
{
    explicit used_link(over o) : idle_link(o) { exchange_once(a_request, ok("1")); }
};

/// A connection that has become a stream.
struct stream_link : idle_link
{
    explicit stream_link(over o) : idle_link(o)
    {
        send_upgrade(a_request);
        run_both();
        says(switched);
        run_both();
        EXPECT_EQ(now_in(), exchange_state::upgraded);
        told.clear();
        heard.clear();
    }
};

/// The same tests over plain TCP and over TLS.
class ExchangeOver : public testing::TestWithParam<over>
{
public:
    bool is_tls() const { return GetParam() != over::plain; }
};

inline std::string name_of(testing::TestParamInfo<over> const& p)
{
    return p.param == over::plain ? "Plain" : p.param == over::tls12 ? "Tls12" : "Tls13";
}

class ExchangeOverTls : public ExchangeOver
{
};

}  // namespace cohub::tests
