#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include "trial.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;

/// Makes the caller's own objects, whose allocations do not fail.
template <class Make>
auto made_by_caller(Make const& make)
{
    allocation::exempt const own;
    return make();
}

/// Calls whose handlers run on an executor of their own.
template <class Executor>
void two_calls(trial& t, Executor const& on)
{
    for (int i = 0; i != 2; ++i)
        t.call(call_options().idempotent(), [&](counted_handler&& h) {
            return asio::bind_executor(on, std::move(h));
        });
    t.run();
}

void play(std::string name, scenario::act_function act)
{
    scenario(std::move(name), std::move(act)).script(healthy()).play(tcp_peer());
}

TEST(FailedAllocation, OfAHandOverToAnotherContextLosesNoHandler)
{
    play("a handler of another io_context", [](trial& t) {
        auto const other = made_by_caller([] { return std::make_unique<asio::io_context>(); });
        two_calls(t, other->get_executor());
        t.run(*other);
    });
}

TEST(FailedAllocation, OfAHandOverToAThreadPoolLosesNoHandler)
{
    play("a handler of a thread_pool", [](trial& t) {
        auto const pool = made_by_caller([] { return std::make_unique<asio::thread_pool>(1); });
        two_calls(t, pool->get_executor());
        pool->join();
    });
}

TEST(FailedAllocation, OfAHandOverToAStrandLosesNoHandler)
{
    play("a handler of a strand", [](trial& t) {
        two_calls(t, made_by_caller([&] { return asio::make_strand(t.io()); }));
    });
}

TEST(FailedAllocation, OfAHandOverToATypeErasedExecutorLosesNoHandler)
{
    play("a handler of an any_io_executor", [](trial& t) {
        two_calls(t, made_by_caller([&] {
                      return asio::any_io_executor(asio::make_strand(t.io().get_executor()));
                  }));
    });
}

// There is no test for an executor that does not fit into an any_io_executor, for example a strand
// of another any_io_executor: Asio copies it in functions that are noexcept.
TEST(FailedAllocation, OfAClientOnAStrandEndsThatCallAlone)
{
    scenario(
        "a client on a strand",
        [](trial& t) {
            t.call();
            t.run();
        }
    )
        .script(healthy())
        .on([](asio::io_context& io) { return asio::make_strand(io); })
        .asio_takes_none()  // a strand stays locked if it could not be scheduled
        .play(tcp_peer());
}

/// Records the end of a coroutine, whether it returns or throws.
class coroutine_end
{
public:
    explicit coroutine_end(outcome_ptr o) noexcept : outcome_(std::move(o))
    {
        outcome_->took_handler();
    }
    coroutine_end(coroutine_end&& other) noexcept : coroutine_end(other.outcome_) {}
    ~coroutine_end() { outcome_->lost_handler(); }

    outcome& operator*() const noexcept { return *outcome_; }

private:
    outcome_ptr outcome_;
};

asio::awaitable<void> awaiting(hub& h, boost::json::value const& args, coroutine_end end)
{
    try {
        call_options const o = call_options().idempotent();
        auto r = co_await h.call("fault.case", args, o, as_result);
        (*end).completed(std::move(r));
    } catch (std::bad_alloc const&) {
        (*end).refused();
    }
}

TEST(FailedAllocation, OfACallThatIsAwaitedEndsItsCoroutine)
{
    scenario(
        "co_await",
        [](trial& t) {
            std::optional<allocation::exempt> own(std::in_place);
            auto const made = std::make_shared<outcome>();
            boost::json::value const args{trial::id_of(1)};
            coroutine_end end(made);
            own.reset();
            try {
                asio::co_spawn(
                    t.io(), awaiting(t.client(), args, std::move(end)), [](std::exception_ptr) {}
                );
            } catch (std::bad_alloc const&) {
                made->refused();
            }
            t.run();
            // If a call cannot begin because there is no memory, the coroutine that awaits it ends
            // with an exception from run(). The call reports nothing else, because Asio begins it.
            if (!t.thrown().empty() && made->completions() + made->refusals() == 0) made->refused();
            own.emplace();
            t.add(made);
        }
    )
        .script(healthy())
        .may_leave_run()
        .play(tcp_peer());
}

}  // namespace
}  // namespace cohub::tests
