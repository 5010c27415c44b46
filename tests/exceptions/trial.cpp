#include "trial.hpp"

#include <cohub/fake/pki.hpp>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace cohub::tests {
namespace {

// If a handler or a wake-up is lost, the program waits until the deadline of the call. This shows
// the loss.
constexpr std::chrono::seconds call_limit{8};
constexpr std::chrono::seconds point_limit{4};
constexpr std::chrono::seconds patience{60};

std::size_t open_descriptors()
{
    auto const folder = std::filesystem::directory_iterator("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(folder), end(folder)));
}

fake::authority const& ca()
{
    static fake::authority const one("cohub exception tests");
    return one;
}

class alarm
{
public:
    void set(std::string what)
    {
        std::lock_guard const lock(mutex_);
        what_ = std::move(what);
        due_ = std::chrono::steady_clock::now() + patience;
        if (!running_) std::thread([this] { watch(); }).detach();
        running_ = true;
        changed_.notify_one();
    }
    void unset()
    {
        std::lock_guard const lock(mutex_);
        due_ = std::chrono::steady_clock::time_point::max();
        changed_.notify_one();
    }

private:
    void watch()
    {
        std::unique_lock lock(mutex_);
        for (;;) {
            if (due_ == std::chrono::steady_clock::time_point::max())
                changed_.wait(lock);
            else if (changed_.wait_until(lock, due_) == std::cv_status::timeout && std::chrono::steady_clock::now() >= due_) {
                std::fprintf(stderr, "%s: it does not come to an end\n", what_.c_str());
                std::abort();
            }
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::string what_;
    std::chrono::steady_clock::time_point due_ = std::chrono::steady_clock::time_point::max();
    bool running_ = false;
};

alarm& the_alarm()
{
    static alarm* const one = new alarm;  // its thread may outlive main()
    return *one;
}

std::string text_of(std::exception_ptr const& x)
{
    try {
        std::rethrow_exception(x);
    } catch (std::exception const& e) {
        return e.what();
    } catch (...) {
        return "something";
    }
}

}  // namespace

void watchdog::begin(std::string const& what) { the_alarm().set(what); }

void watchdog::end() { the_alarm().unset(); }

std::string right_answer(raw_request const& request, std::size_t size)
{
    std::size_t const from = request.body.find("call-");
    std::string const id = from == std::string::npos
                               ? std::string()
                               : request.body.substr(from, request.body.find('.', from) + 1 - from);
    std::string body = "{\"id\":\"" + id + "\",\"list\":[";
    do body += "{\"name\":\"" + std::string(size / 8 + 32, 'x') + "\"},";
    while (body.size() < size);
    body.back() = ']';
    return raw_answer(body + "}");
}

raw_script healthy()
{
    return raw_script().forever().respond([](raw_request const& r) { return right_answer(r); });
}

constexpr char const* scenario_over = "the scenario is over";

raw_script held() { return raw_script().wait_for_release(scenario_over).append(healthy()); }

raw_peer& tcp_peer()
{
    static raw_peer peer;
    return peer;
}

raw_peer& tls_peer()
{
    static raw_peer peer(fake::tls_settings(ca().issue(fake::loopback_request())));
    return peer;
}

std::string const& ca_pem() { return ca().pem(); }

options options_for(raw_peer const& peer)
{
    options o(peer.url(), secret("sk-key"));
    if (peer.tls()) o.tls.ca_pem = ca_pem();
    o.retry.base = 1ms;
    o.retry.cap = 2ms;
    o.retry.seed = 42;
    o.timeouts.call = call_limit;
    return o;
}

void trial::run(boost::asio::io_context& context)
{
    for (;;) try {
            context.restart();
            context.run();
            return;
        } catch (...) {
            allocation::exempt const own;
            thrown_.push_back(text_of(std::current_exception()));
        }
}

void trial::run_until(std::function<bool()> const& done)
{
    auto const end = std::chrono::steady_clock::now() + point_limit;
    while (!done() && std::chrono::steady_clock::now() < end) try {
            if (io_.stopped()) io_.restart();
            io_.run_one_for(1ms);
        } catch (...) {
            allocation::exempt const own;
            thrown_.push_back(text_of(std::current_exception()));
        }
}

void trial::check()
{
    for (auto const& o : others_) {
        EXPECT_EQ(o->completions() + o->refusals(), 1);
        EXPECT_EQ(o->alive(), 0);
    }
    for (auto const& o : outcomes_) {
        EXPECT_EQ(o->completions() + o->refusals(), 1)
            << o->completions() << " completions, " << o->refusals() << " std::bad_alloc";
        EXPECT_EQ(o->alive(), 0) << "the handler still exists";
    }
}

std::vector<allocation::source> sources_of(bool tls)
{
    using allocation::source;
    std::vector<source> all{source::operator_new, source::asio};
    if (tls) all.push_back(source::openssl);
    return all;
}

void for_each_point(
    std::string const& name,
    std::vector<allocation::source> const& sources,
    std::function<bool(allocation::source, long)> const& act
)
{
    using allocation::source;
    static constexpr char const* whose[] = {",", ", Asio's", ", OpenSSL's"};
    for (source const from : sources) {
        bool const all =
            from != source::openssl || std::getenv("COHUB_TEST_ALL_ALLOCATIONS") != nullptr;
        bool failed = true;
        for (long n = 1; failed; n += all ? 1 : 29) {
            std::string const where =
                name + whose[static_cast<int>(from)] + " allocation " + std::to_string(n);
            SCOPED_TRACE(where);
            watchdog::begin(where);
            auto const begun = std::chrono::steady_clock::now();
            failed = act(from, n);
            EXPECT_LT(std::chrono::steady_clock::now() - begun, point_limit)
                << "something waits for the deadline of a call";
        }
    }
    watchdog::end();
}

void scenario::play(raw_peer& peer) const
{
    ASSERT_TRUE(peer.wait_quiet());
    std::size_t const descriptors = open_descriptors();
    long points = 0, errors = 0, refusals = 0, left = 0;
    std::vector<allocation::source> sources = sources_of(peer.tls());
    if (asio_takes_none_) std::erase(sources, allocation::source::asio);
    for_each_point(name_, sources, [&](allocation::source from, long n) {
        peer.scripts(first_, rest_);
        options o = options_for(peer);
        if (change_) change_(o);
        trial t(peer, o, executor_);
        bool failed = false;
        {
            allocation::failing const one(from, n);
            act_(t);
            failed = one.has_failed();
        }
        points += failed ? 1 : 0;
        t.check();
        if (!may_leave_run_ || !failed) {
            EXPECT_TRUE(t.thrown().empty()) << "run() threw " << t.thrown().front();
        }
        left += t.thrown().empty() ? 0 : 1;
        for (auto const& call : t.outcomes()) {
            refusals += call->refusals();
            auto const why = call->why();
            errors += why ? 1 : 0;
            if (why && ends_with_ != errc::timeout) {
                EXPECT_NE(why->code, errc::timeout) << why->message();
            }
            if (failed) continue;
            if (ends_with_) {
                EXPECT_TRUE(why && why->code == *ends_with_);
            } else {
                EXPECT_TRUE(call->ok()) << (why ? why->message() : "no completion");
            }
        }
        if (t.has_client()) {
            peer.release(scenario_over);
            peer.scripts({}, healthy());
            auto const further = t.call();
            std::string const id = trial::id_of(t.outcomes().size());
            t.run();
            EXPECT_TRUE(further->ok())
                << "afterwards: " << (further->why() ? further->why()->message() : "");
            EXPECT_NE(further->value().find(id), std::string::npos) << further->value();
            connection_stats const s = t.client().stats();
            EXPECT_EQ(s.in_use + s.waiting + s.calls + s.connecting, 0U);
            t.destroy_client();
            t.run();
        }
        return failed;
    });
    std::printf(
        "%s: %ld points, %ld errors, %ld bad_alloc from the initiating function, %ld from run()\n",
        name_.c_str(),
        points,
        errors,
        refusals,
        left
    );
    EXPECT_GT(points, 0);
    EXPECT_TRUE(peer.wait_quiet()) << "a connection stayed open";
    EXPECT_LE(open_descriptors(), descriptors) << "descriptors leaked";
}

}  // namespace cohub::tests

int main(int argc, char** argv)
{
    if (!cohub::tests::allocation::take_over_openssl()) {
        std::fputs("OpenSSL has allocated already\n", stderr);
        return 1;
    }
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
