#include <cohub/transport/detail/io_core.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace cohub::test {
namespace {

using transport::detail::maybe_mutex;
using namespace std::chrono_literals;

/// A microsecond of work, as it is done for one call under the lock.
void work()
{
    auto const end = std::chrono::steady_clock::now() + 1us;
    while (std::chrono::steady_clock::now() < end) continue;
}

TEST(MaybeMutex, AThreadThatTakesItAgainAndAgainLetsOthersPass)
{
    constexpr int rounds = 20;
    constexpr int most = 4 * 256;
    maybe_mutex mutex(true);
    int worst = 0;
    for (int round = 0; round != rounds; ++round) {
        std::atomic<bool> comes = false;
        std::atomic<bool> has_it = false;
        mutex.lock();
        std::thread other([&] {
            comes = true;
            mutex.lock();
            has_it = true;
            mutex.unlock();
        });
        while (!comes) std::this_thread::yield();
        std::this_thread::sleep_for(2ms);
        int passed = 0;
        for (; passed != most && !has_it; ++passed) {
            work();
            mutex.unlock();
            mutex.lock();
        }
        mutex.unlock();
        other.join();
        worst = std::max(worst, passed);
    }
    EXPECT_LT(worst, most);
}

TEST(MaybeMutex, OfOneThreadIsNoneAtAll)
{
    maybe_mutex mutex(false);
    mutex.lock();
    mutex.lock();
    mutex.hand_round();
    mutex.unlock();
    mutex.unlock();
}

}  // namespace
}  // namespace cohub::test
