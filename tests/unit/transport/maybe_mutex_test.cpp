#include <cohub/transport/detail/io_core.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

namespace cohub::test {
namespace {

using transport::detail::maybe_mutex;
using namespace std::chrono_literals;

/// A microsecond of work, as it is done under the lock for one call.
void work()
{
    auto const end = std::chrono::steady_clock::now() + 1us;
    while (std::chrono::steady_clock::now() < end) continue;
}

// When compilers keep all cores busy, the other thread may not run for a while. So the median of
// many rounds counts.
TEST(MaybeMutex, AThreadThatTakesItAgainAndAgainLetsOthersPass)
{
    constexpr std::size_t rounds = 21;
    constexpr int most = 4 * 256;
    maybe_mutex mutex(true);
    std::vector<int> all;
    while (all.size() != rounds) {
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
        all.push_back(passed);
    }
    std::nth_element(all.begin(), all.begin() + rounds / 2, all.end());
    EXPECT_LT(all[rounds / 2], most);
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
