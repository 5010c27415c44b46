#include "contract/replay.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>

namespace cohub::tests {

using boost::json::value;

std::string text(boost::json::object const& params, char const* name)
{
    return std::string(params.at(name).as_string());
}

std::vector<std::string> texts(boost::json::object const& params, char const* name)
{
    std::vector<std::string> out;
    for (auto const& v : params.at(name).as_array()) out.emplace_back(v.as_string());
    return out;
}

value const* given(boost::json::object const& params, char const* name)
{
    auto const* const v = params.if_contains(name);
    return v == nullptr || v->is_null() ? nullptr : v;
}

namespace {

came_back call_hub_by_hand(caller const& call, contract_vector const& v)
{
    value args = boost::json::array();
    call_options o;
    if (auto const* const body = v.request().at("body").if_object()) {
        if (auto const* const a = body->if_contains("args"); a != nullptr && a->is_array())
            args = *a;
        if (auto const* const t = body->if_contains("timeout"); t != nullptr && t->is_int64())
            o.timeout(std::chrono::milliseconds(std::max<std::int64_t>(1, t->get_int64())));
    }
    std::string const name = v.wire_name().empty() ? "system.ping" : v.wire_name();
    return call([&](hub const& to) { return to.call(name, args, o, as_result); });
}

std::string shown(failure const& f)
{
    if (f.server_message.starts_with('<')) return "HTTP " + std::to_string(f.http_status);
    return f.server_message;
}

/// A server's text as failures show it: on one line.
std::string shown_words(std::string words)
{
    for (std::size_t at = 0; (at = words.find('\n', at)) != std::string::npos; at += 2)
        words.replace(at, 1, "\\n");
    return words;
}

bool carries_less_authority(contract_vector const& v)
{
    std::string const note = v.note();
    return note.find("not checked") != std::string::npos ||
           note.find("inferred") != std::string::npos;
}

}  // namespace

// ---- the group ---------------------------------------------------------------------------------

std::vector<contract_vector> contract_group::vectors() const { return load_vectors(prefixes); }

std::vector<contract_vector> contract_group::sendable() const
{
    auto v = vectors();
    std::erase_if(v, [this](contract_vector const& one) { return never_sent.contains(one.id); });
    return v;
}

errc contract_group::expected_code(std::string const& words) const
{
    static std::vector<std::pair<char const*, errc>> const common = {
        {"provide an api key", errc::unauthorized},
        {"You must provide authentication", errc::unauthorized},
        {"Unknown authorization type", errc::unauthorized},
        {"unknown function", errc::not_found},
        {"timeout - ", errc::timeout},
        {"no subscribers", errc::unavailable},
        {"HTTP 404", errc::not_found},
        {"HTTP 502", errc::http_status},
        {"Invalid JSON", errc::http_status},
        {"Body exceeded", errc::too_large},
    };
    for (auto const* const table : {&common, &codes})
        for (auto const& [part, code] : *table)
            if (words.find(part) != std::string::npos) return code;
    return errc::api_error;
}

void contract_group::expect_whole() const
{
    std::set<std::string> ids, called, routes, typed_routes = untyped_routes;
    for (auto const& v : vectors()) {
        ids.insert(v.id);
        called.emplace(v.method());
        bool const typed = methods.contains(v.method());
        EXPECT_TRUE(typed || by_hand.contains(v.id) || never_sent.contains(v.id))
            << v.id << " is not replayed: " << v.method() << " is no typed method here";
        if (!v.id.starts_with("transport.")) {
            routes.insert(v.wire_name());
            if (typed) typed_routes.insert(v.wire_name());
        }
    }
    EXPECT_EQ(ids.size(), size);
    EXPECT_EQ(routes, vendor_routes);
    EXPECT_EQ(typed_routes, vendor_routes);
    for (auto const& [name, call] : methods)
        EXPECT_TRUE(called.contains(name)) << name << " has no vector";
    for (auto const& id : by_hand) EXPECT_TRUE(ids.contains(id)) << id;
    for (auto const& [id, why] : refused_here) EXPECT_TRUE(ids.contains(id)) << id;
    for (auto const& [id, why] : never_sent) EXPECT_TRUE(ids.contains(id)) << id;
}

void contract_group::tell(std::string_view name) const
{
    std::cout << name << ": " << sendable().size() << " vectors to the wire (" << by_hand.size()
              << " of them by a raw call alone), " << vectors().size() << " from the wire\n";
    for (auto const& [id, why] : refused_here)
        std::cout << "  refused before it is sent: " << id << ": " << why << '\n';
    for (auto const& [id, why] : never_sent)
        std::cout << "  never sent: " << id << ": " << why << '\n';
    for (auto const& v : vectors())
        if (carries_less_authority(v))
            std::cout << "  with less authority: " << v.id << ": " << v.note() << '\n';
}

// ---- one vector --------------------------------------------------------------------------------

caller Replay::with_key(std::string const& key, contract_vector const& v)
{
    options o(server.url(), secret(key));
    o.retry.max_attempts = 1;
    // The clock stands still, so that the remaining time, which the client tells the hub, is exact.
    o.clock = clock_;
    return caller(std::move(o), io, v);
}

came_back Replay::typed(caller const& call, contract_vector const& v) const
{
    auto const at = group.methods.find(v.method());
    if (at == group.methods.end()) {
        ADD_FAILURE() << v.method() << " is no typed method";
        return {};
    }
    return at->second(call, v.params());
}

came_back Replay::raw(caller const& call, contract_vector const& v) const
{
    return group.call_by_hand ? group.call_by_hand(call, v) : call_hub_by_hand(call, v);
}

came_back Replay::call(caller const& call, contract_vector const& v) const
{
    bool const by_hand = group.by_hand.contains(v.id) || group.never_sent.contains(v.id) ||
                         group.refused_here.contains(v.id);
    return by_hand ? raw(call, v) : typed(call, v);
}

void Replay::will_answer(contract_vector const& v)
{
    server.script("*")
        .status(static_cast<int>(v.response().at("status").as_int64()))
        .header("Content-Type", "application/json; charset=utf-8")
        .body(v.response_body());
}

void Replay::send()
{
    contract_vector const& v = GetParam();
    caller const c = with_key(v.key().value(), v);
    if (group.refused_here.contains(v.id)) {
        failure const f = typed(c, v).error;
        EXPECT_EQ(f.code, errc::invalid_argument);
        EXPECT_NE(f.detail, "");
        EXPECT_EQ(server.journal().connections(), 0u);
    }
    will_answer(v);

    call(c, v);

    auto const sent = server.journal().requests();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].method, v.request().at("method").as_string());
    EXPECT_EQ(sent[0].path, v.request().at("path").as_string());
    for (auto const& [name, expected] : v.request().at("headers").as_object())
        EXPECT_EQ(sent[0].header(std::string(name)), std::string_view(expected.as_string()))
            << name;
    if (v.request().contains("encoding"))
        EXPECT_EQ(sent[0].body, v.request().at("body").as_string());
    else
        EXPECT_EQ(boost::json::parse(sent[0].body), v.request().at("body"));
}

void Replay::understand()
{
    contract_vector const& v = GetParam();
    caller const c = with_key(v.key().value_or("sk-abcdefQWERTY0909000001"), v);
    will_answer(v);

    came_back const got = call(c, v);

    value expected = v.result() == nullptr ? value() : without_nulls(*v.result());
    if (v.result() != nullptr && group.understood) group.understood(v, expected);
    EXPECT_EQ(shown(got.error), shown_words(v.error()));
    EXPECT_EQ(got.error.code, v.error().empty() ? error_code() : group.expected_code(v.error()));
    EXPECT_EQ(without_nulls(got.result), expected) << got.error.message();
    EXPECT_EQ(server.report(), "");
}

}  // namespace cohub::tests
