#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <set>

#include "vector_replay.hpp"
#include "websocket_client.hpp"

namespace cohub::tests {

namespace {

using fake::pieces_os;
using fake::websocket_frame;
using fake::websocket_script;

// A healthy Pieces OS never gives these answers, or only its serializer could. The fake server
// gives them when a script says so. All other vectors are its own answers in the state that they
// assume.
std::set<std::string> const scripted = {
    "clear_user.200.empty",
    "clear_user.500.undocumented",
    "refresh_user.200.charset",
    "refresh_user.200.empty-body",
    "refresh_user.200.missing-aesthetics",
    "refresh_user.200.truncated",
    "refresh_user.200.wrong-type",
    "refresh_user.500",
    "refresh_user.500.shelf-headers",
    "select_user.401.undocumented",
    "select_user.500.undocumented",
    "stream_user.ws.binary",
    "stream_user.ws.coalesced-101",
    "stream_user.ws.duplicate",
    "stream_user.ws.fragment-inside-utf8",
    "stream_user.ws.fragmented-with-ping",
    "stream_user.ws.handshake-200",
    "stream_user.ws.handshake-404",
    "stream_user.ws.handshake-503",
    "stream_user.ws.handshake-bad-accept",
    "stream_user.ws.logout-null",
    "stream_user.ws.malformed-json",
    "stream_user.ws.masked-server-frame",
    "stream_user.ws.missing-required",
    "stream_user.ws.ping-only",
    "update_user.200.nulls",
    "update_user.500.undocumented",
    "user_beta_status.200.nulls",
    "user_beta_status.500",
    "user_providers.500",
    "user_snapshot.200.keep-alive-chunked",
    "user_snapshot.200.no-content-type",
    "user_snapshot.200.text-content-type",
    "user_snapshot.404.not-pieces",
    "user_snapshot.500.undocumented",
    "user_update_vanity.500",
    "user_update_vanity.511.empty",
};

std::string text_of(json::object const& o, char const* name)
{
    json::value const* const v = o.if_contains(name);
    return v && v->is_string() ? std::string(v->get_string()) : "";
}

json::object const& request_of(exchange const& e) { return e.vector->at("request").as_object(); }
json::object const& response_of(exchange const& e) { return e.vector->at("response").as_object(); }
std::int64_t status_of(exchange const& e) { return response_of(e).at("status").as_int64(); }
std::string method_of(exchange const& e) { return e.id.substr(0, e.id.find('.')); }
bool is_stream(exchange const& e) { return e.id.starts_with("stream_user.ws."); }
bool is_scripted(exchange const& e) { return scripted.contains(e.id); }

std::vector<exchange> load(bool (*wanted)(exchange const&))
{
    std::vector<exchange> out;
    for (json::value const& v : vector_file(COHUB_PIECES_VECTORS)) {
        exchange e{std::string(v.at("id").as_string()), &v.as_object()};
        if (wanted(e)) out.push_back(std::move(e));
    }
    return out;
}

std::string test_name(std::string const& id)
{
    std::string plain = id;
    for (char& c : plain) {
        if (c == '-') c = '_';
    }
    return camel_case(plain);
}

std::string replaced(std::string s, std::string_view what, std::string_view by)
{
    if (auto const at = s.find(what); at != s.npos) s.replace(at, what.size(), by);
    return s;
}

// ---- HTTP ---------------------------------------------------------------------------------------

// Sets the server's clock to the time at which the record was updated.
void set_clock_to_update_of(fake_server& server, std::string const& profile)
{
    json::value const v = json::parse(profile);
    auto const* const updated = v.is_object() ? v.get_object().if_contains("updated") : nullptr;
    if (!updated || !updated->is_object()) return;
    std::tm t{};
    int ms = 0;
    std::string const text(updated->at("value").as_string());
    std::sscanf(
        text.c_str(),
        "%d-%d-%dT%d:%d:%d.%dZ",
        &t.tm_year,
        &t.tm_mon,
        &t.tm_mday,
        &t.tm_hour,
        &t.tm_min,
        &t.tm_sec,
        &ms
    );
    t.tm_year -= 1900;
    --t.tm_mon;
    server.set_now(::timegm(&t) * std::int64_t{1000} + ms);
}

// A ReturnedUserProfile. Each member keeps its spelling.
void arrange_returned(pieces_os os, std::string const& body)
{
    constexpr std::string_view schema_begins = "{\"schema\":";
    constexpr std::string_view user_begins = "\"user\":";
    auto const user = body.find(user_begins);
    std::string schema;
    if (body.starts_with(schema_begins)) {
        std::size_t const end = (user == body.npos ? body.size() : user) - 1;
        schema = body.substr(schema_begins.size(), end - schema_begins.size());
    }
    std::string profile;
    if (user != body.npos) {
        profile = body.substr(user + user_begins.size());
        profile.pop_back();
    }
    os.set_envelope(schema, profile == "null");
    if (profile.empty() || profile == "null") {
        os.sign_out();
    } else {
        os.set_profile(profile);
    }
}

void arrange_vanity(pieces_os os, exchange const& e, std::string const& body)
{
    if (status_of(e) == 404) return os.make_dns_ready(false);
    if (status_of(e) == 409) return os.take_vanity_name("Ada2");
    if (status_of(e) == 511) return os.connect_cloud(false);
    if (e.id.ends_with(".minimal"))
        return os.set_profile(replaced(body, R"(,"vanityname":"ada2")", ""));
    if (e.id.ends_with(".nulls")) return os.set_profile(replaced(body, R"("ada2")", "null"));
    os.set_profile(replaced(body, R"("ada2")", R"("ada")"));
}

// The state in which a healthy server gives this answer.
void arrange_state(fake_server& server, exchange const& e)
{
    pieces_os os = server.pieces();
    std::string const method = method_of(e);
    std::string const body = text_of(response_of(e), "body");
    if (method == "user_snapshot") return arrange_returned(os, body);
    if (method == "user_providers") {
        if (status_of(e) == 501) return;
        os.set_providers(fake::provider_source::cloud);
        return arrange_returned(os, body);
    }
    if (method == "user_update_vanity") {
        if (status_of(e) == 200) set_clock_to_update_of(server, body);
        return arrange_vanity(os, e, body);
    }
    if (method == "user_beta_status") {
        if (status_of(e) == 511) return os.sign_out();
        if (e.id.ends_with(".no-body")) os.set_profile(replaced(body, "user", "id"));
        return;
    }
    if (body == "null") return os.sign_out();
    if (method == "clear_user" || method == "stream_user") return;
    set_clock_to_update_of(server, body);
    if (method == "select_user" || method == "refresh_user" || e.id.ends_with(".no-body")) {
        os.set_profile(body);
    }
    if (method == "select_user") os.sign_out();
}

std::string in_chunks(std::string const& body)
{
    std::string out;
    for (std::size_t at = 0; at < body.size(); at += 40) {
        std::string const part = body.substr(at, 40);
        char size[32];
        std::snprintf(size, sizeof size, "%zx\r\n", part.size());
        out += size + part + "\r\n";
    }
    return out + "0\r\n\r\n";
}

void arrange_script(fake_server& server, exchange const& e)
{
    std::string body = text_of(response_of(e), "body");
    fake::script s = server.script("*");
    for (auto const& [name, value] : response_of(e).at("headers").as_object()) {
        s.header(std::string(name), std::string(value.as_string()));
        if (name == "Transfer-Encoding") body = in_chunks(body);
    }
    if (status_of(e) != 101) s.status(static_cast<int>(status_of(e))).body(body);
}

httplib::Headers headers_of(json::object const& message)
{
    httplib::Headers out;
    for (auto const& [name, value] : message.at("headers").as_object()) {
        out.emplace(name, value.as_string());
    }
    return out;
}

class FakePiecesVectors : public testing::TestWithParam<exchange>
{
};

TEST_P(FakePiecesVectors, AnswersAsTheContractSays)
{
    exchange const& e = GetParam();
    fake_server server(plain_options().users(0));
    is_scripted(e) ? arrange_script(server, e) : arrange_state(server, e);
    answer const got = http_client(server).send(
        text_of(request_of(e), "method"),
        text_of(request_of(e), "path"),
        headers_of(request_of(e)),
        text_of(request_of(e), "body")
    );
    EXPECT_EQ(got.status, status_of(e));
    EXPECT_EQ(got.body, text_of(response_of(e), "body"));
    for (auto const& [name, value] : headers_of(response_of(e))) {
        EXPECT_EQ(got.header(name), value) << name;
    }
    EXPECT_TRUE(got.status != 204 || got.headers.count("Content-Length") == 0);
    EXPECT_TRUE(is_scripted(e) || got.header("x-powered-by") == "Dart with package:shelf");
    EXPECT_EQ(server.report(), "");
}

INSTANTIATE_TEST_SUITE_P(
    All,
    FakePiecesVectors,
    testing::ValuesIn(load([](exchange const& e) { return !is_stream(e); })),
    [](auto const& row) { return test_name(row.param.id); }
);

// ---- WebSocket ----------------------------------------------------------------------------------

int opcode_of(json::object const& frame)
{
    static std::map<std::string, int> const names = {
        {"continuation", 0}, {"text", 1}, {"binary", 2}, {"close", 8}, {"ping", 9}, {"pong", 10}};
    auto const at = names.find(text_of(frame, "op"));
    return at == names.end() ? -1 : at->second;
}

std::string decoded(std::string const& base64)
{
    std::string out(base64.size(), '\0');
    int const n = EVP_DecodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        reinterpret_cast<unsigned char const*>(base64.data()),
        static_cast<int>(base64.size())
    );
    std::size_t const padding = base64.size() - base64.find_last_not_of('=') - 1;
    out.resize(static_cast<std::size_t>(n) - padding);
    return out;
}

std::string payload_of(json::object const& frame)
{
    if (frame.contains("payload_b64")) return decoded(text_of(frame, "payload_b64"));
    if (opcode_of(frame) != 8) return text_of(frame, "payload");
    std::int64_t const code = frame.at("code").as_int64();
    std::string out;
    out += static_cast<char>(code >> 8);
    out += static_cast<char>(code & 0xff);
    return out + text_of(frame, "reason");
}

bool is_flagged(json::object const& frame, char const* name)
{
    json::value const* const v = frame.if_contains(name);
    return v && v->is_bool() && v->get_bool();
}

websocket_frame frame_of(json::object const& frame)
{
    websocket_frame out;
    out.opcode = opcode_of(frame);
    out.payload = payload_of(frame);
    out.fin = !frame.contains("fin") || is_flagged(frame, "fin");
    out.masked = is_flagged(frame, "mask");
    return out;
}

bool comes_from_server(json::object const& frame) { return text_of(frame, "dir") == "s2c"; }

void expect_frame(websocket_client& client, json::object const& frame)
{
    websocket_frame const expected = frame_of(frame);
    seen_frame const got = client.next();
    EXPECT_EQ(got.opcode, expected.opcode);
    EXPECT_EQ(got.payload, expected.payload);
    EXPECT_EQ(got.fin, expected.fin);
    EXPECT_EQ(got.masked, expected.masked);
}

void set_state(pieces_os os, std::string const& profile)
{
    if (profile.empty()) return os.sign_out();
    os.set_profile(profile);
}

/// A vector of frames, with its client and its server.
class stream_replay
{
public:
    explicit stream_replay(exchange const& e)
        : vector_(e), server_(plain_options().users(0)), os_(server_.pieces())
    {
        for (json::value const& f : e.vector->at("frames").as_array()) {
            frames_.push_back(f.as_object());
        }
    }

