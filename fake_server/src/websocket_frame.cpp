#include "websocket_frame.hpp"

#include <openssl/sha.h>

#include <array>
#include <utility>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

constexpr std::size_t message_limit = std::size_t{1} << 20;
constexpr int no_code = 1005;

constexpr std::array<std::pair<int, std::string_view>, 6> names = {
    {{opcode::continuation, "continuation"},
     {opcode::text, "text"},
     {opcode::binary, "binary"},
     {opcode::close, "close"},
     {opcode::ping, "ping"},
     {opcode::pong, "pong"}}};

// The codes that a frame may have: those of RFC 6455 and those that IANA has registered since.
bool may_be_sent(int code)
{
    if (code >= 3000) return code <= 4999;
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

bool has_word(std::optional<std::string_view> list, std::string_view word)
{
    if (!list) return false;
    for (std::string_view const one : split(*list, ",")) {
        if (equal_ignoring_case(trim(one), word)) return true;
    }
    return false;
}

// Sixteen bytes in base64, in its canonical spelling.
bool is_key(std::string_view key)
{
    std::string const bytes = base64_decode(key);
    return bytes.size() == 16 && base64_encode(bytes) == key;
}

}  // namespace

std::string opcode_name(int code)
{
    for (auto const& [number, name] : names) {
        if (number == code) return std::string(name);
    }
    return std::to_string(code);
}

int opcode_named(std::string_view name)
{
    for (auto const& [number, text] : names) {
        if (text == name) return number;
    }
    return -1;
}

std::string encode_frame(websocket_frame const& f)
{
    std::string out;
    auto const put = [&out](unsigned byte) { out += static_cast<char>(byte & 0xff); };
    unsigned const rsv = static_cast<unsigned>(f.rsv) & 7;
    put((f.fin ? 0x80u : 0) | rsv << 4 | (static_cast<unsigned>(f.opcode) & 15));
    std::uint64_t const length = f.length.value_or(f.payload.size());
    int const fitting = length < 126 ? 7 : length < 65536 ? 16 : 64;
    int const bits = f.length_bits != 0 ? f.length_bits : fitting;
    unsigned const mask_bit = f.masked ? 0x80 : 0;
    if (bits == 7) {
        put(mask_bit | (static_cast<unsigned>(length) & 0x7f));
    } else {
        put(mask_bit | (bits == 16 ? 126 : 127));
        for (int shift = bits - 8; shift >= 0; shift -= 8) {
            put(static_cast<unsigned>(length >> shift));
        }
    }
    if (!f.masked) return out + f.payload;
    constexpr std::string_view mask = "\x37\xfa\x21\x3d";
    out += mask;
    for (std::size_t i = 0; i < f.payload.size(); ++i) {
        put(static_cast<unsigned char>(f.payload[i]) ^ static_cast<unsigned char>(mask[i % 4]));
    }
    return out;
}

std::string close_payload(int code, std::string_view reason)
{
    if (code == no_code) return {};
    std::string out;
    out += static_cast<char>(code >> 8);
    out += static_cast<char>(code & 0xff);
    return out.append(reason);
}

int close_code(std::string_view payload)
{
    if (payload.size() < 2) return no_code;
    return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
}

void frame_reader::check_head(unsigned first, unsigned second) const
{
    auto const refuse = [](char const* what) { throw websocket_violation{1002, what}; };
    int const code = static_cast<int>(first & 15);
    bool const fin = (first & 0x80) != 0;
    if ((first & 0x70) != 0) refuse("a reserved bit is set, and no extension was agreed on");
    if (code > opcode::binary && (code < opcode::close || code > opcode::pong)) {
        refuse("an opcode that does not exist");
    }
    if ((second & 0x80) == 0) refuse("a frame without a mask");
    if (code >= opcode::close) {
        if (!fin) refuse("a control frame in fragments");
        if ((second & 0x7f) > 125) refuse("a control frame of more than 125 bytes");
    } else if (code == opcode::continuation && !in_message_) {
        refuse("a continuation of nothing");
    } else if (code != opcode::continuation && in_message_) {
        refuse("a new message inside a fragmented one");
    }
}

