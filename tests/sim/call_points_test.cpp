// CAN-03 and CAN-04: a call is cancelled at each point where it waits, and each operation of its
// sockets fails once. The points are counted; no list of them is kept.

#include <boost/asio/ssl/error.hpp>

#include <gtest/gtest.h>

#include "ledger.hpp"
#include "support/fault_rows.hpp"

namespace cohub::tests {
namespace {

constexpr char const* place = "127.0.0.1:80";

/// How the call under test gets its answer.
enum class course
{
    fresh,
    reused,
    repeated,
    dripped,  // in segments of a few bytes
};

/// One run of a world with a call, which is disturbed at one point.
class one_life
{
public:
    one_life(course how, bool safe) : world_(11), ledger_(world_), how_(how)
    {
        if (how == course::dripped) world_.usual_conditions().segment = 16;
        world_.serve_http(place, [this](sim::request r) { return answer(std::move(r)); });
        options o = world_.client_options();
        o.api_key = secret(ledger::canary);
        o.retry.base = 20ms;
        hub_.emplace(world_, std::move(o));
        if (how == course::reused) {
            ledger_.call(*hub_, true, 10s);
            world_.run();
        }
        begun_ = world_.operations();
        entry_ = &ledger_.call(*hub_, safe, 10s);
    }

    sim::world& world() noexcept { return world_; }
    ledger::entry& call() noexcept { return *entry_; }
    std::uint64_t operations() const noexcept { return world_.operations() - begun_; }

    void end()
    {
        world_.run();
        ledger_.check();
        ledger_.check(*hub_);
        world_.fail_operation(0, {});
        auto const& further = ledger_.call(*hub_, true, 10s);
        world_.run();
        ledger_.check();
        require(further.ok, "afterwards: " + further.why.message());
        hub_.reset();
        world_.run();
        require(world_.open_connections(place) == 0, "a connection stays open");
    }

private:
    boost::asio::awaitable<sim::response> answer(sim::request r)
    {
        sim::response a(ledger_.seen(r));
        if (how_ == course::repeated && std::exchange(refuses_, false))
            a = sim::response(503, "{}");
        co_return a;
    }

    sim::world world_;
    ledger ledger_;
    course how_;
    bool refuses_ = true;
    std::optional<hub> hub_;
    std::uint64_t begun_ = 0;
    ledger::entry* entry_ = nullptr;
};

TEST(CallPoints, CAN_03_CancelledAtEach)
{
    namespace asio = boost::asio;
    int points = 0, cancelled = 0;
    for (course how : {course::fresh, course::reused, course::repeated, course::dripped})
        for (bool safe : {true, false})
            for (auto type :
                 {asio::cancellation_type::terminal,
                  asio::cancellation_type::partial,
                  asio::cancellation_type::total})
                for (int n = 0;; ++n, ++points) {
                    SCOPED_TRACE(testing::Message() << "after " << n << " steps");
                    one_life life(how, safe);
                    int done = 0;
                    while (done != n && life.call().completions == 0 && life.world().run_one())
                        ++done;
                    if (life.call().completions != 0) break;
                    life.call().cancel.emit(type);
                    ASSERT_NO_THROW(life.end());
                    bool const was = life.call().why.code == errc::cancelled;
                    cancelled += was;
                    if (type != asio::cancellation_type::total) {
                        EXPECT_TRUE(was) << life.call().why.message();
                    }
                    if (type == asio::cancellation_type::total && !safe && was) {
                        EXPECT_FALSE(life.call().why.maybe_sent);
                    }
                }
    std::printf("%d points, %d cancelled\n", points, cancelled);
    EXPECT_GE(points, 300);
    faults::covers("CAN-03", static_cast<std::size_t>(points));
}

TEST(CallPoints, CAN_04_EachOperationFailsOnce)
{
    namespace error = boost::asio::error;
    error_code const ways[] = {
        error::eof,
        error::connection_reset,
        error::broken_pipe,
        boost::asio::ssl::error::stream_truncated,
        error::operation_aborted,
        error::no_buffer_space,
        error::timed_out,
        error::host_unreachable,
    };
    int points = 0, failed = 0;
    for (course how : {course::fresh, course::reused, course::repeated, course::dripped})
        for (bool safe : {true, false})
            for (auto const& way : ways)
                for (std::uint64_t n = 1;; ++n, ++points) {
                    SCOPED_TRACE(testing::Message() << "operation " << n << ": " << way.message());
                    one_life life(how, safe);
                    if (n > 1) {
                        // The number of points of the undisturbed run and one more: the end.
                        one_life whole(how, safe);
                        whole.world().run();
                        if (n > whole.operations()) break;
                    }
                    life.world().fail_operation(n, way);
                    ASSERT_NO_THROW(life.end());
                    failed += !life.call().ok;
                    if (safe) {
                        EXPECT_TRUE(life.call().ok) << life.call().why.message();
                    }
                }
    std::printf("%d points, %d of them failed the call\n", points, failed);
    EXPECT_GE(points, 300);
    faults::covers("CAN-04", static_cast<std::size_t>(points));
    EXPECT_GT(failed, 0);
}

}  // namespace
}  // namespace cohub::tests
