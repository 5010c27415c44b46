#include <string>

#include "contract/groups.hpp"
#include "contract/replay.hpp"

namespace cohub::tests {
namespace {

came_back history(caller const& call, boost::json::object const& params)
{
    return call([&](hub const& h) {
        return h.sync().history(text(params, "project_id"), text(params, "path"), as_result);
    });
}

}  // namespace

contract_group const& db_group()
{
    static contract_group const group = [] {
        contract_group g;
        g.prefixes = {"db.", "sync."};
        g.size = 9;
        g.methods = {
            {"db.query",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) { return h.db().query(p.at("query"), as_result); });
             }},
            {"db.touch",
             [](caller const& call, auto const& p) {
                 activity const what(text(p, "project_id"));
                 return call([&](hub const& h) { return h.db().touch(what, as_result); });
             }},
            {"db.get_legacy_time_travel_info",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.db().get_legacy_time_travel_info(
                         text(p, "project_id"), text(p, "path"), as_result
                     );
                 });
             }},
            {"db.get_legacy_time_travel_patches",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.db().get_legacy_time_travel_patches(text(p, "uuid"), as_result);
                 });
             }},
            {"db.file_use_times",
             [](caller const& call, auto const& p) {
                 file_use_query const what(text(p, "project_id"), text(p, "path"));
                 return call([&](hub const& h) { return h.db().file_use_times(what, as_result); });
             }},
            {"db.remove_blob_ttls",
             [](caller const& call, auto const& p) {
                 return call([&](hub const& h) {
                     return h.db().remove_blob_ttls(texts(p, "uuids"), as_result);
                 });
             }},
            {"sync.history", history},
        };
        // packages/conat/hub/api/db.ts and sync.ts
        g.vendor_routes = {
            "db.fileUseTimes",
            "db.getLegacyTimeTravelInfo",
            "db.getLegacyTimeTravelPatches",
            "db.removeBlobTtls",
            "db.touch",
            "db.userQuery",
            "sync.history",
        };
        g.codes = {{"must specify exactly one key", errc::invalid_argument}};
        return g;
    }();
    return group;
}

namespace {

class DbToWire : public Replay
{
protected:
    DbToWire() : Replay(db_group()) {}
};
TEST_P(DbToWire, SendsTheVectorsRequest) { send(); }

class DbFromWire : public Replay
{
protected:
    DbFromWire() : Replay(db_group()) {}
};
TEST_P(DbFromWire, UnderstandsTheVectorsResponse) { understand(); }

INSTANTIATE_TEST_SUITE_P(All, DbToWire, testing::ValuesIn(db_group().sendable()), vector_name);
INSTANTIATE_TEST_SUITE_P(All, DbFromWire, testing::ValuesIn(db_group().vectors()), vector_name);

TEST(DbVectors, AreAllReplayed)
{
    db_group().expect_whole();
    db_group().tell("db and sync");
}

}  // namespace
}  // namespace cohub::tests
