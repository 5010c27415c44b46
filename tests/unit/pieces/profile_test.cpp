#include <cohub/pieces/types/user_profile.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace cohub::tests {
namespace {

using namespace cohub::pieces;

user_profile profile(std::string const& text)
{
    auto p = user_profile::from_json(text);
    if (!p) throw std::runtime_error(p.error().message() + " " + p.error().path);
    return *p;
}

std::string written(user_profile const& p)
{
    std::string problem;
    std::string text = p.to_json(problem);
    EXPECT_EQ(problem, "");
    return text;
}

std::string const minimal = R"({"id":"u","aesthetics":{"theme":{"dark":true},"font":{"size":14}}})";

std::string with(std::string const& members)
{
    return minimal.substr(0, minimal.size() - 1) + members + "}";
}

TEST(ProfileTest, UnchangedIsWrittenByteForByte)
{
    for (std::string const& text : {
             minimal,
             with(R"(,"later":1.0,"big":1e400,"long":12345678901234567890123,"neg":-0)"),
             with(R"( , "name" : "Zo\u00eb\/" , "email":null,"name2":[ 1 , { "a" : null } ])"),
             with(R"(,"created":{"value":"2024-05-01 12:00:00.123456789+02:00","x":[]})"),
             with(R"(,"name":"a","name":"b")"),
             std::string(R"({"aesthetics":{"font":{"size":1},"theme":{"dark":false}},"id":""})"),
         })
        EXPECT_EQ(written(profile(text)), text);
}

TEST(ProfileTest, BlanksAroundAreDropped)
{
    EXPECT_EQ(written(profile(" \n" + minimal + "\t ")), minimal);
}

TEST(ProfileTest, OnlyTheChangedMemberIsWrittenAnew)
{
    user_profile p = profile(
        R"({ "id":"u", "x":1.0, "name" : "old" , "aesthetics":{"theme":{"dark":true,"hue":1e400},)"
        R"("font":{"size":14 ,"family":"\u0041"},"density":"compact"}, "y":{}})"
    );
    p.name = "new \"one\"";
    p.aesthetics.font.size = 15;
    EXPECT_EQ(
        written(p),
        R"({ "id":"u", "x":1.0, "name" : "new \"one\"" , "aesthetics":{"theme":)"
        R"({"dark":true,"hue":1e400},"font":{"size":15 ,"family":"\u0041"},"density":"compact"}, "y":{}})"
    );
}

TEST(ProfileTest, NulloptDropsTheMember)
{
    user_profile p = profile(with(R"(,"name":"a","z":1,"name":"b","email":"e")"));
    p.name.reset();
    EXPECT_EQ(written(p), with(R"(,"z":1,"email":"e")"));
    p.email.reset();
    EXPECT_EQ(written(p), with(R"(,"z":1)"));
}

TEST(ProfileTest, ValuesForNullAndAbsentMembersAreWritten)
{
    user_profile p = profile(with(R"(,"email":null)"));
    p.email = "e";
    p.vanityname = "v";
    EXPECT_EQ(written(p), with(R"(,"email":"e","vanityname":"v")"));
}

TEST(ProfileTest, OfDuplicatesOneIsLeftWhenTheValueChanges)
{
    user_profile p = profile(with(R"(,"name":"a","z":1,"name":"b")"));
    EXPECT_EQ(p.name, "b");
    p.name = "c";
    EXPECT_EQ(written(p), with(R"(,"z":1,"name":"c")"));
}

TEST(ProfileTest, EscapedNamesAreTheSameMembers)
{
    user_profile p = profile(with(R"(,"n\u0061me":"a")"));
    p.name = "b";
    EXPECT_EQ(written(p), with(R"(,"n\u0061me":"b")"));
}

TEST(ProfileTest, NewWordsStayWhenSomethingElseChanges)
{
    std::string const before =
        R"(,"allocation":{"id":"u","user":"u","urls":{"base":{"status":"SNOOZING","url":""},)"
        R"("id":{"status":"FAILED","url":""}},"status":{"cloud":"HIBERNATING"},"project":"p"})";
    user_profile p = profile(with(before));
    EXPECT_EQ(p.allocation->status.cloud, allocation_status::unknown);
    EXPECT_EQ(p.allocation->status.cloud.word(), "HIBERNATING");
    EXPECT_TRUE(p.allocation->status.cloud.is_new());
    EXPECT_EQ(p.allocation->urls.id.status, allocation_status::failed);
    p.allocation->urls.id.status = allocation_status::running;
    std::string after = before;
    after.replace(after.find("FAILED"), 6, "RUNNING");
    EXPECT_EQ(written(p), with(after));
}

std::string provider(std::string const& id, std::string const& more = {})
{
    return R"({"type":"github","user_id":")" + id +
           R"(","created":{"value":"2024-01-01T00:00:00Z"},"updated":{"value":"2024-01-01T00:00:00Z"})" +
           more + "}";
}
std::string providers(std::string const& list)
{
    return with(R"(,"providers":{"iterable":[)" + list + "]}");
}

