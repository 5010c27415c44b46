#include <cohub/cohub.hpp>
#include <cohub/fake_server.hpp>

#include <boost/describe/members.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/mp11/algorithm.hpp>

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "contract/vectors.hpp"
#include "support/run_call.hpp"
#include "support/vector_file.hpp"

namespace cohub::tests {
namespace {

using boost::json::object;
using boost::json::value;

// ---- the vectors -------------------------------------------------------------------------------

struct pieces_vector
{
    std::string id;
    object const* all;

    std::string_view method() const { return all->at("call").at("method").as_string(); }
    object const& params() const { return all->at("call").at("params").as_object(); }
    object const& request() const { return all->at("request").as_object(); }
    object const& response() const { return all->at("response").as_object(); }
    object const& expect() const { return all->at("expect").as_object(); }
    std::string config(char const* name) const
    {
        auto const* const c = all->if_contains("config");
        auto const* const v = c == nullptr ? nullptr : c->as_object().if_contains(name);
        return v == nullptr ? std::string() : std::string(v->as_string());
    }
};
void PrintTo(pieces_vector const& v, std::ostream* out) { *out << v.id; }

std::vector<pieces_vector> all_vectors()
{
    std::vector<pieces_vector> out;
    for (value const& v : vector_file(COHUB_TEST_DATA_DIR "/pieces-vectors.json"))
        out.push_back({std::string(v.at("id").as_string()), &v.as_object()});
    return out;
}

/// The vectors with one request and one answer.
std::vector<pieces_vector> plain_vectors()
{
    auto v = all_vectors();
    std::erase_if(v, [](pieces_vector const& one) { return one.all->contains("frames"); });
    return v;
}

/// This client never sends a plain GET to the stream. So only the server is tested with it.
bool is_server_side(pieces_vector const& v) { return v.id == "stream_user.rest.plain-get-404"; }

std::vector<pieces_vector> client_vectors()
{
    auto v = plain_vectors();
    std::erase_if(v, is_server_side);
    return v;
}

// ---- what comes back, as JSON ------------------------------------------------------------------

/// Converts a value to JSON with the names of the wire. Keeps the parts that are not plain JSON
/// separately.
class teller
{
public:
    std::vector<std::pair<std::string, std::string>> new_words;
    std::map<std::string, std::int64_t> times;

    value tell(std::string const&, bool v) { return v; }
    value tell(std::string const&, std::int64_t v) { return v; }
    value tell(std::string const&, std::string const& v) { return value(v); }
    value tell(std::string const&, secret const& v) { return value(std::string(v.reveal())); }
    value tell(std::string const& path, pieces::date_time const& v)
    {
        if (v.has_zone()) times[path] = v.time().time_since_epoch().count();
        return value(v.text());
    }
    template <class E>
    value tell(std::string const& path, json::open_enum<E> const& v)
    {
        if (!v.is_new()) return value(v.word());
        new_words.emplace_back(path, v.word());
        return value(json::open_enum<E>(E::unknown).word());
    }
    template <class T>
    value tell(std::string const& path, std::optional<T> const& v)
    {
        if (!v) return nullptr;
        return tell(path, *v);
    }
    template <class T>
    value tell(std::string const& path, std::vector<T> const& v)
    {
        boost::json::array out;
        for (auto const& item : v)
            out.push_back(tell(path + "/" + std::to_string(out.size()), item));
        return out;
    }
    template <class T>
    requires boost::describe::has_describe_members<T>::value value
    tell(std::string const& path, T const& v)
    {
        object out;
        using members = boost::describe::describe_members<T, boost::describe::mod_public>;
        boost::mp11::mp_for_each<members>([&](auto d) {
            std::string const name(json::detail::wire_for<T>(d.name).name);
            out[name] = tell(path + "/" + name, v.*d.pointer);
        });
        if constexpr (std::same_as<T, pieces::user_profile>)
            for (char const* const tree : {"entities", "subscriptions"})
                if (auto const text = v.raw(std::string("/") + tree); !text.empty())
                    out[tree] = boost::json::parse(text);
        return out;
    }
};

struct outcome
{
    value told;
    failure error;
    teller beside;
};

template <class T>
outcome outcome_of(result<T> const& r)
{
    outcome o;
    if (r.has_error())
        o.error = r.error();
    else if constexpr (!std::is_void_v<T>)
        o.told = o.beside.tell("", *r);
    return o;
}

template <class T>
T argument(value const& v)
{
    T out;
    EXPECT_EQ(
        json::decode(boost::json::serialize(v), out, json::envelope::none, pieces::wire_rules)
            .status,
        json::outcome::code::ok
    );
    return out;
}

// ---- one vector --------------------------------------------------------------------------------

class PiecesVector : public testing::TestWithParam<pieces_vector>
{
protected:
    outcome call()
    {
        pieces_vector const& v = GetParam();
        pieces::options o(server.url(), secret(v.config("access_token")));
        o.application_id = v.config("application_id");
        o.retry.max_attempts = 1;
        pieces::client const client(io, o);
        pieces::user_api const user = client.user();
        auto const run = [this](auto&& pending) {
            return outcome_of(run_call(io, std::move(pending)));
        };
        auto const* const given = [&]() -> value const* {
            return v.params().empty() ? nullptr : &v.params().begin()->value();
        }();
        auto const m = v.method();
        if (m == "clear_user") return run(user.clear_user(as_result));
        if (m == "refresh_user") return run(user.refresh_user(as_result));
        if (m == "user_snapshot") return run(user.user_snapshot(as_result));
        if (m == "user_providers") return run(user.user_providers(as_result));
        if (m == "select_user") {
            if (given == nullptr) return run(user.select_user(as_result));
            return run(user.select_user(argument<pieces::auth0_user>(*given), as_result));
        }
        if (m == "update_user") {
            if (given == nullptr) return run(user.update_user(as_result));
            return run(user.update_user(argument<pieces::user_profile>(*given), as_result));
        }
        if (m == "user_update_vanity") {
            if (given == nullptr) return run(user.user_update_vanity(as_result));
            return run(user.user_update_vanity(argument<pieces::user_profile>(*given), as_result));
        }
        if (m == "user_beta_status") {
            if (given == nullptr) return run(user.user_beta_status(as_result));
            return run(user.user_beta_status(argument<pieces::user_beta_status>(*given), as_result)
            );
        }
        ADD_FAILURE() << m << " is no method";
        return {};
    }

