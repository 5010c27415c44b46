#pragma once

#include <cohub/cohub.hpp>
#include <cohub/fake/fixture.hpp>

#include <boost/json/object.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace adapters {

/// @brief A hub whose key, headers, bodies and answers contain texts that no adapter may write.
class adapter_test : public cohub::fake::hub_test
{
public:
    static constexpr char const* key = "sk-Canary+7/x=~%41";

    static void SetUpTestSuite()
    {
        start_server(cohub::fake_server_options().users(10).api_key(key));
    }

protected:
    cohub::options usual_options() const
    {
        auto o = hub_test::usual_options();
        o.retry.base = std::chrono::milliseconds(1);
        return o;
    }

    /// Calls that succeed, that are repeated, that are refused with an echo, and that cannot be
    /// made.
    void make_telling_calls(cohub::options o)
    {
        using cohub::as_result;
        o.headers = {{"X-Service-Token", "token-canary"}};
        o.hooks.body_excerpt = 10'000;
        std::string const echo =
            std::string(key) + " token-canary header-canary baggage-canary password-canary";
        server().script("system.ping").status(503).body(echo).then_ok();
        server().script("system.test").error("Error: " + echo);
        cohub::hub const h(io, std::move(o));
        auto const how = cohub::call_options()
                             .header("X-Api-Key", "header-canary")
                             .header("baggage", "user=baggage-canary");
        EXPECT_TRUE(run(h.system().ping(how, as_result)).has_value());
        EXPECT_FALSE(run(h.system().test(how, as_result)).has_value());
        boost::json::object const args{{"password", "password-canary"}};
        EXPECT_FALSE(run(h.call("system.noSuchThing", args, how, as_result)).has_value());
        EXPECT_FALSE(
            run(h.system().ping(cohub::call_options().header("X", "a\r\nheader-canary"), as_result))
                .has_value()
        );
    }
    static void expect_no_canary(std::string_view text)
    {
        // The key in Basic credentials counts, too.
        for (std::string_view const form :
             {"Canary", "canary", "c2stQ2FuYXJ5", "sk-", "%2B7%2F", "Basic", "Bearer"})
            EXPECT_EQ(text.find(form), text.npos) << form << " in:\n" << text;
    }
};

}  // namespace adapters