TEST(ProfileTest, ElementsKeepWhatIsUnknownWhereverTheyGo)
{
    std::string const a = provider("a", R"(,"k":1.0)"), b = provider("b", R"(, "k":2e0)"),
                      c = provider("c", R"(,"k":[3.00])");
    user_profile const before = profile(providers(a + " , " + b + "," + c));
    {
        user_profile p = before;
        auto& list = p.providers->iterable;
        list.erase(list.begin());
        EXPECT_EQ(written(p), providers(" " + b + "," + c));
    }
    {
        user_profile p = before;
        std::swap(p.providers->iterable[0], p.providers->iterable[2]);
        EXPECT_EQ(written(p), providers(c + ", " + b + "," + a + " "));
    }
    {
        user_profile p = before;
        p.providers->iterable.erase(p.providers->iterable.begin());
        p.providers->iterable[1].expires_in = 7;
        EXPECT_EQ(
            written(p), providers(" " + b + "," + provider("c", R"(,"k":[3.00],"expires_in":7)"))
        );
    }
    {
        user_profile p = before;
        external_provider fresh = p.providers->iterable[0];
        fresh.user_id = "d";
        p.providers->iterable.insert(p.providers->iterable.begin(), fresh);
        std::string const text = written(p);
        EXPECT_EQ(text.find(R"("user_id":"d")") < text.find(R"("k":1.0)"), true);
        EXPECT_EQ(profile(text).providers->iterable.size(), 4u);
        EXPECT_NE(text.find(a + " , " + b + "," + c), std::string::npos) << text;
    }
    {
        user_profile p = before;
        p.providers->iterable.clear();
        EXPECT_EQ(written(p), providers(""));
    }
}

TEST(ProfileTest, AnElementThatIsChangedInItsPlaceKeepsWhatIsUnknown)
{
    user_profile const before = profile(providers(
        provider("1", R"(,"zz":[1.0])") + "," + provider("2", R"(,"zz":[2.0])") + "," +
        provider("3", R"(,"zz":[3.0])")
    ));
    {
        user_profile p = before;
        p.providers->iterable[0].type = external_provider_type::gitlab;
        p.providers->iterable[2].user_id = "4";
        std::string first = provider("1", R"(,"zz":[1.0])");
        first.replace(first.find("github"), 6, "gitlab");
        EXPECT_EQ(
            written(p),
            providers(
                first + "," + provider("2", R"(,"zz":[2.0])") + "," +
                provider("4", R"(,"zz":[3.0])")
            )
        );
    }
    {
        // A member that was moved to this place is not mistaken for the one that was there before.
        user_profile p = before;
        std::swap(p.providers->iterable[0], p.providers->iterable[1]);
        p.providers->iterable[2].user_id = "4";
        EXPECT_EQ(
            written(p),
            providers(
                provider("2", R"(,"zz":[2.0])") + "," + provider("1", R"(,"zz":[1.0])") + "," +
                provider("4", R"(,"zz":[3.0])")
            )
        );
    }
}

TEST(ProfileTest, PlainTextsInAListAreWrittenAnewOneByOne)
{
    user_profile p = profile(with(R"(,"apiKeys":[ "\u006bey-one" , "key-two" ])"));
    ASSERT_EQ(p.api_keys->size(), 2u);
    EXPECT_EQ((*p.api_keys)[0].reveal(), "key-one");
    (*p.api_keys)[1] = secret("three");
    EXPECT_EQ(written(p), with(R"(,"apiKeys":[ "\u006bey-one" , "three" ])"));
    p.api_keys->push_back(secret("four"));
    EXPECT_EQ(written(p), with(R"(,"apiKeys":[ "\u006bey-one" ,"three","four"])"));
}

TEST(ProfileTest, ANewOneIsWrittenPlainly)
{
    user_profile p("u");
    p.aesthetics.theme.dark = true;
    p.aesthetics.font.size = 14;
    EXPECT_EQ(written(p), minimal);
    EXPECT_EQ(p.raw(), "");
}

TEST(ProfileTest, WhatIsNoUtf8CannotBeSent)
{
    user_profile p = profile(minimal);
    p.name = "\xff";
    std::string problem;
    p.to_json(problem);
    EXPECT_NE(problem.find("UTF-8"), std::string::npos);
}