    void will_answer()
    {
        object const& r = GetParam().response();
        auto step = server.script("*");
        step.status(static_cast<int>(r.at("status").as_int64()));
        step.body(r.at("body").is_null() ? "" : std::string(r.at("body").as_string()));
        // cpp-httplib and the client choose the framing of the body.
        for (auto const& [name, text] : r.at("headers").as_object())
            if (name != "Transfer-Encoding" && name != "Content-Length")
                step.header(std::string(name), std::string(text.as_string()));
    }

    fake_server server{fake_server_options().plain().users(0).unmasked_journal()};
    boost::asio::io_context io;
};

using PiecesToWire = PiecesVector;

TEST_P(PiecesToWire, SendsTheVectorsRequest)
{
    pieces_vector const& v = GetParam();
    will_answer();

    call();

    auto const sent = server.journal().requests();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].method, v.request().at("method").as_string());
    EXPECT_EQ(sent[0].path, v.request().at("path").as_string());
    for (auto const& [name, text] : v.request().at("headers").as_object()) {
        // The client may choose which of the accepted types it names.
        if (name == "Accept") continue;
        EXPECT_EQ(sent[0].header(std::string(name)), std::string_view(text.as_string())) << name;
    }
    if (auto const* const absent = v.all->if_contains("request_headers_absent")) {
        for (auto const& name : absent->as_array())
            EXPECT_EQ(sent[0].header(std::string(name.as_string())), "") << name;
    }
    EXPECT_EQ(
        sent[0].header("X-Application-ID"),
        v.method() == "select_user" ? "" : v.config("application_id")
    );
    auto const& body = v.request().at("body");
    if (body.is_null())
        EXPECT_EQ(sent[0].body, "");
    else
        EXPECT_EQ(
            boost::json::parse(sent[0].body), boost::json::parse(std::string_view(body.as_string()))
        );
}

/// An HTTP status as the caller sees it.
errc code_of(std::int64_t status)
{
    static std::map<std::int64_t, errc> const codes = {
        {401, errc::unauthorized},
        {404, errc::not_found},
        {409, errc::conflict},
        {500, errc::http_status},
        {501, errc::not_implemented},
        {511, errc::sign_in_required},
    };
    return codes.at(status);
}

using PiecesFromWire = PiecesVector;

TEST_P(PiecesFromWire, UnderstandsTheVectorsResponse)
{
    pieces_vector const& v = GetParam();
    will_answer();

    outcome const got = call();

    if (auto const* const e = v.expect().if_contains("error")) {
        object const& error = e->as_object();
        if (error.at("kind") == "http_status") {
            EXPECT_EQ(got.error.code, code_of(error.at("status").as_int64()));
            EXPECT_EQ(got.error.http_status, error.at("status").as_int64());
            EXPECT_EQ(got.error.server_message, error.at("body").as_string());
        } else {
            bool const syntax = error.at("reason") == "json";
            EXPECT_EQ(got.error.code, syntax ? errc::bad_json : errc::bad_shape);
            EXPECT_EQ(got.error.path, error.at("path").as_string());
        }
        return;
    }
    EXPECT_EQ(got.error.code, error_code()) << got.error.message();
    EXPECT_EQ(without_nulls(got.told), v.expect().at("result"));
    std::vector<std::pair<std::string, std::string>> words;
    if (auto const* const list = v.expect().if_contains("unknown_enums"))
        for (auto const& one : list->as_array())
            words.emplace_back(one.at("path").as_string(), one.at("raw").as_string());
    EXPECT_EQ(got.beside.new_words, words);
    if (auto const* const list = v.expect().if_contains("timestamps"))
        for (auto const& one : list->as_array()) {
            std::string const path(one.at("path").as_string());
            ASSERT_TRUE(got.beside.times.contains(path)) << path;
            EXPECT_EQ(got.beside.times.at(path), one.at("epoch_us").as_int64()) << path;
        }
    EXPECT_EQ(server.report(), "");
}

