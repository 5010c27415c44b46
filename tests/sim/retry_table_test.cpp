// Whether a call is repeated, for each class of call, fault, number of faults, limit of attempts,
// deadline and budget. The client plays each case, and a model predicts the result. The model was
// written from the fault matrix and shares nothing with the client.

#include <gtest/gtest.h>

#include "ledger.hpp"

namespace cohub::tests {
namespace {

namespace asio = boost::asio;

constexpr char const* place = "127.0.0.1:80";

/// What happens to an attempt.
enum class fault
{
    refused,        // no connection
    reset_at_once,  // accepted, and reset before a byte was read
    reset_later,    // the request was read
    cut_head,
    cut_body,
    silent,  // no answer at all
    bad_request,
    not_found,
    server_error,
    bad_gateway,
    unavailable,
    unavailable_wait,  // with Retry-After: 1
    rate_limited,
    redirect,
    told_error,  // 200 and {"error": …}
    no_json,
};
constexpr fault all_faults[] = {
    fault::refused,
    fault::reset_at_once,
    fault::reset_later,
    fault::cut_head,
    fault::cut_body,
    fault::silent,
    fault::bad_request,
    fault::not_found,
    fault::server_error,
    fault::bad_gateway,
    fault::unavailable,
    fault::unavailable_wait,
    fault::rate_limited,
    fault::redirect,
    fault::told_error,
    fault::no_json,
};

struct situation
{
    fault what;
    bool safe;
    int faults;        // how many attempts meet the fault
    int max_attempts;  // 1 to 3
    bool much_time;    // false: too little for a Retry-After of a second or for a second silence
    bool budget;
};

struct course
{
    bool ok = false;
    int requests = 0;  // requests that the server has read
    int attempts = 0;  // the number of attempts in the failure
    bool operator==(course const&) const = default;
};
void PrintTo(course const& c, std::ostream* out)
{
    *out << (c.ok ? "ok" : "failure") << ", " << c.requests << " requests, " << c.attempts
         << " attempts";
}

/// The rules of the matrix: a call that may have an effect is never sent again once a byte was
/// written. A call with a fault that may pass is tried again, within the limits of attempts,
/// deadline and budget.
course by_the_model(situation const& s)
{
    bool const written = s.what != fault::refused;
    bool const read = written && s.what != fault::reset_at_once;
    bool may_pass = true;
    switch (s.what) {
        case fault::bad_request:
        case fault::not_found:
        case fault::redirect:
        case fault::told_error:
        case fault::no_json:
            may_pass = false;
            break;
        case fault::silent:
        case fault::unavailable_wait:
            may_pass = s.much_time;
            break;
        default:
            break;
    }
    course c;
    for (;;) {
        ++c.attempts;
        if (c.attempts > s.faults) {
            ++c.requests;
            c.ok = true;
            c.attempts = 0;
            return c;
        }
        c.requests += read;
        bool const again = may_pass && (s.safe || !written) && c.attempts < s.max_attempts &&
                           (s.budget || !written);
        if (!again) return c;
    }
}

class player
{
public:
    explicit player(situation const& s) : s_(s), left_(s.faults), world_(3), ledger_(world_)
    {
        world_.serve(place, [this](sim::socket c) { return serve(std::move(c)); });
    }

    course play()
    {
        options o = world_.client_options();
        o.retry.base = 1ms;
        o.retry.max_attempts = s_.max_attempts;
        o.retry.budget_ratio = 0;
        o.retry.budget_reserve = s_.budget ? 100 : 0;
        o.timeouts.attempt = 200ms;
        if (s_.what == fault::refused) {
            // One connect after the other: the next one begins when the previous one has failed.
            o.hooks.on_attempt = [this](attempt_event const&) { set_refusal(); };
            set_refusal();
        }
        hub const h(world_, o);
        auto const& call = ledger_.call(h, s_.safe, s_.much_time ? 20s : 300ms);
        world_.run();
        ledger_.check();
        course c;
        c.ok = call.ok;
        c.requests = requests_;
        c.attempts = call.ok ? 0 : call.why.attempts;
        return c;
    }

private:
    void set_refusal() { world_.conditions_of(place).refuse = left_-- > 0 ? 1 : 0; }

