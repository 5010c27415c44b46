#include <cohub/fake/raw_peer.hpp>
#include <cohub/fake_server.hpp>
#include <cohub/pieces/client.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "contract/vectors.hpp"
#include "support/run_call.hpp"
#include "support/vector_file.hpp"
#include "support/websocket.hpp"

namespace cohub::tests {
namespace {

using namespace std::chrono_literals;
namespace bj = boost::json;
using fake::raw_peer;
using fake::raw_request;
using fake::raw_script;
using happening = std::optional<pieces::user_event>;

std::vector<contract_vector> stream_vectors()
{
    std::vector<contract_vector> out;
    for (bj::value const& v : vector_file(COHUB_TEST_DATA_DIR "/pieces-vectors.json"))
        if (v.at("call").at("method").as_string() == "stream_user")
            out.push_back({std::string(v.at("id").as_string()), &v.as_object()});
    return out;
}

std::string text_at(bj::object const& o, std::string_view name)
{
    auto const* const v = o.if_contains(name);
    return v == nullptr || !v->is_string() ? std::string() : std::string(v->as_string());
}

std::string from_base64(std::string const& text)
{
    std::string out(text.size(), '\0');
    int const n = EVP_DecodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<unsigned char const*>(text.data()),
        static_cast<int>(text.size())
    );
    auto const padding = static_cast<std::size_t>(std::count(text.begin(), text.end(), '='));
    out.resize(static_cast<std::size_t>(n) - padding);
    return out;
}

/// One frame of a vector.
class frame
{
public:
    explicit frame(bj::value const& v) : all_(v.as_object()) {}

