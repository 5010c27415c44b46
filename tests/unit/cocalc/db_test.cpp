#include <cohub/cocalc/db.hpp>
#include <cohub/cocalc/sync.hpp>

#include <string>
#include <vector>

#include "support/group_test.hpp"

namespace cohub {
namespace {

using boost::json::object;
using boost::json::parse;
using boost::json::value;

class DbTest : public tests::GroupTest
{
protected:
    db_api db() { return db_api(channel); }

    retry declared(char const* query, query_options const& o = query_options())
    {
        db().query(parse(query), o, quietly());
        return sent().declared;
    }

    object const name{{"first_name", nullptr}};
};

TEST_F(DbTest, AQueryIsRepeatedOnlyIfItReads)
{
    EXPECT_EQ(declared(R"({"accounts":{"first_name":null}})"), retry::safe);
    EXPECT_EQ(declared(R"({"projects":[{"project_id":null}]})"), retry::safe);
    EXPECT_EQ(declared(R"({"accounts":{"profile":{"color":null}}})"), retry::safe);
    EXPECT_EQ(declared(R"([{"a":{"b":null}},{"c":[{"d":null}]}])"), retry::safe);
    EXPECT_EQ(declared(R"({"accounts":{"first_name":"W"}})"), retry::never);
    EXPECT_EQ(declared(R"({"projects":[{"project_id":"p"}]})"), retry::never);
    EXPECT_EQ(declared(R"({"a":{"b":null},"c":{"d":1}})"), retry::never);
    EXPECT_EQ(declared(R"([{"a":{"b":null}},{"c":{"d":1}}])"), retry::never);
    EXPECT_EQ(declared(R"({"accounts":null})"), retry::never);
    EXPECT_EQ(declared(R"("no query")"), retry::never);
}

TEST_F(DbTest, AnOptionMayMakeAChangeOfAQuery)
{
    char const* const reads = R"({"accounts":{"first_name":null}})";
    EXPECT_EQ(declared(reads, query_options().limit(1).order_by("-time")), retry::safe);
    EXPECT_EQ(declared(reads, query_options().set(false)), retry::safe);
    EXPECT_EQ(declared(reads, query_options().set()), retry::never);
    EXPECT_EQ(declared(reads, query_options().delete_()), retry::never);
}

TEST_F(DbTest, OptionsAreObjectsOfOneMember)
{
    db().query(parse("{}"), query_options().limit(2).order_by("-time"), quietly());
    EXPECT_EQ(argument(), parse(R"({"query":{},"options":[{"limit":2},{"order_by":"-time"}]})"));
}

TEST_F(DbTest, GetOneGivesTheRow)
{
    auto const r =
        answered(R"({"accounts":{"first_name":"W"}})", db().get_one("accounts", name, as_result));
    EXPECT_EQ(argument(), parse(R"({"query":{"accounts":{"first_name":null}}})"));
    EXPECT_EQ(r.value()->at("first_name"), value("W"));
    EXPECT_EQ(sent().declared, retry::safe);
}

TEST_F(DbTest, GetOneGivesNothingIfThereIsNoRow)
{
    EXPECT_FALSE(answered("{}", db().get_one("accounts", name, as_result)).value());
}

TEST_F(DbTest, GetManyGivesTheRows)
{
    auto const r = answered(
        R"({"accounts":[{"first_name":"W"},{"first_name":null}]})",
        db().get_many("accounts", name, query_options().limit(2), as_result)
    );
    EXPECT_EQ(
        argument(), parse(R"({"query":{"accounts":[{"first_name":null}]},"options":[{"limit":2}]})")
    );
    EXPECT_EQ(r.value().size(), 2u);
    EXPECT_TRUE(
        answered(R"({"accounts":[]})", db().get_many("accounts", name, as_result)).value().empty()
    );
}

TEST_F(DbTest, WhatWouldChangeARowIsNoGet)
{
    object const whole{{"first_name", "W"}};
    auto const one = run(db().get_one("accounts", whole, as_result));
    EXPECT_EQ(one.error().code, errc::invalid_argument);
    auto const many = run(db().get_many("accounts", whole, as_result));
    EXPECT_EQ(many.error().code, errc::invalid_argument);
    auto const deleting =
        run(db().get_many("accounts", name, query_options().delete_(), as_result));
    EXPECT_EQ(deleting.error().code, errc::invalid_argument);
}

TEST_F(DbTest, WhatWouldOnlyReadIsNoSet)
{
    auto const r = run(db().set("accounts", name, as_result));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
    object const hidden{{"tags", boost::json::array{1, nullptr}}};
    EXPECT_EQ(run(db().set("accounts", hidden, as_result)).error().code, errc::invalid_argument);
}

TEST_F(DbTest, SetChangesARowOnce)
{
    object const row{{"first_name", "W"}};
    EXPECT_TRUE(answered("{}", db().set("accounts", row, as_result)).has_value());
    EXPECT_EQ(argument(), parse(R"({"query":{"accounts":{"first_name":"W"}}})"));
    EXPECT_EQ(sent().declared, retry::never);
}

TEST_F(DbTest, TheServersFatalWordsAreKept)
{
    auto const r = answered(
        R"({"error":"FATAL: array of length > 1 not yet implemented"})",
        db().query(parse(R"({"a":[{},{}]})"), as_result)
    );
    EXPECT_EQ(r.error().server_message, "FATAL: array of length > 1 not yet implemented");
}

TEST_F(DbTest, ActivityNeedsNoProject)
{
    db().touch(activity(), quietly());
    EXPECT_EQ(argument(), parse("{}"));
    db().touch(activity("p").path("a").action("open"), quietly());
    EXPECT_EQ(argument(), parse(R"({"project_id":"p","path":"a","action":"open"})"));
}

TEST_F(DbTest, UseTimesMayBeUnknown)
{
    auto const r = answered(
        R"({"target_account_id":"a","edit_times":[1,null]})",
        db().file_use_times(
            file_use_query("p", "f").target_account_id("a").limit(2).access_times(false).edit_times(
            ),
            as_result
        )
    );
    EXPECT_EQ(argument(), parse(R"({"project_id":"p","path":"f","target_account_id":"a","limit":2,
                  "access_times":false,"edit_times":true})"));
    EXPECT_FALSE(r.value().access_times);
    EXPECT_EQ(r.value().edit_times->at(0), sys_ms(std::chrono::milliseconds(1)));
    EXPECT_EQ(r.value().edit_times->at(1), std::nullopt);
}

TEST_F(DbTest, LegacyHistoryHasUsersIfThereIsOne)
{
    auto const r = answered(
        R"({"uuid":"u","users":["a"]})", db().get_legacy_time_travel_info("p", "f", as_result)
    );
    EXPECT_EQ(r.value().uuid, "u");
    EXPECT_EQ(r.value().users.at(0), value("a"));
}

TEST_F(DbTest, HistoryTakesAPart)
{
    sync_api(channel).history(history_query("p", "f").start_seq(3).end_seq(9), quietly());
    EXPECT_EQ(argument(), parse(R"({"project_id":"p","path":"f","start_seq":3,"end_seq":9})"));
    EXPECT_EQ(sent().declared, retry::safe);
}

TEST_F(DbTest, HistoryKeepsWhatItDoesNotKnow)
{
    auto const r = answered(
        R"({"patches":[{"seq":2,"time":5,"size":7,
                        "mesg":{"time":4,"user_id":1,"is_snapshot":true,"parents":[1,2],"v":3}}],
            "info":{"last":2}})",
        sync_api(channel).history("p", "f", as_result)
    );
    auto const& p = r.value().patches.at(0);
    EXPECT_EQ(p.seq, 2);
    EXPECT_EQ(p.mesg.time, sys_ms(std::chrono::milliseconds(4)));
    EXPECT_EQ(p.mesg.parents.size(), 2u);
    EXPECT_EQ(p.mesg.is_snapshot, true);
    EXPECT_FALSE(p.mesg.patch);
    EXPECT_EQ(p.mesg.extra.at("v"), value(3));
    EXPECT_EQ(p.extra.at("size"), value(7));
    EXPECT_EQ(r.value().info.at("last"), value(2));
}

}  // namespace
}  // namespace cohub
