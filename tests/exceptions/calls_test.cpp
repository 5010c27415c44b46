#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <dlfcn.h>
#include <netdb.h>

#include <cstdint>
#include <string_view>

#include "trial.hpp"

namespace cohub::tests {
namespace {

void one_call(trial& t)
{
    t.call();
    t.run();
}

/// The second call checks the connection that the first one left.
void two_calls(trial& t)
{
    one_call(t);
    one_call(t);
}

void eight_calls(trial& t)
{
    for (int i = 0; i != 8; ++i) t.call();
    t.run();
}

raw_script answers_of(std::size_t size)
{
    return raw_script().forever().respond([size](raw_request const& r) {
        return right_answer(r, size);
    });
}

void no_more_than_two(options& o) { o.pool.max_connections = 2; }

TEST(FailedAllocation, OfOneCallEndsThatCallAlone)
{
    scenario("one call", one_call).script(healthy()).play(tcp_peer());
}

TEST(FailedAllocation, OfCallsOneAfterTheOtherEndsOneOfThem)
{
    scenario("two calls", two_calls).script(healthy()).play(tcp_peer());
}

TEST(FailedAllocation, OfATlsHandshakeEndsThatCallAlone)
{
    scenario("one call over TLS", one_call).script(healthy()).play(tls_peer());
}

TEST(FailedAllocation, OfCallsOverTlsEndsOneOfThem)
{
    scenario("two calls over TLS", two_calls).script(healthy()).play(tls_peer());
}

TEST(FailedAllocation, OfCallsAtOnceLosesNone)
{
    scenario("8 calls on 2 connections", eight_calls)
        .script(answers_of(3 * 1024))
        .with(no_more_than_two)
        .play(tcp_peer());
}

TEST(FailedAllocation, OfCallsAtOnceOverTlsLosesNone)
{
    scenario("8 calls on 2 connections over TLS", eight_calls)
        .script(answers_of(3 * 1024))
        .with(no_more_than_two)
        .play(tls_peer());
}

TEST(FailedAllocation, OfALargeAnswerEndsThatCallAlone)
{
    scenario("an answer of 300 KB", one_call).script(answers_of(300'000)).play(tls_peer());
}

TEST(FailedAllocation, OfARepetitionAfter503EndsThatCallAlone)
{
    scenario("a repetition after 503", one_call)
        .scripts(
            {raw_script()
                 .respond(raw_answer("{}").status(503))
                 .forever()
                 .respond([](raw_request const& r) { return right_answer(r); })},
            healthy()
        )
        .with([](options& o) { o.hooks.on_attempt = [](attempt_event const&) {}; })
        .play(tcp_peer());
}

TEST(FailedAllocation, OfARepetitionAfterALostConnectionEndsThatCallAlone)
{
    scenario("a repetition after a lost connection", one_call)
        .scripts({raw_script().read_request().reset()}, healthy())
        .with([](options& o) { o.hooks.on_attempt = [](attempt_event const&) {}; })
        .play(tcp_peer());
}

TEST(FailedAllocation, OfACallThatFailsStillTellsItsHandler)
{
    scenario("a call that is refused", one_call)
        .script(raw_script().forever().respond([](raw_request const& r) {
            if (r.body.find(trial::id_of(1)) == std::string::npos) return right_answer(r);
            std::string const why = "this is not the answer that the caller hoped for";
            return raw_answer("{\"error\":\"" + why + "\"}").str();
        }))
        .ends_with(errc::api_error)
        .play(tcp_peer());
}

TEST(FailedAllocation, OfACallThatTimesOutStillTellsItsHandler)
{
    scenario(
        "a call that times out",
        [](trial& t) {
            t.call(call_options().timeout(30ms).idempotent());
            t.run();
        }
    )
        .script(held())
        .ends_with(errc::timeout)
        .play(tcp_peer());
}

TEST(FailedAllocation, OfACallThatIsCancelledStillTellsItsHandler)
{
    namespace asio = boost::asio;
    scenario(
        "a call that is cancelled",
        [](trial& t) {
            asio::cancellation_signal signal;
            auto const call = t.call(call_options().idempotent(), [&](counted_handler&& h) {
                return asio::bind_cancellation_slot(signal.slot(), std::move(h));
            });
            t.run_until([&] { return call->is_over() || t.peer().request_count() != 0; });
            signal.emit(asio::cancellation_type::terminal);
            t.run();
        }
    )
        .script(held())
        .ends_with(errc::cancelled)
        .play(tcp_peer());
}

/// Two calls are at the server, and one waits for a connection.
void three_calls_on_two(trial& t)
{
    for (int i = 0; i != 3; ++i) t.call();
    t.run_until([&] {
        int over = 0;
        for (auto const& o : t.outcomes()) over += o->is_over() ? 1 : 0;
        return over + static_cast<int>(t.peer().request_count()) >= 2;
    });
}

TEST(FailedAllocation, OfACloseStillTellsAllHandlers)
{
    for (auto* const peer : {&tcp_peer(), &tls_peer()})
        scenario(
            "close()",
            [](trial& t) {
                three_calls_on_two(t);
                t.client().close();
                t.run();
                t.destroy_client();
            }
        )
            .script(held())
            .with(no_more_than_two)
            .ends_with(errc::client_closed)
            .play(*peer);
}

TEST(FailedAllocation, OfAGracefulCloseStillTellsAllHandlers)
{
    scenario(
        "close(true)",
        [](trial& t) {
            for (int i = 0; i != 3; ++i) t.call();
            t.client().close(true);
            t.run();
            t.destroy_client();
        }
    )
        .script(healthy())
        .with(no_more_than_two)
        .play(tcp_peer());
}

TEST(FailedAllocation, OfAnEndThatIsWaitedForStillTellsAllHandlers)
{
    scenario(
        "async_close()",
        [](trial& t) {
            for (int i = 0; i != 3; ++i) t.call();
            t.begin([&](auto&& token) {
                t.client().async_close(10s, std::forward<decltype(token)>(token));
            });
            t.run();
            t.destroy_client();
        }
    )
        .script(healthy())
        .with(no_more_than_two)
        .play(tcp_peer());
}

TEST(FailedAllocation, OfAKeyThatIsChangedFailsNoCall)
{
    scenario(
        "set_api_key()",
        [](trial& t) {
            for (int i = 0; i != 3; ++i) t.call();
            try {
                t.client().set_api_key("sk-another-key");
            } catch (std::bad_alloc const&) {
                // The old key stays.
            }
            t.run();
        }
    )
        .script(healthy())
        .with(no_more_than_two)
        .play(tcp_peer());
}

/// The server knows only this account.
constexpr char const* ada = "6f1c2a3e-9b54-4d0e-8a77-2f5d1c0b9e41";

TEST(FailedAllocation, OfLookUpsThatShareACallTellsAllHandlers)
{
    scenario(
        "5 lookups that share a call",
        [](trial& t) {
            for (int i = 0; i != 5; ++i)
                t.begin([&](auto&& token) {
                    t.client().system().get_name(
                        i == 4 ? "00000000-0000-4000-8000-000000000000" : ada,
                        std::forward<decltype(token)>(token)
                    );
                });
            t.run();
        }
    )
        .script(raw_script().forever().respond([](raw_request const& r) {
            if (r.body.find("getNames") == std::string::npos) return right_answer(r);
            std::string const name = R"({"first_name":"Ada","last_name":"L","profile":null})";
            return raw_answer("{\"" + std::string(ada) + "\":" + name + "}").str();
        }))
        .with([](options& o) { o.coalesce.window = 1ms; })
        .play(tcp_peer());
}

TEST(FailedAllocation, OfWhatIsAddedToAnAttemptEndsThatCallAlone)
{
    scenario("headers, a trace and events", one_call)
        .script(healthy())
        .with([](options& o) {
            o.make_traceparent = true;
            o.hooks.add_headers = [](next_attempt const&, header_list& list) {
                list.emplace_back("X-Signature", "a signature that is not short");
            };
            o.hooks.on_attempt = [](attempt_event const&) {};
            o.hooks.on_call = [](call_event const&) {};
            o.hooks.body_excerpt = 200;
        })
        .play(tcp_peer());
}

TEST(FailedAllocation, OfTheClientsEndStillTellsAllHandlers)
{
    scenario(
        "the client's end",
        [](trial& t) {
            three_calls_on_two(t);
            t.destroy_client();
            t.run();
        }
    )
        .script(held())
        .with(no_more_than_two)
        .ends_with(errc::client_closed)
        .play(tcp_peer());
}

TEST(FailedAllocation, OfAWarmUpLosesNoCall)
{
    scenario(
        "warm_up",
        [](trial& t) {
            t.client().warm_up(3);
            t.run();
            one_call(t);
        }
    )
        .script(healthy())
        .play(tls_peer());
}

TEST(FailedAllocation, OfALookAtAnIdleConnectionEndsThatConnectionAlone)
{
    std::shared_ptr<manual_clock> time;
    scenario(
        "idle ticks",
        [&](trial& t) {
            one_call(t);
            // The first tick frees the buffers of the connection, so that the second call needs
            // memory.
            for (int i = 0; i != 2; ++i) {
                time->advance(2s);
                t.run();
            }
        }
    )
        .script(healthy())
        .with([&](options& o) {
            o.clock = time = std::make_shared<manual_clock>();
            o.retry.base = 0ms;
        })
        .play(tcp_peer());
}

// ---- names -------------------------------------------------------------------------------------

TEST(FailedAllocation, OfALookUpOfLocalhostEndsThatCallAlone)
{
    scenario("localhost", one_call)
        .script(healthy())
        .with([](options& o) { o.host = tcp_peer().url("localhost"); })
        .play(tcp_peer());
}

}  // namespace
}  // namespace cohub::tests

// The test program replaces the name service for "up.test".
extern "C" int getaddrinfo(
    char const* host, char const* service, addrinfo const* hints, addrinfo** found
)
{
    static auto const real =
        reinterpret_cast<decltype(&::getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    bool const ours = host != nullptr && std::string_view(host) == "up.test";
    return real(ours ? "127.0.0.1" : host, service, hints, found);
}

namespace cohub::tests {
namespace {

/// The hook's own allocations do not fail.
void tell_loopback(std::uint16_t port, hooks::resolve_callback const& done)
{
    std::optional<allocation::exempt> own(std::in_place);
    hooks::endpoints found{{boost::asio::ip::address_v4::loopback(), port}};
    own.reset();
    done({}, std::move(found));
}

/// A hook gives the addresses.
void by_hook(options& o)
{
    o.host = tcp_peer().url("localhost");
    o.hooks.resolve = [](std::string const&, std::uint16_t port, hooks::resolve_callback done) {
        tell_loopback(port, done);
    };
}

TEST(FailedAllocation, OfALookUpByAHookEndsThatCallAlone)
{
    scenario("hooks.resolve", two_calls).script(healthy()).with(by_hook).play(tcp_peer());
}

/// The hook gives its first answer later and outside of any handler.
class late_hook
{
public:
    void set(options& o)
    {
        answer_ = nullptr;
        answers_ = false;
        o.host = tcp_peer().url("localhost");
        o.hooks.resolve = [this](auto const&, std::uint16_t port, hooks::resolve_callback done) {
            if (answers_) return tell_loopback(port, done);
            allocation::exempt const own;
            answer_ = [port, done] { tell_loopback(port, done); };
        };
    }
    void act(trial& t)
    {
        auto const call = t.call();
        t.run_until([&] { return answer_ || call->is_over(); });
        answers_ = true;
        if (answer_) answer_();
        t.run();
    }

private:
    bool answers_ = false;
    std::function<void()> answer_;
};

TEST(FailedAllocation, OfTheNewsOfAnAddressLosesNoCall)
{
    late_hook hook;
    scenario("hooks.resolve that answers late", [&](trial& t) { hook.act(t); })
        .script(healthy())
        .with([&](options& o) { hook.set(o); })
        .play(tcp_peer());
}

TEST(FailedAllocation, OfALookUpByTheSystemEndsThatCallAlone)
{
    scenario("a name for the system", one_call)
        .script(healthy())
        .with([](options& o) {
            o.host = tls_peer().url("up.test");
            o.tls.verify = tls::verify::none_for_tests;
        })
        .play(tls_peer());
}

}  // namespace
}  // namespace cohub::tests