    bool ours() const { return text_at(all_, "dir") == "c2s"; }
    std::string op() const { return text_at(all_, "op"); }
    unsigned opcode() const
    {
        static char const* const names[] = {
            "continuation", "text", "binary", "", "", "", "", "", "close", "ping", "pong"};
        auto const at = std::find(std::begin(names), std::end(names), op());
        return static_cast<unsigned>(at - std::begin(names));
    }
    std::string payload() const
    {
        if (op() == "close") return ws_close_payload(code(), text_at(all_, "reason"));
        std::string const encoded = text_at(all_, "payload_b64");
        return encoded.empty() ? text_at(all_, "payload") : from_base64(encoded);
    }
    unsigned code() const { return static_cast<unsigned>(all_.at("code").as_int64()); }
    bool with_handshake() const { return text_at(all_, "same_segment_as") == "handshake"; }
    /// The frame as the server sends it.
    std::string bytes() const
    {
        ws_layout l;
        auto const* const fin = all_.if_contains("fin");
        l.fin = fin == nullptr || fin->as_bool();
        l.masked = all_.contains("mask");
        return ws_frame(opcode(), payload(), l);
    }

private:
    bj::object all_;
};

std::vector<frame> frames_of(contract_vector const& v)
{
    std::vector<frame> out;
    if (auto const* const all = v.all->if_contains("frames"))
        for (bj::value const& f : all->as_array()) out.emplace_back(f);
    return out;
}

/// How the bytes from a vector's server are cut.
enum class cut
{
    by_frame,
    by_byte
};

std::string answer_to(raw_request const& r, contract_vector const& v)
{
    auto const& wanted = v.response();
    auto const status = wanted.at("status").as_int64();
    std::string out = "HTTP/1.1 " + std::to_string(status) + " Status\r\n";
    for (auto const& [name, value] : wanted.at("headers").as_object()) {
        std::string text(value.as_string());
        // The vectors have the answer to the key of the RFC. The real key is different each time.
        if (text == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") text = ws_accept(r.header("Sec-WebSocket-Key"));
        out.append(name).append(": ").append(text).append("\r\n");
    }
    auto const* const body = wanted.at("body").if_string();
    if (status != 101) {
        std::size_t const length = body == nullptr ? 0 : body->size();
        out += "Content-Length: " + std::to_string(length) + "\r\n";
    }
    out += "\r\n";
    if (body != nullptr) out.append(*body);
    return out;
}

/// The connections of a vector, each one as a script.
std::vector<raw_script> scripts_of(contract_vector const& v, cut how)
{
    std::vector<frame> const frames = frames_of(v);
    std::vector<raw_script> out;
    auto const connect = [&](std::string more) {
        out.push_back(raw_script().respond([v, more](raw_request const& r) {
            return answer_to(r, v) + more;
        }));
    };
    connect(!frames.empty() && frames[0].with_handshake() ? frames[0].bytes() : "");
    for (frame const& f : frames) {
        raw_script& now = out.back();
        if (f.op() == "accept")
            connect("");
        else if (f.op() == "tcp_fin")
            now.close();
        else if (f.ours() && f.op() == "pong")
            now.wait_bytes(6 + f.payload().size());
        else if (f.ours() && f.op() == "close")
            now.wait_bytes(8);
        else if (!f.ours() && !f.with_handshake()) {
            if (how == cut::by_frame)
                now.send(f.bytes());
            else
                now.dribble(f.bytes(), 0us);
        }
    }
    if (!frames.empty()) out.back().close();
    return out;
}

bool wants_nobody(bj::object const& event)
{
    auto const* const user = event.if_contains("user");
    return user != nullptr && user->is_null();
}

/// A profile with the names of the wire, without the members that this library does not know.
bj::value known_part(pieces::user_profile profile)
{
    profile.remember({});
    std::string problem;
    std::string const text = profile.to_json(problem);
    EXPECT_EQ(problem, "");
    return bj::parse(text);
}

bj::value& at_pointer(bj::value& v, std::string_view pointer)
{
    bj::value* now = &v;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        std::size_t const n = std::min(pointer.find('/'), pointer.size());
        std::string_view const name = pointer.substr(0, n);
        now = now->is_array() ? &now->as_array().at(std::stoul(std::string(name)))
                              : &now->as_object().at(name);
        pointer.remove_prefix(n);
    }
    return *now;
}

/// The event of a vector. Unknown words are kept as they came.
bj::value expected_user(bj::object const& event)
{
    bj::value user = without_nulls(event.at("user"));
    if (auto const* const unknown = event.if_contains("unknown_enums"))
        for (bj::value const& e : unknown->as_array())
            at_pointer(user, e.at("path").as_string()) = e.at("raw");
    return user;
}

class PiecesStream : public testing::Test
{
protected:
    pieces::options usual_options(std::string const& url)
    {
        pieces::options o(url);
        o.retry.base = 1ms;
        o.retry.seed = 1;
        o.hooks.on_attempt = [this](attempt_event const& e) { attempts.push_back(e); };
        return o;
    }
    static pieces::stream_options quick() { return pieces::stream_options().backoff(1ms, 5ms); }
    result<happening> next(pieces::user_stream const& s) { return run_call(io, s.next(as_result)); }
    void expect_user(pieces::user_stream const& s, bj::object const& event)
    {
        result<happening> const got = next(s);
        ASSERT_TRUE(got.has_value()) << got.error().message();
        ASSERT_TRUE(got->has_value()) << "ended";
        ASSERT_EQ((*got)->user.has_value(), !wants_nobody(event));
        if ((*got)->user) {
            EXPECT_EQ(known_part(*(*got)->user), expected_user(event));
        }
    }
    bool run_until(std::function<bool()> const& done, std::chrono::seconds limit = 20s)
    {
        auto const end = std::chrono::steady_clock::now() + limit;
        auto const work = boost::asio::make_work_guard(io);
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < end) io.run_one_for(1ms);
        return done();
    }
    /// Nothing is left that would keep the io_context running.
    void expect_ends(pieces::user_stream const& s)
    {
        s.close();
        io.restart();
        io.run_for(20s);
        EXPECT_TRUE(io.stopped()) << "something is left to be waited for";
        EXPECT_FALSE(s.stats().open);
        EXPECT_EQ(s.stats().queued, 0u);
    }

    boost::asio::io_context io;
    std::vector<attempt_event> attempts;
};

/// The frames that came from the client, over all connections.
std::vector<ws_client_frame> sent_frames(raw_peer const& peer)
{
    std::vector<ws_client_frame> out;
    for (auto const& c : peer.connections()) {
        std::string bytes = c.unfinished;
        while (auto f = ws_take_frame(bytes)) out.push_back(std::move(*f));
        EXPECT_EQ(bytes, "") << "half a frame";
    }
    return out;
}

