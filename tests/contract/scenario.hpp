#pragma once

#include <cohub/cohub.hpp>
#include <cohub/fake_server.hpp>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/run_call.hpp"

namespace cohub::tests {

/// @brief The refusal of a call: what the caller can do about it, and the server's own text.
struct refusal
{
    error_code code;
    std::string words;

    bool operator==(refusal const&) const = default;
};
inline void PrintTo(refusal const& r, std::ostream* out)
{
    *out << r.code.message() << ": " << r.words;
}

/// @brief The client against the fake server, whose world exists for the whole test.
class Scenario : public testing::Test
{
protected:
    /// A caller: a hub over TLS with this key.
    hub with_key(std::string const& key) { return hub(io, options_for(key)); }
    /// A hub with a key of this account.
    hub as(std::string const& account_id)
    {
        return with_key(server.add_api_key(fake::api_key(account_id)));
    }
    options options_for(std::string const& key) const
    {
        options o(server.url(), secret(key));
        o.tls.ca_pem = server.ca_pem();
        o.retry.base = std::chrono::milliseconds(1);
        o.retry.seed = 1;
        return o;
    }

    /// The value of a call. A failure is thrown.
    template <class T>
    T got(call::pending_result<T>&& pending)
    {
        return run_call(io, std::move(pending)).value();
    }
    template <class T>
    failure failed(call::pending_result<T>&& pending)
    {
        auto const r = run_call(io, std::move(pending));
        return r.has_error() ? r.error() : failure();
    }
    template <class T>
    refusal refused(call::pending_result<T>&& pending)
    {
        failure const f = failed(std::move(pending));
        return {f.code, f.server_message};
    }
    /// The same for a call that the client refuses: nothing is sent, so there is no server text.
    template <class T>
    bool refused_here(std::string_view route, call::pending_result<T>&& pending)
    {
        auto const before = server.journal().count(route);
        failure const f = failed(std::move(pending));
        return f.code == errc::invalid_argument && f.server_message.empty() && !f.maybe_sent &&
               server.journal().count(route) == before;
    }

    std::string account_of(hub const& h) { return got(h.system().test(as_result)).account_id; }

    void TearDown() override { EXPECT_EQ(server.report(), ""); }

    fake_server server{fake_server_options().users(20)};
    boost::asio::io_context io;
    /// An ordinary account; a site admin; the admin of the organization acme; a project's key.
    hub const robin = with_key(server.keys().user);
    hub const sage = with_key(server.keys().admin);
    hub const orla = with_key(server.keys().org_admin);
    hub const machine = with_key(server.keys().project);
};

/// @brief One member of each item, in order: `all(users, &organization_user::account_id)`.
template <class List, class Item, class Member>
std::vector<Member> all(List const& items, Member Item::*member)
{
    std::vector<Member> out;
    for (Item const& item : items) out.push_back(item.*member);
    return out;
}
template <class T>
std::vector<T> sorted(std::vector<T> items)
{
    std::sort(items.begin(), items.end());
    return items;
}

using texts_of = std::vector<std::string>;

}  // namespace cohub::tests