    void play()
    {
        bool const by_script = is_scripted(vector_);
        if (by_script) write_script();
        if (!by_script) set_state(os_, next_text(0));
        connect();
        for (at_ = 0; at_ < frames_.size(); ++at_) {
            json::object const& f = frames_[at_];
            if (!comes_from_server(f)) {
                act(f);
            } else if (opcode_of(f) >= 0) {
                if (!by_script) cause(f);
                expect_frame(*client_, f);
            } else if (text_of(f, "op") == "tcp_fin") {
                os_.drop_streams();
                EXPECT_TRUE(client_->ends());
            }
        }
        // If the vector ends with the client's close frame, the server's answer to it is still to
        // come.
        if (!comes_from_server(frames_.back()) && !server_closes()) client_->next();
        EXPECT_TRUE(client_->ends());
        EXPECT_TRUE(os_.wait_for_streams(0));
        EXPECT_EQ(server_.report(), "");
    }

private:
    void write_script()
    {
        websocket_script script;
        for (json::object const& f : frames_) {
            if (f.contains("same_segment_as")) script.with_handshake();
            if (comes_from_server(f)) {
                script.frame(frame_of(f));
            } else if (opcode_of(f) == 8) {
                script.expect_close(static_cast<int>(f.at("code").as_int64()));
            } else {
                script.expect(opcode_of(f), payload_of(f));
            }
        }
        server_.script("pieces.stream_user").websocket(std::move(script));
    }
    bool server_closes() const
    {
        return std::any_of(frames_.begin(), frames_.end(), [](json::object const& f) {
            return comes_from_server(f) && opcode_of(f) == 8;
        });
    }
    /// The next text of the stream, from frame `from` on.
    std::string next_text(std::size_t from) const
    {
        while (opcode_of(frames_.at(from)) != 1) ++from;
        return payload_of(frames_[from]);
    }
    void connect()
    {
        client_ = std::make_unique<websocket_client>(server_);
        websocket_client::headers fields{{"Host", "localhost"}};
        for (auto const& [name, value] : request_of(vector_).at("headers").as_object()) {
            fields.emplace_back(name, value.as_string());
        }
        EXPECT_TRUE(client_->upgrade(text_of(request_of(vector_), "path"), fields));
        for (auto const& [name, value] : response_of(vector_).at("headers").as_object()) {
            EXPECT_EQ(client_->header(name), std::string_view(value.as_string()));
        }
        is_fresh_ = true;
        EXPECT_TRUE(!frames_.at(0).contains("same_segment_as") || !client_->waiting().empty());
    }
    /// Changes the server in a way that makes it send this frame.
    void cause(json::object const& f)
    {
        bool const first = std::exchange(is_fresh_, false);
        if (opcode_of(f) == 1 && !first) set_state(os_, payload_of(f));
        bool const answers = at_ > 0 && opcode_of(frames_[at_ - 1]) == 8;
        if (opcode_of(f) == 8 && !answers) {
            os_.close_streams(static_cast<int>(f.at("code").as_int64()), text_of(f, "reason"));
        }
    }
    void act(json::object const& f)
    {
        if (opcode_of(f) == 8) {
            client_->close(static_cast<int>(f.at("code").as_int64()));
        } else if (opcode_of(f) >= 0) {
            client_->send(websocket_client::frame(opcode_of(f), payload_of(f)));
        } else {
            set_state(os_, next_text(at_));
            connect();
        }
    }

