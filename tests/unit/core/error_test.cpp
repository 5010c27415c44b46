#include <cohub/core/error.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/transport/options.hpp>

#include <boost/asio/error.hpp>

#include <gtest/gtest.h>

#include <new>
#include <set>
#include <sstream>
#include <string>
#include <vector>
#include <version>
#if defined(__cpp_lib_format)
#include <format>
#endif

namespace cohub {
namespace {

std::vector<errc> all_codes()
{
    std::vector<errc> codes;
    for (int i = 1; i <= static_cast<int>(errc::proxy_refused); ++i)
        codes.push_back(static_cast<errc>(i));
    return codes;
}

std::set<errc> members_of(condition c)
{
    std::set<errc> out;
    for (errc const e : all_codes())
        if (make_error_code(e) == c) out.insert(e);
    return out;
}

TEST(ErrorTest, EveryCodeHasAMessageOfItsOwn)
{
    std::set<std::string> messages;
    for (errc const e : all_codes()) {
        std::string const text = make_error_code(e).message();
        EXPECT_NE(text, "unknown error") << static_cast<int>(e);
        EXPECT_TRUE(messages.insert(text).second) << text;
    }
    EXPECT_EQ(messages.size(), 33u);
}

TEST(ErrorTest, AValueNobodyKnowsHasAMessageToo)
{
    EXPECT_EQ(error_code(999, error_category()).message(), "unknown error");
    EXPECT_EQ(error_code(0, error_category()).message(), "unknown error");
}

TEST(ErrorTest, KeepsItsReleasedValues)
{
    EXPECT_EQ(static_cast<int>(errc::invalid_argument), 1);
    EXPECT_EQ(static_cast<int>(errc::timeout), 6);
    EXPECT_EQ(static_cast<int>(errc::api_error), 15);
    EXPECT_EQ(static_cast<int>(errc::unauthorized), 16);
    EXPECT_EQ(static_cast<int>(errc::client_closed), 23);
    EXPECT_EQ(static_cast<int>(errc::unavailable), 24);
    EXPECT_EQ(static_cast<int>(errc::not_implemented), 25);
    EXPECT_EQ(static_cast<int>(errc::sign_in_required), 26);
    EXPECT_EQ(static_cast<int>(errc::ws_refused), 27);
    EXPECT_EQ(static_cast<int>(errc::ws_closed), 30);
    EXPECT_EQ(static_cast<int>(errc::overloaded), 31);
}

TEST(ErrorTest, CodesCompareWithTheirEnumerators)
{
    error_code const ec = errc::timeout;
    EXPECT_TRUE(ec == errc::timeout);
    EXPECT_TRUE(ec != errc::cancelled);
    EXPECT_STREQ(ec.category().name(), "cohub");
}

TEST(ErrorTest, CancelledIsAsiosOperationAborted)
{
    error_code const ec = errc::cancelled;
    EXPECT_TRUE(ec == boost::asio::error::operation_aborted);
    EXPECT_TRUE(ec == errc::cancelled);
    EXPECT_TRUE(ec == boost::system::errc::operation_canceled);
    error const e{failure(errc::cancelled)};
    EXPECT_TRUE(e.code() == boost::asio::error::operation_aborted);
    EXPECT_EQ(std::string(e.what()), "cohub: cancelled");
}

TEST(ErrorTest, ACodeLeadsBackToItsEnumerator)
{
    for (errc const e : all_codes()) EXPECT_EQ(to_errc(e), e);
    EXPECT_EQ(
        to_errc(boost::system::errc::make_error_code(boost::system::errc::timed_out)), errc()
    );
    EXPECT_EQ(to_errc(error_code()), errc());
}

TEST(ErrorTest, TransientIsWhatMayWorkLater)
{
    std::set<errc> const expected{
        errc::timeout,
        errc::connection_lost,
        errc::truncated,
        errc::connect_failed,
        errc::resolve_failed,
        errc::rate_limited,
        errc::unavailable,
        errc::ws_lost,
        errc::ws_closed,
        errc::overloaded};
    EXPECT_EQ(members_of(condition::transient), expected);
}

TEST(ErrorTest, AFailureIsTransientByItsHttpStatusToo)
{
    std::set<int> passing;
    for (int status = 400; status != 600; ++status) {
        failure f(errc::http_status);
        f.http_status = status;
        if (f.is(condition::transient)) passing.insert(status);
        EXPECT_TRUE(f.is(condition::refused)) << status;
        EXPECT_FALSE(f.is(condition::transport)) << status;
        EXPECT_FALSE(f.is(condition::bad_answer)) << status;
    }
    EXPECT_EQ(passing, (std::set<int>{408, 500, 502, 503, 504}));
}

TEST(ErrorTest, EventsAreInTheGroupsOfTheirFailures)
{
    for (errc const e : all_codes())
        for (int const status : {0, 404, 503})
            for (auto const c :
                 {condition::transient,
                  condition::transport,
                  condition::refused,
                  condition::bad_answer}) {
                failure f(e);
                call_event call;
                attempt_event attempt;
                call.error = attempt.error = f.code;
                f.http_status = call.http_status = attempt.http_status = status;
                EXPECT_EQ(call.is(c), f.is(c)) << to_string(e) << ' ' << status;
                EXPECT_EQ(attempt.is(c), f.is(c)) << to_string(e) << ' ' << status;
            }
    EXPECT_FALSE(call_event().is(condition::transient));
    EXPECT_FALSE(attempt_event().is(condition::transient));
}

TEST(ErrorTest, OfOtherCodesTheHttpStatusSaysNothing)
{
    for (errc const e : all_codes()) {
        if (e == errc::http_status) continue;
        failure f(e);
        f.http_status = 503;
        EXPECT_EQ(f.is(condition::transient), f.code == condition::transient) << to_string(e);
        EXPECT_EQ(f.is(condition::refused), f.code == condition::refused) << to_string(e);
        EXPECT_EQ(f.is(condition::transport), f.code == condition::transport) << to_string(e);
    }
}

TEST(ErrorTest, TransportIsTheWayThere)
{
    std::set<errc> const expected{
        errc::resolve_failed,
        errc::connect_failed,
        errc::tls_untrusted,
        errc::tls_failed,
        errc::connection_lost,
        errc::truncated,
        errc::protocol_error,
        errc::unexpected_encoding,
        errc::redirect_refused,
        errc::ws_protocol,
        errc::ws_lost,
        errc::ws_closed,
        errc::proxy_unauthorized,
        errc::proxy_refused};
    EXPECT_EQ(members_of(condition::transport), expected);
}

TEST(ErrorTest, RefusedIsAnAnswerThatIsAnError)
{
    std::set<errc> const expected{
        errc::api_error,
        errc::unauthorized,
        errc::forbidden,
        errc::not_found,
        errc::conflict,
        errc::rate_limited,
        errc::http_status,
        errc::unavailable,
        errc::not_implemented,
        errc::sign_in_required,
        errc::ws_refused};
    EXPECT_EQ(members_of(condition::refused), expected);
}

TEST(ErrorTest, BadAnswerIsOneThatMakesNoSense)
{
    EXPECT_EQ(members_of(condition::bad_answer), (std::set<errc>{errc::bad_json, errc::bad_shape}));
}

TEST(ErrorTest, ForeignCodesFitNoCondition)
{
    error_code const foreign(static_cast<int>(errc::timeout), boost::system::generic_category());
    EXPECT_FALSE(foreign == condition::transient);
    EXPECT_FALSE(foreign == condition::transport);
}

TEST(ErrorTest, StandardConditionsAreUnderstood)
{
    namespace generic = boost::system::errc;
    EXPECT_TRUE(make_error_code(errc::timeout) == generic::timed_out);
    EXPECT_TRUE(make_error_code(errc::cancelled) == generic::operation_canceled);
    EXPECT_TRUE(make_error_code(errc::invalid_argument) == generic::invalid_argument);
    EXPECT_FALSE(make_error_code(errc::api_error) == generic::timed_out);
}

TEST(ErrorTest, EveryStageHasAName)
{
    std::set<std::string_view> names;
    for (std::size_t i = 0; i != stage_count; ++i) names.insert(to_string(static_cast<stage>(i)));
    EXPECT_EQ(names.size(), stage_count);
    EXPECT_EQ(to_string(stage::reading_head), "reading_head");
}

TEST(ErrorTest, EveryCodeHasALabel)
{
    std::set<std::string_view> labels;
    for (int i = 1; i <= static_cast<int>(errc::overloaded); ++i) {
        auto const label = to_string(static_cast<errc>(i));
        EXPECT_EQ(label.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), label.npos) << label;
        labels.insert(label);
    }
    EXPECT_EQ(labels.size(), static_cast<std::size_t>(errc::overloaded));
    EXPECT_EQ(labels.count("unknown"), 0U);
    EXPECT_EQ(to_string(errc::http_status), "http_status");
    EXPECT_EQ(to_string(errc::ws_lost), "ws_lost");
    EXPECT_EQ(to_string(errc()), "unknown");
    EXPECT_EQ(to_string(static_cast<errc>(9999)), "unknown");
}

TEST(FailureTest, KindIsForASwitch)
{
    EXPECT_EQ(failure(errc::not_found).kind(), errc::not_found);
    EXPECT_EQ(failure(errc::cancelled).kind(), errc::cancelled);
    EXPECT_EQ(failure().kind(), errc());
    failure foreign;
    foreign.code = boost::asio::error::eof;
    EXPECT_EQ(foreign.kind(), errc());
}

TEST(FailureTest, IsWrittenAsItsMessage)
{
    failure f(errc::timeout, "in time");
    f.where = "system.ping";
    std::ostringstream out;
    out << f;
    EXPECT_EQ(out.str(), f.message());
#if defined(__cpp_lib_format)
    EXPECT_EQ(std::format("{}", f), f.message());
    EXPECT_EQ(std::format("{:.6}", f), "system");
#endif
}

TEST(FailureTest, TheMessageIsOneLineWhateverTheMethodIs)
{
    failure f(errc::timeout);
    f.where = "a.b\nlevel=error \xff";
    EXPECT_EQ(f.message().rfind("a.b\\nlevel=error \\xff: ", 0), 0u) << f.message();
}

TEST(FailureTest, MessageTellsWhatHappenedWhereAndHowOften)
{
    failure f(errc::http_status, "ask later");
    f.where = "system.userSearch";
    f.http_status = 503;
    f.origin = "https://cocalc.com:443";
    f.attempts = 3;
    f.retry_after = std::chrono::seconds(7);
    f.server_message = "busy";

    EXPECT_EQ(
        f.message(),
        "system.userSearch: the server answered with an HTTP error status (HTTP 503): busy: ask "
        "later; the server asks to wait 7 s [https://cocalc.com:443] after 3 attempts"
    );
}

TEST(FailureTest, MessageNamesTheStageOfATimeout)
{
    failure f(errc::timeout);
    f.where = "system.ping";
    f.at = stage::handshaking;
    EXPECT_EQ(f.message(), "system.ping: timed out while handshaking");
}

TEST(FailureTest, MessageWarnsThatTheCallMayHaveTakenEffect)
{
    failure f(errc::connection_lost);
    f.maybe_sent = true;
    EXPECT_NE(f.message().find("the call may have taken effect"), std::string::npos);
}

TEST(FailureTest, MessageDoesNotWarnWhenTheServerHasAnswered)
{
    failure f(errc::api_error);
    f.maybe_sent = true;
    f.http_status = 200;
    EXPECT_EQ(f.message(), "cohub: the server answered with an error");
}

TEST(FailureTest, MessageShowsPathAndCause)
{
    failure f(errc::bad_shape, "expected a string, got null");
    f.path = "/3/account_id";
    EXPECT_EQ(
        f.message(),
        "cohub: the answer's JSON has another shape than this API's at /3/account_id: expected a "
        "string, got null"
    );
    f.cause = make_error_code(boost::system::errc::connection_reset);
    EXPECT_NE(f.message().find(f.cause.message()), std::string::npos);
}

TEST(FailureTest, ValueOfAFailedResultThrowsTheWholeFailure)
{
    failure f(errc::not_found);
    f.where = "system.nope";
    f.attempts = 2;
    f.http_status = 404;
    f.server_message = "no such thing";
    result<int> const r = f;

    try {
        (void)r.value();
        FAIL() << "nothing was thrown";
    } catch (error const& e) {
        EXPECT_EQ(e.code(), errc::not_found);
        EXPECT_EQ(e.method(), "system.nope");
        EXPECT_EQ(e.attempts(), 2);
        EXPECT_EQ(e.http_status(), 404);
        EXPECT_EQ(e.server_message(), "no such thing");
        EXPECT_EQ(e.what(), f.message());
    }
}

struct escape_row
{
    char const* name;
    std::string in;
    std::string out;
};
class EscapedTest : public testing::TestWithParam<escape_row>
{
};

TEST_P(EscapedTest, ShowsUntrustedTextHarmlessly)
{
    EXPECT_EQ(detail::escaped(GetParam().in, 4096), GetParam().out);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    EscapedTest,
    testing::Values(
        escape_row{"TurnedAround", "ab\u202ecd", "ab\\xe2\\x80\\xaecd"},
        escape_row{"Isolated", "\u2066a\u2069", "\\xe2\\x81\\xa6a\\xe2\\x81\\xa9"},
        escape_row{"ZeroWidth", "a\u200bb\ufeff", "a\\xe2\\x80\\x8bb\\xef\\xbb\\xbf"},
        escape_row{"HiddenTag", "a\U000E0041", "a\\xf3\\xa0\\x81\\x81"},
        escape_row{"SoftHyphen", "a\u00adb", "a\\xc2\\xadb"},
        escape_row{"OtherLanguages", "\u05d0\u0627\u2026", "\u05d0\u0627\u2026"},
        escape_row{"Plain", "Ada Lovelace", "Ada Lovelace"},
        escape_row{"Empty", "", ""},
        escape_row{"Breaks", "a\nb\tc\rd", "a\\nb\\tc\\x0dd"},
        escape_row{"TerminalSequence", "\x1b[31m", "\\x1b[31m"},
        escape_row{"Nul", std::string("a\0b", 3), "a\\x00b"},
        escape_row{"Delete", "\x7f", "\\x7f"},
        escape_row{"C1Control", "\xc2\x9b", "\\xc2\\x9b"},
        escape_row{"Umlaut", "\xc3\xa4", "\xc3\xa4"},
        escape_row{"Astral", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        escape_row{"LoneContinuation", "a\x80z", "a\\x80z"},
        escape_row{"Overlong", "\xc0\xaf", "\\xc0\\xaf"},
        escape_row{"OverlongThree", "\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
        escape_row{"Surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
        escape_row{"BeyondUnicode", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
        escape_row{"CutSequence", "\xe2\x82", "\\xe2\\x82"}
    ),
    [](auto const& row) { return row.param.name; }
);

TEST(EscapedTextTest, IsCutAtTheLimit)
{
    std::string const long_text(10'000, 'x');
    EXPECT_EQ(detail::escaped(long_text, 10), "xxxxxxxxxx...");
    EXPECT_EQ(detail::escaped("0123456789", 10), "0123456789");
}

TEST(EscapedTextTest, NeverCutsInsideACharacter)
{
    std::string const text = "aaaaaaaaa\xe2\x82\xac!";
    EXPECT_EQ(detail::escaped(text, 10), "aaaaaaaaa\xe2\x82\xac...");
}

TEST(SecretTest, IsNeverPrinted)
{
    std::ostringstream out;
    out << secret("sk-canary") << '|' << secret();
    EXPECT_EQ(out.str(), "***|");
}

TEST(SecretTest, IsRevealedInOnePlaceAlone)
{
    secret const s("sk-canary");
    EXPECT_EQ(s.reveal(), "sk-canary");
    EXPECT_FALSE(s.empty());
    EXPECT_TRUE(secret().empty());
}

TEST(SecretTest, IsOverwrittenWhenItGoes)
{
    // Short enough for the small-string buffer, so that the bytes are in memory of this test.
    alignas(secret) unsigned char memory[sizeof(secret)];
    auto* const s = new (memory) secret("sk-canary");
    std::string_view const before = s->reveal();
    auto const at =
        static_cast<std::size_t>(reinterpret_cast<unsigned char const*>(before.data()) - memory);
    ASSERT_LT(at, sizeof memory);

    s->~secret();

    std::string const after(reinterpret_cast<char const*>(memory) + at, 9);
    EXPECT_EQ(after.find("canary"), std::string::npos);
}

TEST(SecretTest, AMovedFromSecretHoldsNothing)
{
    secret from("sk-a-longer-key-that-lives-on-the-heap");
    secret const to(std::move(from));
    EXPECT_EQ(to.reveal(), "sk-a-longer-key-that-lives-on-the-heap");
    EXPECT_TRUE(from.empty());
}

TEST(SecretTest, AssignmentReplacesAndMoves)
{
    secret a("one");
    secret b("two");
    a = b;
    EXPECT_EQ(a, b);
    a = std::move(b);
    EXPECT_EQ(a.reveal(), "two");
    EXPECT_TRUE(b.empty());
    secret& self = a;
    a = self;
    EXPECT_EQ(a.reveal(), "two");
}

// D8: after a gateway's status the effect of the call is unknown. After a refusal by the server
// itself it is not.
TEST(ErrorTest, ASentCallIsInDoubtBehindAGateway)
{
    auto const says_so = [](int status) {
        failure f(errc::http_status);
        f.http_status = status;
        f.maybe_sent = true;
        return f.message().find("may have taken effect") != std::string::npos;
    };
    for (int const status : {408, 502, 504}) EXPECT_TRUE(says_so(status)) << status;
    for (int const status : {400, 403, 500, 503}) EXPECT_FALSE(says_so(status)) << status;
    failure late(errc::timeout);
    late.http_status = 200;
    late.maybe_sent = true;
    EXPECT_NE(late.message().find("may have taken effect"), std::string::npos);
    late.maybe_sent = false;
    EXPECT_EQ(late.message().find("may have taken effect"), std::string::npos);
}

}  // namespace
}  // namespace cohub
