#include <map>
#include <string>

#include "contract/groups.hpp"
#include "contract/replay.hpp"

namespace cohub::tests {
namespace {

using boost::json::object;

came_back send_message(caller const& call, object const& params)
{
    new_message m(text(params, "subject"), text(params, "body"), texts(params, "to_ids"));
    if (auto const* const v = given(params, "reply_id")) m.reply_id(v->as_int64());
    return call([&](hub const& h) { return h.messages().send(m, as_result); });
}

came_back get_messages(caller const& call, object const& params)
{
    std::map<std::string, message_type> const types = {
        {"received", message_type::received},
        {"sent", message_type::sent},
        {"new", message_type::new_},
        {"starred", message_type::starred},
    };
    message_query q;
    if (auto const* const v = given(params, "limit")) q.limit(v->as_int64());
    if (auto const* const v = given(params, "offset")) q.offset(v->as_int64());
    if (given(params, "type") != nullptr) q.type(types.at(text(params, "type")));
    return call([&](hub const& h) { return h.messages().get(q, as_result); });
}

}  // namespace

contract_group const& messages_group()
{
    static contract_group const group = [] {
        contract_group g;
        g.prefixes = {"messages.", "purchases."};
        g.size = 8;
        g.methods = {
            {"messages.send", send_message},
            {"messages.get", get_messages},
            {"purchases.get_balance",
             [](caller const& call, object const&) {
                 return call([](hub const& h) { return h.purchases().get_balance(as_result); });
             }},
            {"purchases.get_min_balance",
             [](caller const& call, object const&) {
                 return call([](hub const& h) { return h.purchases().get_min_balance(as_result); });
             }},
        };
        // packages/conat/hub/api/messages.ts and purchases.ts
        g.vendor_routes = {
            "messages.get",
            "messages.send",
            "purchases.getBalance",
            "purchases.getMinBalance",
        };
        // Upstream's annotation has `liked`, but the server does not accept it. Neither does this
        // client.
        g.by_hand = {"messages.get.liked"};
        g.codes = {
            {"invalid account_id", errc::not_found},
            {"limit must be", errc::invalid_argument},
        };
        return g;
    }();
    return group;
}

namespace {

class MessagesToWire : public Replay
{
protected:
    MessagesToWire() : Replay(messages_group()) {}
};
TEST_P(MessagesToWire, SendsTheVectorsRequest) { send(); }

class MessagesFromWire : public Replay
{
protected:
    MessagesFromWire() : Replay(messages_group()) {}
};
TEST_P(MessagesFromWire, UnderstandsTheVectorsResponse) { understand(); }

INSTANTIATE_TEST_SUITE_P(
    All, MessagesToWire, testing::ValuesIn(messages_group().sendable()), vector_name
);
INSTANTIATE_TEST_SUITE_P(
    All, MessagesFromWire, testing::ValuesIn(messages_group().vectors()), vector_name
);

TEST(MessagesVectors, AreAllReplayed)
{
    messages_group().expect_whole();
    messages_group().tell("messages and purchases");
}

}  // namespace
}  // namespace cohub::tests
