#include <cohub/pieces/client.hpp>
#include <cohub/pieces/detail/in_memory.hpp>
#include <cohub/pieces/user.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>
#if !defined(_WIN32)
#include <sys/resource.h>
#endif

#include <cstdlib>
#include <deque>
#include <new>
#include <string>
#include <utility>

#include "support/canned_channel.hpp"
#include "support/environment.hpp"
#include "support/run_call.hpp"

namespace cohub::tests {
namespace {

using namespace cohub::pieces;

std::string const minimal = R"({"id":"u","aesthetics":{"theme":{"dark":true},"font":{"size":14}}})";

class UserApiTest : public testing::Test
{
protected:
    user_api api() { return user_api(channel, "app-1"); }
    call::request const& sent() { return channel->requests.back(); }

    template <class T>
    result<T> run(call::pending_result<T>&& pending)
    {
        return run_call(io, std::move(pending));
    }
    template <class T>
    result<T> answered(std::string body, call::pending_result<T>&& pending)
    {
        channel->will_answer_json(std::move(body));
        return run(std::move(pending));
    }
    template <class T>
    failure refused(int status, std::string const& body, call::pending_result<T>&& pending)
    {
        channel->will_answer(
            "HTTP/1.1 " + std::to_string(status) +
            " X\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body
        );
        auto r = run(std::move(pending));
        return r ? failure() : r.error();
    }