void expect_frames(raw_peer const& peer, contract_vector const& v)
{
    std::vector<frame> wanted = frames_of(v);
    std::erase_if(wanted, [](frame const& f) { return !f.ours() || f.op() == "reconnect"; });
    auto const sent = sent_frames(peer);
    ASSERT_EQ(sent.size(), wanted.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        EXPECT_TRUE(sent[i].masked);
        EXPECT_TRUE(sent[i].fin());
        EXPECT_EQ(sent[i].opcode(), wanted[i].opcode());
        EXPECT_EQ(sent[i].payload, wanted[i].payload());
    }
}

void expect_request(raw_request const& r, contract_vector const& v)
{
    EXPECT_EQ(r.method(), "GET");
    EXPECT_EQ(r.target(), v.request().at("path").as_string());
    EXPECT_EQ(r.body, "");
    for (auto const& [name, value] : v.request().at("headers").as_object()) {
        std::string const wanted(value.as_string());
        if (name == "Sec-WebSocket-Key") {
            EXPECT_EQ(r.header(name).size(), wanted.size());
            EXPECT_NE(r.header(name), wanted) << "a key that everybody knows";
        } else if (name != "Accept") {
            EXPECT_EQ(r.header(name), wanted) << name;
        }
    }
    for (char const* absent : {"Authorization", "Sec-WebSocket-Extensions", "Content-Length"})
        EXPECT_EQ(r.header(absent), "") << absent;
}

class PiecesStreamVector : public PiecesStream, public testing::WithParamInterface<contract_vector>
{
protected:
    void play(cut how)
    {
        contract_vector const& v = GetParam();
        auto const& expect = v.all->at("expect").as_object();
        raw_peer peer;
        raw_script const last = scripts_of(v, how).back();
        peer.scripts(scripts_of(v, how), last);
        pieces::client const client(io, usual_options(peer.url()));
        if (auto const* const error = expect.if_contains("error")) {
            refused(peer, client, error->as_object());
        } else {
            bool const again = v.all->contains("config");
            pieces::user_stream const s = client.user().stream_user(quick().reconnect(again));
            bj::array const& events = expect.at("events").as_array();
            for (std::size_t i = 0; i < events.size(); ++i) {
                SCOPED_TRACE("event " + std::to_string(i));
                happen(s, events[i].as_object(), again, i + 1 == events.size());
                auto const* const n = v.all->if_contains("client_closes_after_events");
                if (n != nullptr && n->as_int64() == static_cast<std::int64_t>(i) + 1) s.close();
            }
            EXPECT_TRUE(run_until([&] { return peer.open() == 0; })) << "kept open";
            if (!again) expect_frames(peer, v);
            expect_ends(s);
        }
        for (raw_request const& r : peer.requests()) expect_request(r, v);
    }

private:
    void happen(pieces::user_stream const& s, bj::object const& event, bool again, bool is_last)
    {
        if (event.contains("user")) return expect_user(s, event);
        if (auto const* const wrong = event.if_contains("decode_error")) {
            result<happening> const got = next(s);
            ASSERT_TRUE(got.has_error());
            bool const is_json = wrong->at("reason").as_string() == "json";
            EXPECT_EQ(got.error().code, is_json ? errc::bad_json : errc::bad_shape);
            EXPECT_EQ(got.error().path, wrong->at("path").as_string());
            return;
        }
        if (event.contains("reconnected")) {
            EXPECT_TRUE(run_until([&] { return s.stats().opened == 2; }));
            return;
        }
        auto const& closed = event.at("closed").as_object();
        auto const code = static_cast<int>(closed.at("code").as_int64());
        if (again) {
            // If a new stream follows, the end is an event of the attempt, not of the stream.
            auto const told = [&] {
                return std::count_if(attempts.begin(), attempts.end(), [](attempt_event const& e) {
                    return e.error == errc::ws_closed;
                });
            };
            EXPECT_TRUE(run_until([&] { return told() >= (is_last ? 2 : 1); }));
            return;
        }
        result<happening> const got = next(s);
        if (GetParam().all->contains("client_closes_after_events")) {
            ASSERT_TRUE(got.has_value());
            EXPECT_FALSE(got->has_value());
            return;
        }
        ASSERT_TRUE(got.has_error());
        if (closed.at("clean").as_bool()) {
            EXPECT_EQ(got.error().code, errc::ws_closed);
            EXPECT_EQ(got.error().close_code, code);
        } else
            EXPECT_EQ(got.error().code, errc::ws_protocol);
    }

