// How tests set up Pieces OS: the public handle, and the same for other programs.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <stdexcept>
#include <utility>

#include "json_members.hpp"
#include "pieces.hpp"
#include "raw_json.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

std::optional<std::string> pieces_os::profile() const { return world_->profile(); }
void pieces_os::set_profile(std::string text) { world_->set_profile(std::move(text)); }
void pieces_os::sign_in() { world_->sign_in(); }
void pieces_os::sign_out() { world_->sign_out(); }

void pieces_os::set_envelope(std::string schema, bool null_user)
{
    world_->set_envelope(std::move(schema), null_user);
}

void pieces_os::connect_cloud(bool on) { world_->connect_cloud(on); }
void pieces_os::make_dns_ready(bool on) { world_->make_dns_ready(on); }
void pieces_os::set_providers(provider_source where) { world_->set_providers(where); }
void pieces_os::take_vanity_name(std::string name) { world_->take_vanity_name(name); }
void pieces_os::free_vanity_name(std::string const& name) { world_->free_vanity_name(name); }

std::vector<std::string> pieces_os::taken_vanity_names() const
{
    return world_->taken_vanity_names();
}

std::string pieces_os::health() const { return world_->health(); }
std::size_t pieces_os::streams() const { return world_->streams(); }

bool pieces_os::wait_for_streams(std::size_t n, std::chrono::milliseconds limit) const
{
    return world_->wait_for_streams(n, limit);
}

namespace {

void push(pieces_world& w, int code, std::string payload)
{
    auto const frame =
        std::make_shared<std::string const>(encode_frame({code, std::move(payload)}));
    w.for_each_stream([&](websocket_session& s) { s.push(frame); });
}

}  // namespace

void pieces_os::push_text(std::string payload) { push(*world_, opcode::text, std::move(payload)); }

void pieces_os::push_binary(std::string payload)
{
    push(*world_, opcode::binary, std::move(payload));
}

void pieces_os::push_ping(std::string payload) { push(*world_, opcode::ping, std::move(payload)); }

void pieces_os::close_streams(int code, std::string reason)
{
    world_->for_each_stream([&](websocket_session& s) { s.close(code, reason); });
}

void pieces_os::drop_streams(bool reset)
{
    world_->for_each_stream([&](websocket_session& s) { s.drop(reset); });
}

std::string pieces_world::state_json() const
{
    std::lock_guard lock(mutex_);
    std::string out = "{\"signed_in\":";
    out += profile_ ? "true" : "false";
    out += ",\"profile\":" + profile_.value_or("null");
    out += std::string(",\"cloud\":") + (cloud_ ? "true" : "false");
    out += std::string(",\"dns_ready\":") + (dns_ready_ ? "true" : "false");
    out += ",\"providers\":";
    out += providers_ == provider_source::cloud ? "\"cloud\"" : "\"local\"";
    out += ",\"taken\":[";
    for (std::string const& name : taken_) {
        if (out.back() != '[') out += ',';
        append_json_string(out, name);
    }
    out += "],\"health\":";
    append_json_string(out, health_);
    return out + ",\"streams\":" + std::to_string(streams_.size()) + "}";
}

