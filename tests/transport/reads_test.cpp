// Reads that are shared, hedged or answered from the cache, on several threads at once.
#include <cohub/cohub.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "executors_fixture.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;

/// Closes the hub and waits until the close has completed.
void close_and_wait(hub const& h)
{
    std::promise<void> closed;
    h.async_close([&](error_code) { closed.set_value(); });
    ASSERT_EQ(closed.get_future().wait_for(60s), std::future_status::ready);
}

// Callers on several threads come and leave while answers arrive.
TEST_F(Executors, SharedAndHedgedReadsOnSeveralThreads)
{
    asio::thread_pool pool(4), callers(3);
    auto const strand = asio::make_strand(callers);
    constexpr int all = 3000;
    std::atomic<int> done = 0, good = 0, in_place = 0;
    // The strand separates the emission of a signal from the completion of its call.
    std::deque<asio::cancellation_signal> signals(all);
    hub const h(pool, few_connections());
    std::atomic<int> begun = 0;
    for (int thread = 0; thread != 3; ++thread)
        asio::post(callers, [&, thread] {
            for (int i = thread; i < all; i += 3) {
                auto const n = static_cast<std::size_t>(i);
                call_options how = call_options().shared();
                if (i % 5 == 0) how.timeout(std::chrono::milliseconds(1 + i % 7));
                if (i % 2 == 0) how.hedge_after(std::chrono::microseconds(100 * (i % 9)));
                asio::post(strand, [&, how, i, n] {
                    h.system().user_search(
                        "user " + std::to_string(i % 4),
                        how,
                        asio::bind_cancellation_slot(
                            signals[n].slot(),
                            asio::bind_executor(
                                strand,
                                [&](error_code ec, std::vector<user> const&) {
                                    ++done;
                                    if (!ec) ++good;
                                    if (strand.running_in_this_thread()) ++in_place;
                                }
                            )
                        )
                    );
                    ++begun;
                });
                if (i % 11 == 0)
                    asio::post(strand, [&, n] { signals[n].emit(asio::cancellation_type::total); });
                if (i % 500 == 0) h.set_api_key(secret(server.api_key()));
            }
        });
    auto const end = std::chrono::steady_clock::now() + 60s;
    while (begun != all && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    ASSERT_EQ(begun, all);
    close_and_wait(h);
    callers.join();
    pool.join();
    EXPECT_EQ(done, all);
    EXPECT_EQ(in_place, all);
    EXPECT_GE(good, all / 2);
    EXPECT_GT(h.stats().shared, 0U);
    EXPECT_LT(server.journal().count("system.userSearch"), static_cast<std::size_t>(all));
}

asio::awaitable<void> look_up_in_turn(
    hub const& h, std::vector<std::string> const& ids, std::size_t first, std::atomic<int>& failed
)
{
    for (std::size_t i = 0; i != 100; ++i) {
        auto const& id = ids[(first + i) % ids.size()];
        auto const r = co_await h.system().get_name(id, as_result);
        if (!r && r.error().kind() != errc::not_found) ++failed;  // an account was deleted
        if (i % 20 == 0) h.system().forget_name(id);
    }
    h.system().forget_names();
}

TEST_F(Executors, TheCacheOfNamesOnSeveralThreads)
{
    asio::thread_pool pool(4);
    options o = few_connections();
    o.coalesce.window = 200us;
    o.coalesce.cache(1min, 20);
    hub const h(pool, o);
    std::vector<std::string> ids;
    for (auto const& u : server.users()) ids.push_back(u.account_id);
    ids.resize(30);
    std::atomic<int> failed = 0;
    for (std::size_t i = 0; i != 40; ++i)
        asio::co_spawn(pool, look_up_in_turn(h, ids, i, failed), asio::detached);
    pool.join();
    EXPECT_EQ(failed, 0);
    EXPECT_GT(h.stats().cached, 0U);
    EXPECT_EQ(h.stats().calls, 0U);
}

}  // namespace
}  // namespace cohub::tests
