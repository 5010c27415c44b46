#include <cohub/transport/detail/idle_ticker.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <future>

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;
using transport::detail::idle_ticker;

/// A client that at first has no memory for its due work.
class short_of_memory final : public idle_ticker::listener
{
public:
    bool tick() noexcept override
    {
        if (++ticks_ <= 2) return false;
        if (ticks_ == 3) reminded_.set_value();
        return true;
    }
    bool wait_reminded()
    {
        return reminded_.get_future().wait_for(20s) == std::future_status::ready;
    }

private:
    int ticks_ = 0;
    std::promise<void> reminded_;
};

TEST(IdleTicker, RemindsAgainWhoHadNoMemoryForIt)
{
    short_of_memory l;
    idle_ticker::remind(l, std::chrono::steady_clock::now());
    EXPECT_TRUE(l.wait_reminded());
    idle_ticker::forget(l);
}

}  // namespace
}  // namespace cohub::tests