    void refused(raw_peer& peer, pieces::client const& client, bj::object const& error)
    {
        pieces::user_stream const s = client.user().stream_user(quick());
        result<happening> const got = next(s);
        ASSERT_TRUE(got.has_error());
        failure const& f = got.error();
        EXPECT_EQ(f.http_status, error.at("status").as_int64());
        EXPECT_EQ(f.code, f.http_status == 101 ? errc::ws_protocol : errc::ws_refused);
        EXPECT_EQ(f.server_message, text_at(error, "body"));
        EXPECT_EQ(peer.accepted(), text_at(error, "retry") == "no" ? 1u : 3u);
        expect_ends(s);
    }
};

TEST_P(PiecesStreamVector, IsLivedThrough) { play(cut::by_frame); }
TEST_P(PiecesStreamVector, IsLivedThroughByteByByte) { play(cut::by_byte); }

// A client that asks without an upgrade gets stream_user.rest.plain-get-404. This client always
// asks for an upgrade, and handles the same answer to its upgrade in the same way.
INSTANTIATE_TEST_SUITE_P(
    All,
    PiecesStreamVector,
    testing::ValuesIn(stream_vectors()),
    [](auto const& row) {
        std::string name = camel_case(row.param.id);
        std::replace(name.begin(), name.end(), '-', '0');
        return name;
    }
);

TEST(PiecesStreamVectors, AreAllThere)
{
    std::vector<contract_vector> const all = stream_vectors();
    EXPECT_EQ(all.size(), 25u);
    EXPECT_EQ(
        std::count_if(
            all.begin(),
            all.end(),
            [](contract_vector const& v) { return v.id.starts_with("stream_user.ws."); }
        ),
        24
    );
}

std::string profile_named(std::string const& name)
{
    return R"({"id":"6f1c2a3e-9b54-4d0e-8a77-2f5d1c0b9e41",)"
           R"("aesthetics":{"theme":{"dark":true},"font":{"size":14}},"name":")" +
           name + "\"}";
}

raw_script upgraded()
{
    return raw_script().respond([](raw_request const& r) {
        return ws_switch(r.header("Sec-WebSocket-Key"));
    });
}