TEST(ProfileTest, TreesOfVersion5AreToldAndKept)
{
    std::string const trees =
        R"(,"entities":{"iterable":[{"id":"e","reference":{"id":"e","name":"Team","type":"CLAN",)"
        R"("configuration":{"x":1e400}}},{"id":"f"}]},"subscriptions":{"iterable":[{"id":"s",)"
        R"("reference":{"id":"s","active":true,"name":"Pro","term":"month","quantity":2}}]})";
    user_profile p = profile(with(trees));
    auto const entities = p.entities();
    ASSERT_TRUE(entities);
    ASSERT_EQ(entities->iterable.size(), 2u);
    EXPECT_EQ(entities->iterable[0].reference->name, "Team");
    EXPECT_EQ(entities->iterable[0].reference->type.word(), "CLAN");
    EXPECT_FALSE(entities->iterable[1].reference);
    auto const subscriptions = p.subscriptions();
    ASSERT_TRUE(subscriptions);
    EXPECT_EQ(subscriptions->iterable[0].reference->term, subscription_term::month);
    EXPECT_EQ(p.raw("/entities/iterable/0/reference/configuration"), R"({"x":1e400})");
    EXPECT_EQ(p.raw("/entities/iterable/7"), "");
    p.name = "n";
    EXPECT_EQ(written(p), with(trees + R"(,"name":"n")"));
    EXPECT_FALSE(profile(with(R"(,"entities":[1])")).entities());
}

TEST(ProfileTest, IsStrictWhereSilenceWouldLie)
{
    struct row
    {
        std::string text;
        errc code;
        std::string path;
    };
    for (row const& r : {
             row{R"({"id":"u"})", errc::bad_shape, "/aesthetics"},
             {R"({"aesthetics":{"theme":{"dark":1},"font":{"size":1}},"id":""})",
              errc::bad_shape,
              "/aesthetics/theme/dark"},
             {R"({"id":"u","aesthetics":{"theme":{"dark":true},"font":{"size":14.0}}})",
              errc::bad_shape,
              "/aesthetics/font/size"},
             {R"({"id":"u","aesthetics":{"theme":{"dark":true},"font":{"size":"14"}}})",
              errc::bad_shape,
              "/aesthetics/font/size"},
             {R"({"id":"u","aesthetics":null})", errc::bad_shape, "/aesthetics"},
             {with(R"(,"created":{"value":"yesterday"})"), errc::bad_shape, "/created/value"},
             {with(R"(,"created":{"value":1714564800})"), errc::bad_shape, "/created/value"},
             {"{", errc::bad_json, ""},
             {"", errc::bad_json, ""},
         }) {
        auto const p = user_profile::from_json(r.text);
        ASSERT_FALSE(p) << r.text;
        EXPECT_EQ(p.error().code, r.code) << r.text;
        EXPECT_EQ(p.error().path, r.path) << r.text;
    }
}

TEST(ProfileTest, TreesMayBeSixtyFourDeep)
{
    auto const deep = [](std::size_t n) {
        return with(R"(,"deep":)" + std::string(n, '[') + std::string(n, ']'));
    };
    EXPECT_EQ(written(profile(deep(63))), deep(63));
    auto const p = user_profile::from_json(deep(64));
    ASSERT_FALSE(p);
    EXPECT_EQ(p.error().code, errc::bad_json);
    EXPECT_FALSE(user_profile::from_json(deep(1'000'000)));
}

TEST(ProfileTest, SecretsAreInNoMessage)
{
    auto const p =
        user_profile::from_json(with(R"(,"auth0":{"global_id":"g","cloud_key":"hush"},"x":})"));
    ASSERT_FALSE(p);
    EXPECT_EQ(p.error().message().find("hush"), std::string::npos) << p.error().message();
    EXPECT_EQ(p.error().detail.find("hush"), std::string::npos) << p.error().detail;
}

/// A random value in a random spelling. No object has the same name twice.
class any_json
{
public:
    explicit any_json(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t n) { return random_() % n; }
    std::string blank()
    {
        static char const* const all[] = {"", "", "", " ", "\n ", "\t"};
        return all[below(6)];
    }
    std::string value(int depth)
    {
        static char const* const plain[] = {
            "null",
            "true",
            "1.0",
            "-0",
            "1e400",
            "12345678901234567890123",
            R"("\u0041\n")",
            R"("}]{,\"")",
            "\"\xc3\xa9\"",
            "0.1E-7"};
        std::size_t const kind = below(depth > 3 ? 10 : 14);
        if (kind < 10) return plain[kind];
        std::string out(1, kind < 12 ? '[' : '{');
        std::size_t const n = below(4);
        for (std::size_t i = 0; i != n; ++i) {
            if (i != 0) out += ',';
            out += blank();
            if (kind >= 12) out += "\"m" + std::to_string(i) + "\"" + blank() + ":" + blank();
            out += value(depth + 1) + blank();
        }
        out += kind < 12 ? ']' : '}';
        return out;
    }
    /// The members of an object and some unknown ones, in any order.
    std::string object(std::vector<std::pair<std::string, std::string>> members)
    {
        for (std::size_t i = below(4); i != 0; --i)
            members.emplace_back("x" + std::to_string(i), value(0));
        std::shuffle(members.begin(), members.end(), random_);
        std::string out = "{";
        for (auto const& [name, text] : members) {
            if (out.size() > 1) out += ',';
            out += blank() + "\"" + name + "\"" + blank() + ":" + blank() + text + blank();
        }
        return out + "}";
    }