    asio::awaitable<void> serve(sim::socket c)
    {
        if (s_.what == fault::reset_at_once && left_ > 0) {
            --left_;
            // When the request has arrived but is unread.
            sim::timer t(c.get_executor(), 20ms);
            co_await t.async_wait(asio::use_awaitable);
            c.reset();
            co_return;
        }
        bool const dies = s_.what == fault::reset_later || s_.what == fault::cut_head ||
                          s_.what == fault::cut_body || s_.what == fault::silent;
        if (dies && left_ > 0) {
            --left_;
            co_await die(std::move(c));
            co_return;
        }
        co_await sim::serve_http(c, [this](sim::request r) { return answer(std::move(r)); });
    }

    asio::awaitable<void> die(sim::socket c)
    {
        std::string text;
        co_await asio::async_read_until(
            c, asio::dynamic_buffer(text), "call-", asio::use_awaitable
        );
        note(text);
        switch (s_.what) {
            case fault::cut_head:
                text = "HTTP/1.1 200 OK\r\nContent-";
                break;
            case fault::cut_body:
                text = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"id\"";
                break;
            default:
                text.clear();
        }
        if (!text.empty()) co_await asio::async_write(c, asio::buffer(text), asio::use_awaitable);
        if (s_.what == fault::reset_later) c.reset();
        if (s_.what != fault::silent) co_return;
        error_code ec;
        char buffer[1000];
        while (!ec)
            co_await c.async_read_some(
                asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, ec)
            );
    }

    void note(std::string const& text)
    {
        ++requests_;
        sim::request r;
        r.body = text.substr(text.find("call-")) + "1.";
        ledger_.seen(r);
    }

    asio::awaitable<sim::response> answer(sim::request r)
    {
        ++requests_;
        sim::response a(ledger_.seen(r));
        if (left_-- > 0) switch (s_.what) {
                case fault::bad_request:
                    a.status = 400;
                    break;
                case fault::not_found:
                    a.status = 404;
                    break;
                case fault::server_error:
                    a.status = 500;
                    break;
                case fault::bad_gateway:
                    a.status = 502;
                    break;
                case fault::unavailable_wait:
                    a.headers.emplace_back("Retry-After", "1");
                    a.status = 503;
                    break;
                case fault::unavailable:
                    a.status = 503;
                    break;
                case fault::rate_limited:
                    a.status = 429;
                    break;
                case fault::redirect:
                    a.headers.emplace_back("Location", "/elsewhere");
                    a.status = 302;
                    break;
                case fault::told_error:
                    a.body = "{\"error\":\"no\"}";
                    break;
                case fault::no_json:
                    a.body = "<html>";
                    break;
                default:
                    break;
            }
        co_return a;
    }

    situation s_;
    int left_;
    int requests_ = 0;
    sim::world world_;
    ledger ledger_;
};

TEST(RetryTable, TheClientDoesWhatTheModelSays)
{
    int played = 0, repeated = 0;
    for (fault const what : all_faults)
        for (bool const safe : {true, false})
            for (int const faults : {1, 2, 3})
                for (int const max_attempts : {1, 2, 3})
                    for (bool const much_time : {true, false})
                        for (bool const budget : {true, false}) {
                            situation const s{what, safe, faults, max_attempts, much_time, budget};
                            SCOPED_TRACE(
                                testing::Message()
                                << "fault " << static_cast<int>(what) << (safe ? ", safe" : "")
                                << ", " << faults << " times, " << max_attempts << " attempts"
                                << (much_time ? "" : ", little time")
                                << (budget ? "" : ", no budget")
                            );
                            course const c = player(s).play();
                            EXPECT_EQ(c, by_the_model(s));
                            ++played;
                            repeated += c.requests > 1 || (c.ok && what == fault::refused);
                        }
    std::printf("%d situations, %d with a repetition\n", played, repeated);
    EXPECT_GT(repeated, 50);
}

}  // namespace
}  // namespace cohub::tests