std::string test_name(testing::TestParamInfo<pieces_vector> const& row)
{
    std::string id = row.param.id;
    for (char& c : id)
        if (c == '-') c = '_';
    return camel_case(id);
}

INSTANTIATE_TEST_SUITE_P(All, PiecesToWire, testing::ValuesIn(client_vectors()), test_name);
INSTANTIATE_TEST_SUITE_P(All, PiecesFromWire, testing::ValuesIn(client_vectors()), test_name);

TEST(PiecesVectors, AreAllReplayed)
{
    std::map<std::string, int> methods;
    for (auto const& v : client_vectors()) ++methods[std::string(v.method())];
    EXPECT_EQ(all_vectors().size(), 95u);
    EXPECT_EQ(plain_vectors().size(), 71u);
    EXPECT_EQ(client_vectors().size(), 70u);
    EXPECT_EQ(methods.size(), 8u);
    std::cout << "pieces: " << client_vectors().size() << " vectors to the wire and from the wire\n"
              << "  never sent: stream_user.rest.plain-get-404: the client asks for an upgrade\n";
}

// ---- what is kept ------------------------------------------------------------------------------

class PiecesOs : public testing::Test
{
protected:
    template <class T>
    T run(call::pending_result<T>&& pending)
    {
        auto r = run_call(io, std::move(pending));
        if (!r) throw error(r.error());
        return std::move(*r);
    }

    fake_server server{fake_server_options().plain().users(0).unmasked_journal()};
    boost::asio::io_context io;
    pieces::client client{io, pieces::options(server.url())};
};

TEST_F(PiecesOs, AChangeLeavesTheRestOfTheProfileByteForByte)
{
    std::string const before =
        R"({"later":{"a":1e400, "b":[1.0,12345678901234567890123]} ,"id":"u","name": "old",)"
        R"("aesthetics":{"theme":{"dark":true,"hue":0.10},"font":{"size":14}},"n\u00e9w":"\ud83e\udd80",)"
        R"("allocation":{"id":"u","user":"u","urls":{"base":{"status":"NAPPING","url":""},)"
        R"("id":{"status":"RUNNING","url":""}},"status":{"cloud":"HIBERNATING"},"project":"p"}})";
    server.pieces().set_profile(before);
    auto now = run(client.user().user_snapshot(as_result));
    ASSERT_TRUE(now.user);
    EXPECT_EQ(now.user->raw(), before);

    now.user->name = "new";
    run(client.user().update_user(*now.user, as_result));

    std::string after = before;
    after.replace(after.find("\"old\""), 5, "\"new\"");
    auto const updates = server.journal().requests();
    EXPECT_EQ(updates.back().body, after);
    auto const again = run(client.user().user_snapshot(as_result));
    EXPECT_EQ(again.user->name, "new");
    EXPECT_EQ(again.user->raw("/later"), R"({"a":1e400, "b":[1.0,12345678901234567890123]})");
}

TEST_F(PiecesOs, SignsOutAndIsPushed)
{
    auto const stream = client.user().stream_user();
    auto event = run(stream.next(as_result));
    ASSERT_TRUE(event && event->user);
    EXPECT_EQ(event->user->raw(), *server.pieces().profile());
    run_call(io, client.user().clear_user(as_result)).value();
    event = run(stream.next(as_result));
    ASSERT_TRUE(event);
    EXPECT_FALSE(event->user);
    stream.close();
    EXPECT_FALSE(run(stream.next(as_result)));
}

TEST(PiecesMoved, IsFollowedToAnotherPort)
{
    fake_server_options const plain = fake_server_options().plain().users(0);
    auto first = std::make_unique<fake_server>(plain);
    fake_server second(plain);
    std::string moved = *second.pieces().profile();
    moved.insert(1, R"("moved":1.0,)");
    second.pieces().set_profile(moved);
    auto const port = std::stoi(second.url().substr(second.url().rfind(':') + 1));

    boost::asio::io_context io;
    pieces::client const client(io, pieces::options(first->url()));
    auto where = pieces::discover_options().port_files({}).old_ports({});
    where.ports({static_cast<std::uint16_t>(port)});
    auto const ms = [](int n) { return std::chrono::milliseconds(n); };
    auto const stream =
        client.user().stream_user(pieces::stream_options().backoff(ms(1), ms(5)).rediscover(where));
    ASSERT_TRUE(run_call(io, stream.next(as_result)));

    first.reset();

    auto const event = run_call(io, stream.next(as_result));
    ASSERT_TRUE(event) << event.error().message();
    ASSERT_TRUE(*event && (*event)->user);
    EXPECT_EQ((*event)->user->raw(), moved);
}

}  // namespace
}  // namespace cohub::tests