TEST_F(PiecesStream, UnderstandsLengthsOfSixtyFourBits)
{
    std::string const name(70'000, 'n');
    for (bool const fragments : {false, true}) {
        std::string const text = profile_named(name);
        ASSERT_GT(text.size(), 65'535u);
        raw_peer peer;
        peer.script(upgraded().send(
            fragments ? ws_part(ws_text, text.substr(0, 66'000)) + ws_frame(0, text.substr(66'000))
                      : ws_frame(ws_text, text)
        ));
        pieces::client const client(io, usual_options(peer.url()));
        pieces::user_stream const s = client.user().stream_user();
        result<happening> const got = next(s);
        ASSERT_TRUE(got.has_value() && got->has_value() && (*got)->user);
        EXPECT_EQ((*got)->user->name, name);
        expect_ends(s);
    }
}

TEST_F(PiecesStream, UnderstandsOneByteAWrite)
{
    raw_peer peer;
    std::string const text = profile_named("日本🦀");
    peer.script(upgraded().dribble(
        ws_part(ws_text, text.substr(0, 120)) + ws_frame(ws_ping, "hb") +
            ws_frame(0, text.substr(120)) + ws_frame(ws_text, ""),
        50us
    ));
    pieces::client const client(io, usual_options(peer.url()));
    pieces::user_stream const s = client.user().stream_user();
    result<happening> got = next(s);
    ASSERT_TRUE(got.has_value() && got->has_value() && (*got)->user);
    EXPECT_EQ((*got)->user->name, "日本🦀");
    got = next(s);
    ASSERT_TRUE(got.has_value() && got->has_value());
    EXPECT_FALSE((*got)->user);
    expect_ends(s);
}

TEST_F(PiecesStream, TellsWhatIsNoProfileAndGoesOn)
{
    raw_peer peer;
    peer.script(upgraded().send(
        ws_frame(ws_text, R"({"error":"words"})") + ws_frame(ws_text, "[]") +
        ws_frame(ws_binary, "\xff") + ws_frame(ws_text, "{} {}") + ws_frame(ws_text, "nul") +
        ws_frame(ws_text, profile_named("after"))
    ));
    pieces::client const client(io, usual_options(peer.url()));
    pieces::user_stream const s = client.user().stream_user();
    for (errc const code :
         {errc::bad_shape, errc::bad_shape, errc::bad_json, errc::bad_json, errc::bad_json}) {
        result<happening> const got = next(s);
        ASSERT_TRUE(got.has_error());
        EXPECT_EQ(got.error().code, code) << got.error().message();
    }
    result<happening> const got = next(s);
    ASSERT_TRUE(got.has_value() && got->has_value() && (*got)->user);
    EXPECT_EQ((*got)->user->name, "after");
    EXPECT_EQ(s.stats().opened, 1u);
    expect_ends(s);
}

TEST_F(PiecesStream, SendsTheApplicationIdAndNoToken)
{
    raw_peer peer;
    peer.script(upgraded().send(ws_frame(ws_text, "")));
    pieces::options o = usual_options(peer.url());
    o.api_key = secret("token-that-stays-here");
    o.application_id = "app-1";
    pieces::client const client(io, o);
    pieces::user_stream const s = client.user().stream_user();
    ASSERT_TRUE(next(s).has_value());
    raw_request const r = peer.requests().at(0);
    EXPECT_EQ(r.header("X-Application-ID"), "app-1");
    EXPECT_EQ(r.head.find("token-that-stays-here"), std::string::npos);
    expect_ends(s);
}

/// A thousand changes and a hundred losses. At the end the client knows the present state, and
/// nothing is left over.
TEST_F(PiecesStream, EndsRightAfterManyChangesAndLosses)
{
    constexpr int changes = 1000, between_losses = 10;
    fake_server server(fake_server_options().plain());
    auto os = server.pieces();
    pieces::options o = usual_options(server.url());
    std::string last;
    std::size_t events = 0;
    bool ended = false;
    {
        pieces::client const client(io, o);
        pieces::user_stream const s = client.user().stream_user(quick());
        std::function<void()> const receive = [&] {
            s.next(as_result)([&](result<happening> got) {
                ASSERT_TRUE(got.has_value()) << got.error().message();
                ended = !got->has_value();
                if (ended) return;
                ++events;
                if ((*got)->user) last = (*got)->user->name.value_or("");
                receive();
            });
        };
        receive();
        std::size_t losses = 0;
        for (int n = 1; n <= changes; ++n) {
            os.set_profile(profile_named(std::to_string(n)));
            io.restart();
            io.poll();
            if (n % between_losses != 0) continue;
            ASSERT_TRUE(run_until([&] {
                return s.stats().opened == losses + 1 && os.streams() == 1;
            }));
            switch (losses % 3) {
                case 0:
                    os.drop_streams();
                    break;
                case 1:
                    os.drop_streams(true);
                    break;
                default:
                    os.close_streams(1001, "restart");
            }
            ++losses;
            ASSERT_TRUE(run_until([&] { return s.stats().opened == losses + 1; })) << losses;
        }
        EXPECT_TRUE(run_until([&] { return last == std::to_string(changes); })) << last;
        EXPECT_EQ(s.stats().opened, losses + 1);
        EXPECT_EQ(server.journal().count("pieces.stream_user"), losses + 1);
        EXPECT_GT(events, losses);
        expect_ends(s);
        EXPECT_TRUE(ended);
        EXPECT_EQ(client.stats().in_use, 0u);
        EXPECT_EQ(client.stats().waiting, 0u);
    }
    EXPECT_TRUE(os.wait_for_streams(0));
    EXPECT_TRUE(server.journal().wait_for_open(0));
    EXPECT_EQ(server.report(), "");
}

}  // namespace
}  // namespace cohub::tests
