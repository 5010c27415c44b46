#include <boost/json.hpp>

#include <algorithm>

#include "harness.hpp"
#include "support/json_texts.hpp"

namespace cohub::faults {
namespace {

using FaultJson = fault_test;

void play(std::string const& row, std::vector<fault> const& faults)
{
    for (fault const& f : faults) {
        f.play(tcp_peer());
        f.play(tls_peer());
    }
    covers(row, faults.size());
}

/// A body that is sent unchanged.
fault body(std::string name, std::string text)
{
    fault f(std::move(name), raw_answer(std::move(text)).str());
    f.keeps();
    return f;
}

/// A body with the right id in it.
fault around(std::string name, std::string before, std::string after)
{
    fault f(std::move(name), [before, after](std::string const& id) {
        return raw_script().respond(raw_answer(before + "\"" + id + "\"" + after));
    });
    f.keeps();
    return f;
}

/// The result of a typed call for a body.
struct decoded
{
    bool ok = false;
    failure why;
};

template <class F>
decoded decode(std::string const& text, F call)
{
    tcp_peer().script(raw_script().forever().respond(raw_answer(text)));
    subject s(tcp_peer());
    decoded d;
    bool done = false;
    auto pending = call(s.client().system());
    std::move(pending)([&](auto r) {
        d.ok = r.has_value();
        if (!d.ok) d.why = r.error();
        done = true;
    });
    EXPECT_TRUE(s.run_until([&] { return done; }));
    s.drain();
    EXPECT_EQ(s.stats().in_use + s.stats().waiting + s.stats().calls, 0U);
    // The framing was right, even if the body was not.
    EXPECT_EQ(s.stats().idle, 1U);
    if (!d.ok) expect_no_key(d.why.message(), "a failure's message");
    return d;
}

decoded as_ping(std::string const& text)
{
    return decode(text, [](system_api const& api) { return api.ping(as_result); });
}

decoded as_owner(std::string const& text)
{
    return decode(text, [](system_api const& api) { return api.test(as_result); });
}

decoded as_users(std::string const& text)
{
    return decode(text, [](system_api const& api) { return api.user_search("x", as_result); });
}

decoded as_names(std::string const& text)
{
    return decode(text, [](system_api const& api) {
        return api.get_names({"8e138678-9264-431c-8dc6-5c4f6efe66d8"}, as_result);
    });
}

decoded as_keys(std::string const& text)
{
    return decode(text, [](system_api const& api) {
        return api.manage_api_keys(api_key_action::get(), as_result);
    });
}

void expect_bad_shape(decoded const& d, std::string const& path)
{
    ASSERT_FALSE(d.ok) << path;
    EXPECT_EQ(to_errc(d.why.code), errc::bad_shape) << d.why.message();
    EXPECT_EQ(d.why.path, path) << d.why.message();
}

/// Each text of the reader's own test is sent in an answer. The valid ones are also sent with more
/// text after them, and cut.
TEST_F(FaultJson, JSON_01_Syntax)
{
    std::vector<fault> faults;
    auto const refused = [&](std::string const& name, std::string const& text) {
        faults.push_back(body(name, text));
        faults.back().fails(errc::bad_json);
    };
    auto const taken = [&](std::string const& name, std::string const& text) {
        faults.push_back(around(name, R"({"id":)", ",\"x\":" + text + "}"));
    };
    for (auto const& row : tests::valid_json_texts()) {
        taken(row.name, row.text);
        refused(std::string(row.name) + " with more", row.text + " x");
        refused(std::string(row.name) + " with a comma before", "," + row.text);
        // A list, an object or a text without its last byte.
        std::string cut = row.text.substr(0, row.text.find_last_not_of(" \t\r\n"));
        if (cut.find_first_not_of(" \t\r\n") == cut.find_first_of("[{\""))
            refused(std::string(row.name) + " cut", cut);
    }
    for (auto const& row : tests::invalid_json_texts()) refused(row.name, row.text);
    for (auto const& row : tests::chosen_json_texts())
        row.taken ? taken(row.name, row.text) : refused(row.name, row.text);
    play("JSON-01", faults);
}

TEST_F(FaultJson, JSON_02_Nesting)
{
    // The object around it is one level.
    auto const nested = [](std::size_t depth) {
        return around(
            std::to_string(depth) + " levels",
            R"({"id":)",
            R"(,"x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}"
        );
    };
    play(
        "JSON-02",
        {nested(32),
         nested(33).fails(errc::bad_json),
         nested(1'000).fails(errc::bad_json),
         nested(100'000).fails(errc::bad_json)}
    );
}

/// The number that `hub.call` returns for this text, as JSON text again; empty when it is refused.
std::string number_through(std::string const& text)
{
    tcp_peer().script(raw_script().forever().respond(raw_answer("{\"n\":" + text + "}")));
    subject s(tcp_peer());
    call_ptr const c = s.run(kind::once);
    s.expect_sound(c);
    if (c->ok()) {
        std::size_t const colon = c->value.find(':');
        return c->value.substr(colon + 1, c->value.size() - colon - 2);
    }
    expect_failed(c, {errc::bad_shape, errc::bad_json});
    return {};
}

TEST_F(FaultJson, JSON_03_ExtremeNumbers)
{
    struct number
    {
        char const* text;
        bool fits;          // a signed 64-bit integer
        char const* exact;  // the only value that hub.call may return
    };
    std::vector<number> const numbers = {
        {"9007199254740993", true, "9007199254740993"},
        {"-9223372036854775808", true, "-9223372036854775808"},
        {"9223372036854775807", true, "9223372036854775807"},
        {"18446744073709551615", false, "18446744073709551615"},
        {"18446744073709551616", false, "1.8446744073709552E19"},
        {"-0", true, "0"},
        {"1.0", true, "1E0"}};
    for (number const& n : numbers) {
        SCOPED_TRACE(n.text);
        decoded const d = as_keys(std::string("[{\"id\":") + n.text + "}]");
        if (n.fits) {
            EXPECT_TRUE(d.ok) << d.why.message();
        } else {
            EXPECT_FALSE(d.ok);
        }
        std::string const generic = number_through(n.text);
        EXPECT_TRUE(generic.empty() || generic == n.exact || generic == "-0E0") << generic;
    }
    covers("JSON-03", numbers.size());
}

TEST_F(FaultJson, JSON_04_DuplicateKeys)
{
    auto const error = [](std::string name, std::string text) {
        return body(std::move(name), std::move(text)).fails({errc::api_error, errc::bad_json});
    };
    play(
        "JSON-04",
        {error("an error, then none", R"({"error":"x","error":null})"),
         error("none, then an error", R"({"error":null,"error":"x"})"),
         around("another key twice", R"({"id":"other","id":)", "}")}
    );
}

TEST_F(FaultJson, JSON_05_MalformedStrings)
{
    auto const bad = [](std::string name, std::string text) {
        return body(std::move(name), std::move(text)).fails(errc::bad_json);
    };
    fault zero("\\u0000", [](std::string const& id) {
        return raw_script().respond(raw_answer("{\"id\":\"" + id + "\",\"z\":\"a\\u0000b\"}"));
    });
    // D6: if JavaScript has cut a surrogate pair, it writes the remaining half like this.
    fault half("half a surrogate pair", [](std::string const& id) {
        return raw_script().respond(raw_answer("{\"id\":\"" + id + "\",\"h\":\"a\\ud800b\"}"));
    });
    half.also([](call_state const& c) {
        EXPECT_NE(c.value.find("a\uFFFDb"), std::string::npos) << c.value;
    });
    play(
        "JSON-05",
        {bad("invalid UTF-8", "{\"a\":\"\xc3\x28\"}"),
         half.keeps(),
         bad("raw NUL", std::string("{\"a\":\"x\0y\"}", 11)),
         zero.keeps()}
    );
}

TEST_F(FaultJson, JSON_06_MoreOrLessThanADocument)
{
    play(
        "JSON-06",
        {body("trailing garbage", "{} x").fails(errc::bad_json),
         body("two documents", "{}{}").fails(errc::bad_json),
         body("truncated text", "{\"a\":[1,2").fails(errc::bad_json)}
    );
}

TEST_F(FaultJson, JSON_07_AnotherTypeAtTheTop)
{
    for (char const* text : {"[]", "\"x\"", "1", "true", "null"}) {
        SCOPED_TRACE(text);
        expect_bad_shape(as_ping(text), "");
    }
    covers("JSON-07", 5);
}

TEST_F(FaultJson, JSON_08_EmptyBody)
{
    auto const says_so = [](call_state const& c) {
        EXPECT_NE(c.why->detail.find("empty"), std::string::npos) << c.why->message();
    };
    play(
        "JSON-08",
        {body("nothing", "").fails(errc::bad_json).also(says_so),
         body("white space", " \r\n\t ").fails(errc::bad_json).also(says_so)}
    );
}

TEST_F(FaultJson, JSON_09_LoginPage)
{
    std::vector<fault> faults;
    std::string const page = "<!DOCTYPE html><title>Sign in</title>" + std::string(5000, 'x');
    for (char const* type : {"text/html", "application/json"}) {
        faults.emplace_back(type, raw_answer(page).content_type(type).str());
        faults.back().fails(errc::bad_json).keeps().also([type](call_state const& c) {
            std::string const all = c.why->message() + c.why->detail + c.why->server_message;
            EXPECT_NE(all.find(type), std::string::npos) << all;
            EXPECT_NE(all.find("<!DOCTYPE html>"), std::string::npos) << all;
            EXPECT_LE(c.why->message().size(), 1024U);
        });
    }
    play("JSON-09", faults);
}

/// One reply type: a sample object that can be decoded, and the function that decodes it.
struct reply
{
    decoded (*decode)(std::string const& text);
    std::string before;  // the text around the object
    std::string after;
    std::string path;
    boost::json::object sample;
    std::vector<std::string> required;
    std::vector<std::string> lenient;  // members that accept any value

    std::string with(boost::json::object const& o) const
    {
        return before + boost::json::serialize(o) + after;
    }
};

std::vector<reply> replies()
{
    std::string const id = "8e138678-9264-431c-8dc6-5c4f6efe66d8";
    auto const object = [](char const* text) { return boost::json::parse(text).as_object(); };
    return {
        {as_ping, "", "", "", object(R"({"now":1760000000000})"), {"now"}, {}},
        {as_owner,
         "",
         "",
         "",
         object(R"({"account_id":"a","server_time":1760000000000})"),
         {"account_id", "server_time"},
         {}},
        {as_users,
         "[",
         "]",
         "/0",
         object(R"({"account_id":"a","first_name":"Ada","last_name":"L","name":"ada",
                    "email_address":"a@b.c","last_active":1760000000000,"created":1760000000000,
                    "banned":false,"email_address_verified":true})"),
         {"account_id"},
         {"email_address_verified"}},
        {as_names,
         "{\"" + id + "\":",
         "}",
         "/" + id,
         object(R"({"first_name":"Ada","last_name":"L","profile":{"color":"red"}})"),
         {"first_name", "last_name"},
         {}},
        {as_names,
         "{\"" + id + R"(":{"first_name":"A","last_name":"B","profile":)",
         "}}",
         "/" + id + "/profile",
         object(R"({"color":"red","image":"x"})"),
         {},
         {}},
        {as_keys,
         "[",
         "]",
         "/0",
         object(R"({"id":1,"account_id":"a","project_id":"p","expire":"2026-01-01T00:00:00.000Z",
                    "created":"2026-01-01T00:00:00.000Z","name":"n","trunc":"sk-...",
                    "last_active":"2026-01-01T00:00:00.000Z","secret":"s"})"),
         {"id"},
         {}}};
}

bool among(std::vector<std::string> const& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

TEST_F(FaultJson, JSON_10_EveryFieldOfEveryReply)
{
    case_counter cases("JSON-10");
    for (reply const& r : replies()) {
        decoded const whole = r.decode(r.with(r.sample));
        EXPECT_TRUE(whole.ok) << r.with(r.sample) << ": " << whole.why.message();
        for (auto const& member : r.sample) {
            std::string const name(member.key());
            std::string const path = r.path + "/" + name;
            SCOPED_TRACE(path);
            boost::json::object wrong = r.sample;
            wrong[name] = boost::json::array{1, 2};
            decoded const d = r.decode(r.with(wrong));
            if (among(r.lenient, name)) {
                EXPECT_TRUE(d.ok) << d.why.message();
            } else {
                expect_bad_shape(d, path);
            }
            ++cases;

            boost::json::object missing = r.sample;
            missing.erase(name);
            boost::json::object null = r.sample;
            null[name] = nullptr;
            for (boost::json::object const& o : {missing, null}) {
                decoded const e = r.decode(r.with(o));
                if (among(r.required, name)) {
                    expect_bad_shape(e, path);
                } else {
                    EXPECT_TRUE(e.ok) << r.with(o) << ": " << e.why.message();
                }
                ++cases;
            }
        }
    }
}

TEST_F(FaultJson, JSON_11_UnknownAndAbsentFields)
{
    for (reply const& r : replies()) {
        boost::json::object more = r.sample;
        more["not_known_yet"] = boost::json::parse(R"({"deep":[1,{"er":null}],"s":"x"})");
        EXPECT_TRUE(r.decode(r.with(more)).ok) << r.with(more);
        boost::json::object less;
        for (std::string const& name : r.required) less[name] = r.sample.at(name);
        EXPECT_TRUE(r.decode(r.with(less)).ok) << r.with(less);
    }
    covers("JSON-11", 2);
}

TEST_F(FaultJson, JSON_12_TheErrorMember)
{
    auto const message = [](std::string text) {
        return [text](call_state const& c) { EXPECT_EQ(c.why->server_message, text); };
    };
    play(
        "JSON-12",
        {body("a text", R"({"error":"Error: no such thing"})")
             .fails(errc::api_error)
             .also(message("Error: no such thing")),
         body("an object", R"({"error":{"code":1}})").fails({errc::api_error, errc::bad_shape}),
         around("error and result", R"({"result":)", R"(,"error":"broken"})")
             .fails(errc::api_error)
             .also(message("broken")),
         // An error with an empty text is still an error.
         body("an empty text", R"({"error":""})").fails(errc::api_error)}
    );
}

TEST_F(FaultJson, JSON_13_AnotherContentType)
{
    std::vector<fault> faults;
    for (char const* type : {"text/plain", ""}) {
        faults.emplace_back(std::string("Content-Type: ") + type, [type](std::string const& id) {
            return raw_script().respond(raw_answer(body_for(id)).content_type(type));
        });
        faults.back().keeps();
    }
    play("JSON-13", faults);
}

TEST_F(FaultJson, JSON_14_LargeDocuments)
{
    std::string numbers;
    for (int i = 0; i < 100'000; ++i) numbers += (i == 0 ? "" : ",") + std::to_string(i);
    play(
        "JSON-14",
        {around("8 MiB", R"({"id":)", R"(,"s":")" + std::string(8 << 20, 'x') + "\"}"),
         around("100 000 elements", R"({"id":)", R"(,"a":[)" + numbers + "]}")}
    );
}

// A date that cannot be read is refused. An unknown word is kept as it came. So is an id, because
// the client never calculates with ids. For these it is not worth losing the whole answer.
TEST_F(FaultJson, JSON_15_MalformedDatesAndOthers)
{
    expect_bad_shape(as_keys(R"([{"id":1,"expire":"next week"}])"), "/0/expire");
    expect_bad_shape(as_users(R"([{"account_id":"a","created":"yesterday"}])"), "/0/created");
    EXPECT_TRUE(as_users(R"([{"account_id":"no-uuid"}])").ok);
    covers("JSON-15", 3);
}

}  // namespace
}  // namespace cohub::faults