    boost::asio::io_context io;
    boost::intrusive_ptr<canned_channel> channel{new canned_channel(io)};
};

TEST_F(UserApiTest, EveryMethodSendsWhatTheContractSays)
{
    struct row
    {
        char const* name;
        std::string_view verb, target, content_type;
        bool app_id, bearer;
        retry repeat;
    };
    user_profile const me("u");
    auto const quiet = [](error_code, auto&&...) {};
    auto const check = [&](row const& r) {
        auto const& s = sent();
        EXPECT_EQ(s.name, r.name);
        EXPECT_EQ(s.verb, r.verb) << r.name;
        EXPECT_EQ(s.target, r.target) << r.name;
        EXPECT_EQ(s.content_type, r.content_type) << r.name;
        EXPECT_EQ(s.fields, r.app_id ? "X-Application-ID: app-1\r\n" : "") << r.name;
        EXPECT_EQ(s.with_key && s.bearer, r.bearer) << r.name;
        EXPECT_EQ(s.with_key, r.bearer) << r.name;
        EXPECT_EQ(s.declared, r.repeat) << r.name;
        EXPECT_EQ(s.problem, "") << r.name;
        EXPECT_FALSE(s.is_rpc);
        EXPECT_EQ(s.answer, json::envelope::none);
    };
    std::string_view const json = "application/json";
    auto const safe = retry::safe, never = retry::never;
    api().user_snapshot(quiet);
    check({"user.user_snapshot", "GET", "/user", "", true, false, safe});
    api().refresh_user(quiet);
    check({"user.refresh_user", "GET", "/user/refresh", "", true, false, safe});
    api().user_providers(quiet);
    check({"user.user_providers", "GET", "/user/providers", "", true, false, safe});
    api().clear_user(quiet);
    check({"user.clear_user", "POST", "/user/clear", "", true, false, never});
    EXPECT_EQ(sent().body, "");
    auth0_user who;
    who.user_id = "github|1";
    api().select_user(who, quiet);
    check({"user.select_user", "POST", "/user/select", json, false, true, never});
    EXPECT_EQ(sent().body, R"({"user_id":"github|1"})");
    api().select_user(quiet);
    check({"user.select_user", "POST", "/user/select", json, false, true, never});
    EXPECT_EQ(sent().body, "");
    api().update_user(me, quiet);
    check({"user.update_user", "POST", "/user/update", json, true, false, never});
    EXPECT_EQ(sent().body, R"({"id":"u","aesthetics":{"theme":{"dark":false},"font":{"size":0}}})");
    api().update_user(quiet);
    check({"user.update_user", "POST", "/user/update", json, true, false, never});
    EXPECT_EQ(sent().body, "");
    api().user_update_vanity(me, quiet);
    check({"user.user_update_vanity", "POST", "/user/update/vanity", json, true, false, never});
    api().user_update_vanity(quiet);
    EXPECT_EQ(sent().body, "");
    pieces::user_beta_status const status("u");
    api().user_beta_status(status, quiet);
    check({"user.user_beta_status", "POST", "/user/beta/status", json, true, false, never});
    EXPECT_EQ(sent().body, R"({"user":"u"})");
    api().user_beta_status(quiet);
    EXPECT_EQ(sent().body, "");
    io.run();
}

TEST_F(UserApiTest, ASnapshotOfNobodyIsEmpty)
{
    for (char const* body : {"null", " null\n", "{}", R"({"user":null})"}) {
        auto const r = answered(body, api().user_snapshot(as_result));
        ASSERT_TRUE(r) << body << r.error().message();
        EXPECT_FALSE(r->user) << body;
    }
    auto const r = answered("null", api().refresh_user(as_result));
    ASSERT_TRUE(r);
    EXPECT_FALSE(*r);
}

TEST_F(UserApiTest, ASnapshotCanBeChangedAndSentBack)
{
    std::string const profile = R"({"x":1.0, "name":"a" ,)" + minimal.substr(1);
    auto const r = answered(
        R"({"schema":null,"user":{"id":""},"user" : )" + profile + " }",
        api().user_snapshot(as_result)
    );
    // The first of the two members is not a profile.
    ASSERT_FALSE(r);
    auto const now = answered(R"({"user" : )" + profile + " }", api().user_snapshot(as_result));
    ASSERT_TRUE(now) << now.error().message();
    EXPECT_EQ(now->user->raw(), profile);
    user_profile me = *now->user;
    me.name = "b";
    std::string sent_back = profile;
    sent_back.replace(sent_back.find("\"a\""), 3, "\"b\"");
    auto const done = answered(sent_back, api().update_user(me, as_result));
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(sent().body, sent_back);
    EXPECT_EQ((**done).raw(), sent_back);
    EXPECT_EQ((**done).name, "b");
}

TEST_F(UserApiTest, ClearTakesWhateverIsAnswered)
{
    channel->will_answer("HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_TRUE(run(api().clear_user(as_result)));
    EXPECT_TRUE(answered("", api().clear_user(as_result)));
    EXPECT_TRUE(answered("gone", api().clear_user(as_result)));
}

TEST_F(UserApiTest, RefusalsAreTold)
{
    failure f = refused(409, "That name\nis taken.", api().user_update_vanity(as_result));
    EXPECT_EQ(f.code, errc::conflict);
    EXPECT_EQ(f.server_message, "That name\\nis taken.");
    f = refused(404, "No DNS record yet.", api().user_update_vanity(as_result));
    EXPECT_EQ(f.code, errc::not_found);
    EXPECT_NE(f.detail.find("wait for the cloud"), std::string::npos);
    f = refused(404, "Route not found", api().user_snapshot(as_result));
    EXPECT_NE(f.detail.find("older"), std::string::npos);
    f = refused(501, "Not Implemented", api().user_providers(as_result));
    EXPECT_EQ(f.code, errc::not_implemented);
    f = refused(511, "", api().user_beta_status(as_result));
    EXPECT_EQ(f.code, errc::sign_in_required);
    EXPECT_EQ(f.http_status, 511);
    f = refused(500, "Oops", api().refresh_user(as_result));
    EXPECT_EQ(f.code, errc::http_status);
    EXPECT_EQ(f.server_message, "Oops");
}

TEST_F(UserApiTest, AnAnswerOfAnotherShapeIsAnError)
{
    auto r = answered("{}", api().refresh_user(as_result));
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().code, errc::bad_shape);
    r = answered("", api().refresh_user(as_result));
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().code, errc::bad_json);
    EXPECT_FALSE(answered(R"({"error":"x"})", api().refresh_user(as_result)));
}

TEST(UserAnswers, RunningOutOfMemoryIsAnOutcome)
{
    json::outcome const o =
        pieces::detail::in_memory([]() -> json::outcome { throw std::bad_alloc(); });
    EXPECT_EQ(o.status, json::outcome::code::bad_json);
    EXPECT_NE(o.text, "");
}

// POSIX tells the maximum memory of a process.
#if !defined(_WIN32)
TEST(UserAnswers, MembersByTheMillionTakeNoMemory)
{
    auto const most_kilobytes = [] {
        rusage use{};
        ::getrusage(RUSAGE_SELF, &use);
        return use.ru_maxrss;
    };
    std::string body = "{\"user\":" + minimal;
    body.reserve(11'000'000);
    for (int i = 0; i != 2'000'000; ++i) body += ",\"\":0";
    body += ",\"user\":null}";
    auto const before = most_kilobytes();
    EXPECT_EQ(json::find(body, "/user"), "null");
    EXPECT_EQ(json::find(body, "/user/id"), "");
    EXPECT_LT(most_kilobytes() - before, 32 * 1024);
}
#endif

TEST_F(UserApiTest, AMemberNamedErrorIsNone)
{
    std::string const text = R"({"error":"x",)" + minimal.substr(1);
    auto const r = answered(text, api().refresh_user(as_result));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ((**r).raw("/error"), "\"x\"");
}

TEST_F(UserApiTest, AnyMethodCanBeCalledByName)
{
    auto const r =
        answered(" " + minimal + "\n", api().call("update_user", R"({"any":1.0})", as_result));
    ASSERT_TRUE(r) << r.error().message();
    EXPECT_EQ(*r, minimal);
    EXPECT_EQ(sent().body, R"({"any":1.0})");
    EXPECT_EQ(sent().target, "/user/update");
    EXPECT_EQ(*answered("null", api().call("user_snapshot", "", as_result)), "null");
    EXPECT_FALSE(answered("{}", api().call("refresh_user", "", as_result)));
    EXPECT_EQ(*answered("", api().call("clear_user", "", as_result)), "");
    for (auto const& [name, body] :
         {std::pair("stream_user", ""), {"nope", ""}, {"user_snapshot", "{}"}}) {
        auto const wrong = run(api().call(name, body, as_result));
        ASSERT_FALSE(wrong);
        EXPECT_EQ(wrong.error().code, errc::invalid_argument);
    }
}

TEST_F(UserApiTest, AnIdThatNoHeaderCanHoldIsRefused)
{
    for (std::string const& id :
         {std::string("a\r\nX: y"),
          std::string("a b"),
          std::string("\xc3\xa9"),
          std::string("a\0b", 3),
          std::string(4097, 'a')})
        EXPECT_THROW(user_api(channel, id), error);
}

// ---- the stream --------------------------------------------------------------------------------

class canned_stream final : public streams::stream_channel
{
public:
    explicit canned_stream(boost::asio::io_context& io) : io_(io) {}

