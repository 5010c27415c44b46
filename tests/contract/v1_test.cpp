#include <boost/json/value.hpp>

#include <string>
#include <utility>

#include "contract/groups.hpp"
#include "contract/replay.hpp"

namespace cohub::tests {
namespace {

using boost::json::object;

came_back search(caller const& call, object const& params)
{
    v1_user_query q(text(params, "query"));
    q.as_form(call.is_form());
    if (auto const* const v = given(params, "limit")) q.limit(v->as_int64());
    if (auto const* const v = given(params, "admin")) q.admin(v->as_bool());
    if (given(params, "active") != nullptr) q.active(text(params, "active"));
    if (given(params, "id") != nullptr) q.id(text(params, "id"));
    came_back got = call.on<v1>([&](v1 const& api) { return api.user_search(q, as_result); });
    // A vector only expects the list.
    if (auto const* const found = got.result.if_object())
        got.result = boost::json::value(found->at("results"));
    return got;
}

came_back by_event(caller const& call, contract_vector const& v)
{
    object fields;
    if (auto const* const body = v.request().at("body").if_object()) fields = *body;
    fields.erase("event");
    came_back got =
        call.on<v1>([&](v1 const& api) { return api.call(v.wire_name(), fields, as_result); });
    if (auto const* const all = got.result.if_object(); all && v.wire_name() == "user_search")
        got.result = boost::json::value(all->at("results"));
    return got;
}

}  // namespace

contract_group const& v1_group()
{
    static contract_group const group = [] {
        contract_group g;
        g.prefixes = {"v1."};
        g.size = 21;
        g.methods = {{"user_search", search}};
        // The messages of the manual that have vectors, and one that does not exist.
        g.vendor_routes = {"get_usernames", "nope", "ping", "user_search"};
        g.untyped_routes = {"get_usernames", "nope", "ping"};
        g.by_hand = {
            "v1.get_usernames.ok",
            "v1.ping.ok",
            "v1.unknown_endpoint",
            "v1.user_search.nulls_default",
            "v1.user_search.query_missing",
        };
        g.never_sent = {
            {"v1.user_search.admin_false_in_form", "a form leaves out what is false"},
            {"v1.user_search.blank_key", "a client without a key is not made"},
            {"v1.user_search.event_in_body", "v1.call refuses an event among the fields"},
            {"v1.user_search.no_auth", "a client without a key is not made"},
        };
        g.codes = {
            {"No account found", errc::unauthorized},
            {"must be logged in", errc::forbidden},
            {"invalid parameters", errc::invalid_argument},
            {"unknown endpoint", errc::not_found},
        };
        g.call_by_hand = by_event;
        return g;
    }();
    return group;
}

namespace {

class V1ToWire : public Replay
{
protected:
    V1ToWire() : Replay(v1_group()) {}
};
TEST_P(V1ToWire, SendsTheVectorsRequest) { send(); }

class V1FromWire : public Replay
{
protected:
    V1FromWire() : Replay(v1_group()) {}
};
TEST_P(V1FromWire, UnderstandsTheVectorsResponse) { understand(); }

INSTANTIATE_TEST_SUITE_P(All, V1ToWire, testing::ValuesIn(v1_group().sendable()), vector_name);
INSTANTIATE_TEST_SUITE_P(All, V1FromWire, testing::ValuesIn(v1_group().vectors()), vector_name);

TEST(V1Vectors, AreAllReplayed)
{
    v1_group().expect_whole();
    v1_group().tell("v1");
}

}  // namespace
}  // namespace cohub::tests