private:
    std::mt19937 random_;
};

TEST(ProfileTest, AnyTextIsKeptButForWhatChanges)
{
    for (unsigned seed = 1; seed <= 2000; ++seed) {
        any_json any(seed);
        auto const build = [&](std::string const& name, std::string const& size) {
            any = any_json(seed);
            return any.object(
                {{"id", "\"u\""},
                 {"name", name},
                 {"aesthetics",
                  any.object(
                      {{"theme", any.object({{"dark", "true"}})},
                       {"font", any.object({{"size", size}})}}
                  )}}
            );
        };
        std::string const text = build("\"a\"", "1");
        user_profile p = profile(text);
        EXPECT_EQ(written(p), text) << seed;
        p.name = "b";
        p.aesthetics.font.size = 2;
        EXPECT_EQ(written(p), build("\"b\"", "2")) << seed;
        EXPECT_EQ(profile(written(p)).name, "b") << seed;
        ASSERT_FALSE(HasFailure());
    }
}

// ---- times -------------------------------------------------------------------------------------

std::int64_t us(date_time const& t) { return t.time().time_since_epoch().count(); }

TEST(DateTimeTest, ReadsWhatDartAndOthersWrite)
{
    struct row
    {
        char const* text;
        std::int64_t us;
        bool zone;
    };
    for (row const& r : {
             row{"2024-05-01T12:00:00Z", 1714564800000000, true},
             {"2024-05-01T12:00:00.123456Z", 1714564800123456, true},
             {"2024-05-01T14:00:00.5+02:00", 1714564800500000, true},
             {"2024-05-01T06:30:00.123-05:30", 1714564800123000, true},
             {"2024-05-01T12:00:00.000", 1714564800000000, false},
             {"2024-05-01 12:00:00.123456789z", 1714564800123456, true},
             {"1969-12-31T23:59:59.999999Z", -1, true},
             {"0001-01-01T00:00:00Z", -62135596800000000, true},
             {"9999-12-31T23:59:59Z", 253402300799000000, true},
             {"2016-12-31T23:59:60Z", 1483228800000000, true},
         }) {
        auto const t = date_time::parse(r.text);
        ASSERT_TRUE(t) << r.text;
        EXPECT_EQ(us(*t), r.us) << r.text;
        EXPECT_EQ(t->has_zone(), r.zone) << r.text;
        EXPECT_EQ(t->text(), r.text);
    }
}

TEST(DateTimeTest, RefusesWhatIsNone)
{
    for (char const* text :
         {"",
          "2024-05-01",
          "2024-05-01T12:00Z",
          "2024-05-01T12:00:00.Z",
          "2024-05-01T12:00:00.1234567890Z",
          "2024-02-30T12:00:00Z",
          "2024-05-01T24:00:00Z",
          "2024-05-01T12:60:00Z",
          "2024-05-01T12:00:00+0200",
          "2024-05-01T12:00:00+24:00",
          "2024-05-01T12:00:00Z ",
          "-024-05-01T12:00:00Z",
          "Wed, 01 May 2024 12:00:00 GMT"})
        EXPECT_FALSE(date_time::parse(text)) << text;
}

TEST(DateTimeTest, IsWrittenAsDartDoes)
{
    auto const text = [](std::int64_t t) {
        return date_time(sys_us(std::chrono::microseconds(t))).text();
    };
    EXPECT_EQ(text(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(text(1714564800123000), "2024-05-01T12:00:00.123Z");
    EXPECT_EQ(text(1714564800123456), "2024-05-01T12:00:00.123456Z");
    EXPECT_EQ(text(-1), "1969-12-31T23:59:59.999999Z");
    EXPECT_EQ(
        date_time(std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(1'999)))
            .text(),
        "1970-01-01T00:00:00.000001Z"
    );
}

TEST(DateTimeTest, AChangedOneIsWrittenAnew)
{
    user_profile p = profile(with(R"(,"created":{"value":"2024-05-01T14:00:00.5+02:00"})"));
    p.created->value = date_time(p.created->value.time() + std::chrono::hours(1));
    EXPECT_EQ(written(p), with(R"(,"created":{"value":"2024-05-01T13:00:00.500Z"})"));
}

}  // namespace
}  // namespace cohub::tests