    void start(call::operation& op) noexcept override
    {
        waiting_.push_back(&op);
        serve();
    }
    void cancel(call::operation&, boost::asio::cancellation_type) noexcept override {}
    executor_type executor() const noexcept override { return io_.get_executor(); }
    void close() noexcept override
    {
        ++closed;
        serve();
    }
    streams::stream_stats stats() noexcept override { return {}; }

    void push(std::string text)
    {
        messages_.push_back(std::move(text));
        serve();
    }

    int closed = 0;

private:
    void serve()
    {
        while (!waiting_.empty() && (closed != 0 || !messages_.empty())) {
            call::operation& op = *waiting_.front();
            waiting_.pop_front();
            if (closed == 0) {
                auto const o =
                    op.req.adapter->decode(messages_.front(), *op.type, op.value, op.req.answer);
                messages_.pop_front();
                if (o.status != json::outcome::code::ok)
                    op.error = std::make_unique<failure>(errc::bad_shape, o.text);
            }
            op.deliver(false);
        }
    }

    boost::asio::io_context& io_;
    std::deque<call::operation*> waiting_;
    std::deque<std::string> messages_;
};

class UserStreamTest : public testing::Test
{
protected:
    result<std::optional<user_event>> next(user_stream const& s)
    {
        return run_call(io, s.next(as_result));
    }

    user_api api(std::string_view application_id = {})
    {
        auto open = [this](
                        streams::stream_request&& how,
                        std::optional<discover_options> const& rediscover
                    ) {
            request = std::move(how);
            rediscovers = rediscover.has_value();
            return stream;
        };
        return user_api(stream, application_id, open);
    }