namespace {

void arrange_envelope(pieces_os& os, json::value const& v)
{
    std::string schema;
    bool null_user = false;
    for (auto const& [name, value] : object_of("envelope", v)) {
        if (name == "schema") {
            if (!value.is_null()) schema = json::serialize(value);
        } else if (name == "null_user") {
            null_user = flag_of(name, value);
        } else {
            refuse_member("an envelope", name, "schema, null_user");
        }
    }
    os.set_envelope(std::move(schema), null_user);
}

void arrange(pieces_world& w, std::string_view body)
{
    pieces_os os = w.handle();
    for (auto const& [name, v] : body_object(body)) {
        if (name == "signed_in") {
            flag_of(name, v) ? os.sign_in() : os.sign_out();
        } else if (name == "profile") {
            // The spelling is kept, because the server answers with it.
            v.is_null() ? os.sign_out() : os.set_profile(std::string(raw_member(body, name)));
        } else if (name == "cloud") {
            os.connect_cloud(flag_of(name, v));
        } else if (name == "dns_ready") {
            os.make_dns_ready(flag_of(name, v));
        } else if (name == "providers") {
            std::string const where = text_of(name, v);
            if (where != "local" && where != "cloud") refuse("'providers' are local or cloud");
            os.set_providers(where == "cloud" ? provider_source::cloud : provider_source::local);
        } else if (name == "envelope") {
            arrange_envelope(os, v);
        } else if (name == "taken") {
            if (!v.is_array()) refuse("'taken' needs a list of names");
            for (json::value const& one : v.get_array()) text_of(name, one);
            for (std::string const& old : os.taken_vanity_names()) os.free_vanity_name(old);
            for (json::value const& one : v.get_array()) os.take_vanity_name(text_of(name, one));
        } else {
            refuse(
                "there is no '" + std::string(name) +
                "'; there are: signed_in, profile, cloud, dns_ready, providers, taken, "
                "envelope"
            );
        }
    }
}

// @param name of a member that becomes a control frame, which has at most 125 bytes (RFC 6455, 5.5)
std::string control_text(std::string_view name, json::value const& v, std::size_t most)
{
    std::string text = text_of(name, v);
    if (text.size() > most) {
        refuse("'" + std::string(name) + "' has at most " + std::to_string(most) + " bytes");
    }
    return text;
}

// A text, or {"base64":"…"}, as in a WebSocket script.
std::string bytes_of(json::value const& v)
{
    if (!v.is_object()) return text_of("binary", v);
    json::value const* const base64 = v.get_object().if_contains("base64");
    if (!base64 || v.get_object().size() != 1) {
        refuse("'binary' needs a text, or an object {\"base64\":\"…\"}");
    }
    return base64_of("base64", *base64);
}

void act_on_streams(pieces_world& w, std::string_view body)
{
    pieces_os os = w.handle();
    json::object const o = body_object(body);
    std::size_t actions = 0;
    for (auto const& [name, v] : o) {
        if (name == "text" || name == "binary" || name == "ping" || name == "close" ||
            name == "drop") {
            ++actions;
        } else if (name != "reason") {
            refuse_member("a push to streams", name, "text, binary, ping, close, reason, drop");
        }
    }
    auto const named = [&](char const* name) { return o.if_contains(name); };
    auto const* const reason = named("reason");
    if (actions != 1 || (reason && !named("close"))) {
        refuse("streams take one of text, binary, ping, close (with a reason) and drop");
    }
    if (auto const* const text = named("text")) return os.push_text(text_of("text", *text));
    if (auto const* const binary = named("binary")) return os.push_binary(bytes_of(*binary));
    if (auto const* const ping = named("ping")) {
        return os.push_ping(control_text("ping", *ping, 125));
    }
    if (auto const* const code = named("close")) {
        if (!code->is_int64() || code->get_int64() < 1000 || code->get_int64() > 4999) {
            refuse("'close' needs a code from 1000 to 4999");
        }
        // The code takes two of the bytes.
        return os.close_streams(
            static_cast<int>(code->get_int64()), reason ? control_text("reason", *reason, 123) : ""
        );
    }
    std::string const word = text_of("drop", o.at("drop"));
    if (word != "fin" && word != "reset") refuse("'drop' needs fin or reset");
    os.drop_streams(word == "reset");
}

}  // namespace

bool answer_about_pieces(pieces_world& w, request const& r, std::string_view what, reply& out)
{
    bool const reads = r.method == "GET" || r.method == "HEAD";
    bool const state = what == "pieces" && (reads || r.method == "PUT");
    bool const streams = what == "pieces/streams" && r.method == "POST";
    if (!state && !streams) return false;
    out = reply();
    try {
        if (streams) act_on_streams(w, r.body);
        if (state && !reads) arrange(w, r.body);
        out.content_type = "application/json; charset=utf-8";
        out.body = w.state_json();
    } catch (std::invalid_argument const& error) {
        out.status = 400;
        out.content_type = "text/plain; charset=utf-8";
        out.body = std::string(error.what()) + "\n";
    }
    return true;
}

}  // namespace cohub::inline abi_0_2::fake