void frame_reader::check_payload(client_frame const& f)
{
    if (f.opcode == opcode::close) {
        if (f.payload.size() == 1) throw websocket_violation{1002, "half a close code"};
        if (f.payload.size() >= 2 && !may_be_sent(close_code(f.payload))) {
            throw websocket_violation{
                1002,
                "close code " + std::to_string(close_code(f.payload)) + ", which no frame has"};
        }
        if (f.payload.size() > 2 && !is_utf8(std::string_view(f.payload).substr(2))) {
            throw websocket_violation{1007, "a close reason that is no UTF-8"};
        }
    }
    if (f.opcode >= opcode::close) return;
    if (f.opcode != opcode::continuation) message_is_text_ = f.opcode == opcode::text;
    message_ += f.payload;
    in_message_ = !f.fin;
    if (in_message_) return;
    if (message_is_text_ && !is_utf8(message_)) {
        throw websocket_violation{1007, "a text that is no UTF-8"};
    }
    message_.clear();
}

std::optional<client_frame> frame_reader::next()
{
    auto const byte = [this](std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(in_[i]));
    };
    if (in_.size() < 2) return {};
    check_head(byte(0), byte(1));
    std::uint64_t length = byte(1) & 0x7f;
    std::size_t head = 2;
    if (length >= 126) {
        std::size_t const bytes = length == 126 ? 2 : 8;
        std::uint64_t const least = bytes == 2 ? 126 : 65536;
        if (in_.size() < head + bytes) return {};
        length = 0;
        for (std::size_t i = 0; i < bytes; ++i) length = length << 8 | byte(head + i);
        head += bytes;
        if (length < least || length >> 63 != 0) {
            throw websocket_violation{1002, "a length in a form that is not its own"};
        }
    }
    bool const is_data = (byte(0) & 15) < unsigned{opcode::close};
    if (is_data && length > message_limit - message_.size()) {
        throw websocket_violation{1009, "a message of more than 1 MiB"};
    }
    auto const size = static_cast<std::size_t>(length);
    if (in_.size() < head + 4 + size) return {};

    client_frame f;
    f.opcode = static_cast<int>(byte(0) & 15);
    f.fin = (byte(0) & 0x80) != 0;
    f.payload.resize(size);
    for (std::size_t i = 0; i < size; ++i) {
        f.payload[i] = static_cast<char>(byte(head + 4 + i) ^ byte(head + i % 4));
    }
    in_.erase(0, head + 4 + size);
    check_payload(f);
    return f;
}

std::string accept_token(std::string_view key)
{
    std::string const text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<unsigned char const*>(text.data()), text.size(), digest.data());
    return base64_encode({reinterpret_cast<char const*>(digest.data()), digest.size()});
}

bool wants_websocket(request const& r) { return has_word(r.header("Upgrade"), "websocket"); }

bool answer_handshake(request const& r, reply& out)
{
    out = reply();
    auto const refuse = [&out](int status, std::string_view what) {
        out.status = status;
        out.content_type = "text/plain";
        out.body = what;
        return false;
    };
    if (r.method != "GET") return refuse(400, "A WebSocket begins with a GET.");
    if (r.http_1_0) return refuse(400, "A WebSocket needs HTTP/1.1.");
    if (!r.header("Host")) return refuse(400, "There is no Host header.");
    auto const length = r.header("Content-Length");
    if (r.header("Transfer-Encoding") || (length && trim(*length) != "0")) {
        return refuse(400, "The handshake has a body.");
    }
    if (!has_word(r.header("Connection"), "upgrade")) {
        return refuse(400, "The Connection header does not say Upgrade.");
    }
    auto const version = r.header("Sec-WebSocket-Version");
    if (!version || trim(*version) != "13") {
        out.headers.emplace_back("Sec-WebSocket-Version", "13");
        return refuse(426, "Only version 13 of the WebSocket protocol is spoken here.");
    }
    auto const key = r.header("Sec-WebSocket-Key");
    if (!key || !is_key(*key)) {
        return refuse(400, "Sec-WebSocket-Key is not 16 bytes in base64.");
    }
    out.status = 101;
    out.headers.emplace_back("Upgrade", "websocket");
    out.headers.emplace_back("Connection", "Upgrade");
    out.headers.emplace_back("Sec-WebSocket-Accept", accept_token(*key));
    return true;
}

}  // namespace cohub::inline abi_0_2::fake