    exchange const& vector_;
    fake_server server_;
    pieces_os os_;
    std::vector<json::object> frames_;
    std::unique_ptr<websocket_client> client_;
    std::size_t at_ = 0;
    bool is_fresh_ = false;
};

bool has_frames(exchange const& e)
{
    return is_stream(e) && !e.vector->at("frames").as_array().empty();
}

class FakePiecesStreamVectors : public testing::TestWithParam<exchange>
{
};

TEST_P(FakePiecesStreamVectors, PlaysItsFrames) { stream_replay(GetParam()).play(); }

INSTANTIATE_TEST_SUITE_P(
    All,
    FakePiecesStreamVectors,
    testing::ValuesIn(load(has_frames)),
    [](auto const& row) { return test_name(row.param.id); }
);

class FakePiecesRefusalVectors : public testing::TestWithParam<exchange>
{
};

TEST_P(FakePiecesRefusalVectors, EndTheHandshake)
{
    exchange const& e = GetParam();
    fake_server server(plain_options().users(0));
    arrange_script(server, e);
    websocket_client client(server);
    client.upgrade();
    EXPECT_EQ(client.status, status_of(e));
    EXPECT_EQ(client.body, text_of(response_of(e), "body"));
    for (auto const& [name, value] : response_of(e).at("headers").as_object()) {
        EXPECT_EQ(client.header(name), std::string_view(value.as_string()));
    }
    EXPECT_EQ(server.report(), "");
}

INSTANTIATE_TEST_SUITE_P(
    All,
    FakePiecesRefusalVectors,
    testing::ValuesIn(load([](exchange const& e) { return is_stream(e) && !has_frames(e); })),
    [](auto const& row) { return test_name(row.param.id); }
);

TEST(FakePiecesVectorTable, AreAllReplayed)
{
    auto const all = load([](exchange const&) { return true; });
    auto const streams = load(is_stream);
    auto const by_script = load(is_scripted);
    EXPECT_EQ(all.size(), 95u);
    EXPECT_EQ(streams.size(), 24u);
    EXPECT_EQ(load(has_frames).size(), 20u);
    EXPECT_EQ(by_script.size(), scripted.size());
    auto groups = count_groups(all);
    EXPECT_EQ(groups["clear_user"], 5);
    EXPECT_EQ(groups["refresh_user"], 13);
    EXPECT_EQ(groups["select_user"], 7);
    EXPECT_EQ(groups["stream_user"], 25);
    EXPECT_EQ(groups["update_user"], 6);
    EXPECT_EQ(groups["user_beta_status"], 6);
    EXPECT_EQ(groups["user_providers"], 8);
    EXPECT_EQ(groups["user_snapshot"], 16);
    EXPECT_EQ(groups["user_update_vanity"], 9);
    std::cout << all.size() << " vectors of Pieces OS replayed: " << all.size() - by_script.size()
              << " by the server's state, " << by_script.size() << " by script; " << streams.size()
              << " of them WebSockets\n";
}

}  // namespace

}  // namespace cohub::tests