    boost::asio::io_context io;
    boost::intrusive_ptr<canned_stream> stream{new canned_stream(io)};
    streams::stream_request request;
    bool rediscovers = false;
};

TEST_F(UserStreamTest, AsksForWhatTheOptionsSay)
{
    using std::chrono::milliseconds;
    user_api const app = api("app-1");
    auto const s = app.stream_user(stream_options()
                                       .reconnect(false)
                                       .max_attempts(4)
                                       .backoff(milliseconds(1), milliseconds(2))
                                       .ping_interval(milliseconds(3))
                                       .max_message(5)
                                       .max_queued(6));
    auto const& r = request;
    EXPECT_EQ(r.target, "/user/stream");
    EXPECT_EQ(r.name, "user.stream_user");
    EXPECT_EQ(r.fields, "X-Application-ID: app-1\r\n");
    EXPECT_NE(r.not_found_hint.find("older"), std::string::npos);
    EXPECT_FALSE(r.reconnect);
    EXPECT_EQ(r.max_attempts, 4);
    EXPECT_EQ(r.backoff_base, milliseconds(1));
    EXPECT_EQ(r.backoff_cap, milliseconds(2));
    EXPECT_EQ(r.ping_interval, milliseconds(3));
    EXPECT_EQ(r.max_message, 5u);
    EXPECT_EQ(r.max_queued, 6u);
    EXPECT_FALSE(rediscovers);
    auto const moving = app.stream_user(stream_options().rediscover());
    EXPECT_TRUE(rediscovers);
}

TEST_F(UserStreamTest, GivesProfilesSignOutsAndErrors)
{
    user_stream const s = api().stream_user();
    stream->push(minimal);
    auto e = next(s);
    ASSERT_TRUE(e && *e && (*e)->user);
    EXPECT_EQ((*e)->user->raw(), minimal);
    for (char const* nobody : {"", " ", "null", " null"}) {
        stream->push(nobody);
        e = next(s);
        ASSERT_TRUE(e && *e) << nobody;
        EXPECT_FALSE((*e)->user) << nobody;
    }
    for (char const* wrong : {"{}", "{\"id\":\"6f", "[]", "0"}) {
        stream->push(wrong);
        EXPECT_FALSE(next(s)) << wrong;
    }
    stream->push(minimal);
    EXPECT_TRUE(next(s));
    s.close();
    e = next(s);
    ASSERT_TRUE(e);
    EXPECT_FALSE(*e);
}

TEST_F(UserStreamTest, SaysThatAChannelHasNoStreams)
{
    try {
        user_api(stream).stream_user();
        FAIL() << "a stream was opened over nothing";
    } catch (error const& e) {
        EXPECT_EQ(e.code(), errc::not_implemented);
    }
}

TEST_F(UserStreamTest, IsClosedWithItsOwner)
{
    {
        user_stream first = api().stream_user();
        user_stream const second = std::move(first);
        EXPECT_EQ(stream->closed, 0);
    }
    EXPECT_EQ(stream->closed, 1);
}

TEST_F(UserStreamTest, IsAwaitedLikeAnyCall)
{
    stream->push(minimal);
    stream->push("");
    int seen = 0;
    auto const follow = [&]() -> boost::asio::awaitable<void> {
        user_stream const s = api().stream_user();
        while (auto const event = co_await s.next()) {
            if (++seen == 2) s.close();
        }
    };
    boost::asio::co_spawn(io, follow(), boost::asio::detached);
    io.run();
    EXPECT_EQ(seen, 2);
}

TEST_F(UserStreamTest, NeedsAChannelThatHasStreams)
{
    user_api const api(call::channel_ptr(new canned_channel(io)));
    EXPECT_THROW(api.stream_user(), error);
}

// ---- the front door ----------------------------------------------------------------------------

TEST(PiecesOptions, NeedAHostAndNoKey)
{
    boost::asio::io_context io;
    try {
        pieces::client const c(io, pieces::options());
        FAIL();
    } catch (error const& e) {
        EXPECT_EQ(e.code(), errc::invalid_argument);
        EXPECT_NE(std::string(e.what()).find("pieces::discover"), std::string::npos) << e.what();
    }
    pieces::client const c(io, pieces::options("http://127.0.0.1:39300"));
    pieces::options wrong("http://127.0.0.1:39300");
    wrong.application_id = "a\r\nb";
    EXPECT_THROW(pieces::client(io, wrong), error);
}

TEST(PiecesOptions, AreReadFromTheEnvironment)
{
    auto const o = [] {
        environment_variable const host("PIECES_HOST", "http://127.0.0.1:39301");
        environment_variable const token("PIECES_ACCESS_TOKEN", "token");
        environment_variable const application("PIECES_APPLICATION_ID", "app");
        return pieces::options::from_env();
    }();
    EXPECT_EQ(o.host, "http://127.0.0.1:39301");
    EXPECT_EQ(o.api_key.reveal(), "token");
    EXPECT_EQ(o.application_id, "app");
    EXPECT_EQ(pieces::options::from_env().host, "");
}

}  // namespace
}  // namespace cohub::tests
