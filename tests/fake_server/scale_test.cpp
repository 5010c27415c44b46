// Many accounts: their order while they change, and searches that do not block other callers.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "support.hpp"

namespace cohub::tests {

namespace {

using fake::account;

// The order of the hub: the fifty latest accounts, those without a time last, with the same time by
// id; then sorted by the later of two times.
std::vector<std::string> fifty_latest(std::vector<account> all)
{
    auto const recency = [](account const& a) { return a.last_active ? a.last_active : a.created; };
    std::erase_if(all, [](account const& a) { return a.first_name != "Zorder"; });
    std::sort(all.begin(), all.end(), [&](account const& x, account const& y) {
        auto const a = recency(x), b = recency(y);
        if (a != b) return a && (!b || *a > *b);
        return x.account_id < y.account_id;
    });
    if (all.size() > 50) all.resize(50);
    std::stable_sort(all.begin(), all.end(), [](account const& x, account const& y) {
        auto const latest = [](account const& a) {
            return std::max(a.last_active.value_or(0), a.created.value_or(0));
        };
        return latest(x) > latest(y);
    });
    std::vector<std::string> ids;
    for (account const& a : all) ids.push_back(a.account_id);
    return ids;
}

TEST(FakeServerScale, KeepsAccountsInOrderWhileTheyChange)
{
    fake_server server(plain_options().users(2000));
    http_client client(server);
    std::mt19937 random(1);
    auto const below = [&random](std::size_t n) { return static_cast<std::int64_t>(random() % n); };
    std::vector<account> made;
    int query = 0;
    // Few changes are sorted in one by one, many changes all at once.
    for (std::uint32_t const changes : {1u, 5u, 40u, 200u, 3u, 63u, 64u, 1u, 20u}) {
        for (std::uint32_t i = 0; i < changes; ++i) {
            account a = made.empty() || below(2) == 0
                            ? account("Zorder", "Z")
                            : made[static_cast<std::size_t>(below(made.size()))];
            if (below(3) != 0) a.active_at(below(30) * 1000);
            if (below(3) != 0) a.created_at(below(30) * 1000);
            if (below(4) == 0) a.active_at({});
            a.account_id = server.add_account(a);
            made.push_back(a);
        }
        // With blanks it is another question, whose answer is not kept.
        json::value const found = client.result(
            "system.userSearch",
            R"({"limit":50,"query":"zorder)" + std::string(static_cast<std::size_t>(++query), ' ') +
                R"("})"
        );
        std::vector<std::string> ids;
        for (json::value const& row : found.as_array()) {
            ids.emplace_back(row.at("account_id").as_string());
        }
        EXPECT_EQ(ids, fifty_latest(server.users())) << changes;
    }
}

TEST(FakeServerScale, AnswersOthersInTheMiddleOfASearch)
{
    fake_server server(plain_options().users(60'000));
    http_client searching(server);
    http_client pinging(server);
    std::size_t most = 0;
    for (int i = 0; i < 20 && most < 5; ++i) {
        server.journal().clear();
        std::atomic<bool> answered = false;
        std::thread search([&] {
            // The search looks for both terms in each account.
            std::string const terms = "q" + std::to_string(i) + " z" + std::to_string(i);
            searching.call("system.userSearch", R"({"query":")" + terms + R"("})");
            answered = true;
        });
        EXPECT_TRUE(server.journal().wait_for("system.userSearch", 1));
        std::size_t pings = 0;
        while (!answered) {
            EXPECT_EQ(pinging.call("system.ping").status, 200);
            if (!answered) ++pings;
        }
        search.join();
        most = std::max(most, pings);
    }
    // One or two pings always come before the search has begun.
    EXPECT_GE(most, 5u);
}

TEST(FakeServerScale, SearchesThroughResetsAndNewAccounts)
{
    fake_server server(plain_options().users(5000));
    std::atomic<bool> over = false;
    std::atomic<int> searches = 0, wrong = 0;
    auto const search = [&](std::string const& name, std::string const& path) {
        http_client client(server);
        for (int i = 0; !over; ++i) {
            std::string const query =
                "xfoo ybar" + std::string(static_cast<std::size_t>(i % 500), ' ');
            json::value const body =
                path.empty() ? client.result(name, R"({"query":")" + query + R"("})")
                             : client.post(path, R"({"query":")" + query + R"("})").value();
            json::value const& rows = path.empty() ? body : body.at("results");
            if (!rows.is_array() || rows.as_array().size() != 1) ++wrong;
            ++searches;
        }
    };
    std::thread first([&] { search("system.userSearch", ""); });
    std::thread second([&] { search("", "/api/v1/user_search"); });
    std::thread third([&] {
        for (int i = 0; !over; ++i) server.add_account(account("New", std::to_string(i)));
    });
    for (int i = 0; i < 15; ++i) server.reset();
    auto const end = std::chrono::steady_clock::now() + 60s;
    while (searches < 20 && std::chrono::steady_clock::now() < end) server.reset();
    over = true;
    first.join();
    second.join();
    third.join();
    EXPECT_GE(searches, 20);
    EXPECT_EQ(wrong, 0);
}

}  // namespace

}  // namespace cohub::tests
