// The system's lookup of names. The test program replaces it: the program's own getaddrinfo comes
// before that of the C library.
#include <cohub/cohub.hpp>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "support/live_hub.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;

/// The maximum time for which the name server holds back an answer, and for which a test waits for
/// it.
constexpr auto patience = 20s;

/// The name server for the names that end in ".test".
struct name_server
{
    std::mutex mutex;
    std::condition_variable changed;
    bool holds = false;
    int asked = 0;
    int answered = 0;

    void hold(bool yes)
    {
        std::lock_guard lock(mutex);
        holds = yes;
        changed.notify_all();
    }
    bool wait_asked(int n)
    {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, patience, [&] { return asked >= n; });
    }
    bool wait_answered(int n)
    {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, patience, [&] { return answered >= n; });
    }
};

name_server& names()
{
    static name_server s;
    return s;
}

}  // namespace
}  // namespace cohub::tests

extern "C" int getaddrinfo(
    char const* host, char const* service, addrinfo const* hints, addrinfo** found
)
{
    static auto const real =
        reinterpret_cast<decltype(&::getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    std::string_view const name = host == nullptr ? "" : host;
    if (!name.ends_with(".test")) return real(host, service, hints, found);
    auto& s = cohub::tests::names();
    std::unique_lock lock(s.mutex);
    ++s.asked;
    s.changed.notify_all();
    s.changed.wait_for(lock, cohub::tests::patience, [&] { return !s.holds; });
    ++s.answered;
    s.changed.notify_all();
    if (name == "nobody.test") return EAI_NONAME;
    if (name == "busy.test") return EAI_AGAIN;
    lock.unlock();
    return real("127.0.0.1", service, hints, found);
}

namespace cohub::tests {
namespace {

class LookUp : public LiveHub
{
protected:
    LookUp()
    {
        std::lock_guard lock(names().mutex);
        names().asked = names().answered = 0;
    }
    ~LookUp() override { names().hold(false); }

    /// The fake server under a name that its certificate does not have.
    options to(std::string const& name) const
    {
        options o = usual_options();
        o.host = "https://" + name + ":" + std::to_string(server.port());
        return o;
    }
    void begin_ping(hub const& h)
    {
        h.system().ping(as_result)([this](result<server_now> r) { got = r.error(); });
    }
    int asked() const
    {
        std::lock_guard lock(names().mutex);
        return names().asked;
    }
    int answered() const
    {
        std::lock_guard lock(names().mutex);
        return names().answered;
    }

    void expect_end(options o, errc code, int times_asked)
    {
        hub const h(io, std::move(o));
        begin_ping(h);
        run();
        ASSERT_TRUE(got);
        EXPECT_EQ(got->code, code);
        EXPECT_EQ(asked(), times_asked);
    }

    std::optional<failure> got;
};

TEST_F(LookUp, LeadsToTheServer) { expect_end(to("up.test"), errc::tls_untrusted, 1); }

TEST_F(LookUp, ANameThatIsNotThereIsNotAskedForAgain)
{
    expect_end(to("nobody.test"), errc::resolve_failed, 1);
    EXPECT_NE(got->detail.find("spelled right"), std::string::npos) << got->detail;
}

TEST_F(LookUp, AProxyThatIsNotThereIsNamed)
{
    options o = to("up.test");
    o.proxy = proxy_options("http://nobody.test:3128");
    expect_end(std::move(o), errc::resolve_failed, 1);
    EXPECT_EQ(got->detail.rfind("proxy nobody.test: ", 0), 0u) << got->detail;
}

TEST_F(LookUp, AHookThatThrowsIsQuoted)
{
    options o = to("up.test");
    o.hooks.resolve = [](std::string const&, std::uint16_t, hooks::resolve_callback const&) {
        throw std::runtime_error("the registry\nis down");
    };
    expect_end(o, errc::resolve_failed, 0);
    EXPECT_EQ(got->detail, "hooks.resolve threw: the registry\\nis down");
    EXPECT_FALSE(got->cause);
    o.hooks.resolve = [](std::string const&, std::uint16_t, hooks::resolve_callback const&) {
        throw 1;
    };
    expect_end(std::move(o), errc::resolve_failed, 0);
    EXPECT_EQ(got->detail, "hooks.resolve threw: something that is no std::exception");
}

TEST_F(LookUp, ABusyNameServerIsAskedAgain)
{
    options o = to("busy.test");
    o.retry.max_attempts = 3;
    expect_end(std::move(o), errc::resolve_failed, 3);
    EXPECT_NE(got->detail.find("no name server answered"), std::string::npos) << got->detail;
}

TEST_F(LookUp, IsWorkOfTheIoContext)
{
    names().hold(true);
    hub const h(io, to("up.test"));
    h.warm_up(1);
    ASSERT_TRUE(names().wait_asked(1));
    run_ready();
    EXPECT_FALSE(io.stopped()) << "run() would have returned with nothing warm";
    names().hold(false);
    run();
    EXPECT_EQ(h.stats().opened, 1U);
}

TEST_F(LookUp, ThatIsLateServesWhoStillWaits)
{
    auto const clock = std::make_shared<manual_clock>();
    options o = to("up.test");
    o.clock = clock;
    o.retry.max_attempts = 3;
    names().hold(true);
    hub const h(io, std::move(o));
    begin_ping(h);
    ASSERT_TRUE(names().wait_asked(1));
    clock->advance(10s);
    run_ready();
    clock->advance(1s);
    run_ready();
    EXPECT_FALSE(got);
    names().hold(false);
    run_until([&] { return got.has_value(); });
    ASSERT_TRUE(got);
    EXPECT_EQ(got->code, errc::tls_untrusted);
    EXPECT_EQ(asked(), 1);
}

TEST_F(LookUp, IsNotWaitedForByTheEndOfItsClient)
{
    names().hold(true);
    {
        hub const h(io, to("up.test"));
        begin_ping(h);
        ASSERT_TRUE(names().wait_asked(1));
    }
    run();
    EXPECT_EQ(answered(), 0);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->code, errc::client_closed);
    names().hold(false);
    EXPECT_TRUE(names().wait_answered(1));
}

TEST_F(LookUp, IsNotWaitedForByTheEndOfItsIoContext)
{
    names().hold(true);
    {
        boost::asio::io_context short_lived;
        boost::asio::co_spawn(
            short_lived,
            [](boost::asio::io_context& its, options o) -> boost::asio::awaitable<void> {
                hub const h(its, std::move(o));
                co_await h.system().ping(as_result);
            }(short_lived, to("up.test")),
            [](std::exception_ptr) {}
        );
        ASSERT_TRUE(run_until(short_lived, [this] { return asked() == 1; }));
    }
    EXPECT_EQ(answered(), 0);
    names().hold(false);
    EXPECT_TRUE(names().wait_answered(1));
}

}  // namespace
}  // namespace cohub::tests
