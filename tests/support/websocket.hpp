#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::tests {

// WebSocket on the side of a test's server. It shares no code with the client.

inline constexpr unsigned ws_text = 1, ws_binary = 2, ws_close_frame = 8, ws_ping = 9, ws_pong = 10;

/// @brief The format of a frame. The defaults are those of a correct server.
class ws_layout
{
public:
    ws_layout() {}

    bool fin = true;
    unsigned reserved = 0;              ///< RSV1 is 4, RSV2 is 2, RSV3 is 1
    bool masked = false;                ///< with a key that changes nothing
    std::size_t length_bytes = 0;       ///< 1, 2 or 8; 0: the shortest form
    std::optional<std::uint64_t> says;  ///< a length that is not the payload's
};

inline std::string ws_frame(
    unsigned opcode, std::string_view payload, ws_layout const& l = ws_layout()
)
{
    std::uint64_t const size = l.says.value_or(payload.size());
    std::size_t const form = l.length_bytes != 0 ? l.length_bytes
                                                 : (size <= 125      ? 1U
                                                    : size <= 0xFFFF ? 2U
                                                                     : 8U);
    std::string out;
    auto const put = [&out](std::uint64_t byte) { out.push_back(static_cast<char>(byte & 0xFFU)); };
    put((l.fin ? 0x80U : 0U) | l.reserved << 4 | opcode);
    std::uint64_t const mask = l.masked ? 0x80U : 0U;
    put(mask | (form == 1 ? size : form == 2 ? 126U : 127U));
    for (std::size_t i = form; form > 1 && i-- > 0;) put(size >> (8 * i));
    if (l.masked) out.append(4, '\0');
    return out.append(payload);
}

inline std::string ws_part(unsigned opcode, std::string_view payload)
{
    ws_layout l;
    l.fin = false;
    return ws_frame(opcode, payload, l);
}

inline std::string ws_close_payload(unsigned code, std::string_view reason = {})
{
    std::string p{static_cast<char>(code >> 8), static_cast<char>(code & 0xFFU)};
    return p.append(reason);
}

inline std::string ws_close(unsigned code, std::string_view reason = {})
{
    return ws_frame(ws_close_frame, ws_close_payload(code, reason));
}

/// @brief A frame that a client sent, unmasked.
struct ws_client_frame
{
    unsigned first = 0;  ///< FIN, the reserved bits and the opcode
    bool masked = false;
    std::array<unsigned char, 4> key{};
    std::string payload;

    unsigned opcode() const { return first & 0x0FU; }
    bool fin() const { return (first & 0x80U) != 0; }
    /// For a close frame; 1005 if it has no code.
    unsigned close_code() const
    {
        if (payload.size() < 2) return 1005;
        return static_cast<unsigned char>(payload[0]) * 256U +
               static_cast<unsigned char>(payload[1]);
    }
};

/// @brief Removes the first whole frame from `bytes` and returns it.
inline std::optional<ws_client_frame> ws_take_frame(std::string& bytes)
{
    auto const at = [&bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    if (bytes.size() < 2) return std::nullopt;
    ws_client_frame f;
    f.first = at(0);
    f.masked = (at(1) & 0x80U) != 0;
    std::uint64_t size = at(1) & 0x7FU;
    std::size_t head = 2;
    std::size_t const more = size == 126 ? 2U : size == 127 ? 8U : 0U;
    std::size_t const mask = f.masked ? 4U : 0U;
    if (bytes.size() < head + more + mask) return std::nullopt;
    if (more != 0) size = 0;
    for (std::size_t i = 0; i < more; ++i) size = size << 8 | at(head++);
    for (std::size_t i = 0; i < mask; ++i) f.key[i] = at(head++);
    if (bytes.size() - head < size) return std::nullopt;
    f.payload = bytes.substr(head, static_cast<std::size_t>(size));
    for (std::size_t i = 0; i < f.payload.size(); ++i)
        f.payload[i] = static_cast<char>(static_cast<unsigned char>(f.payload[i]) ^ f.key[i % 4]);
    bytes.erase(0, head + f.payload.size());
    return f;
}

/// @brief `Sec-WebSocket-Accept` for a client's `Sec-WebSocket-Key`.
inline std::string ws_accept(std::string_view key)
{
    std::string const text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, 20> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < 21; i += 3) {
        unsigned bits = 0;
        for (std::size_t j = i; j < i + 3; ++j) bits = bits << 8 | (j < 20 ? digest[j] : 0U);
        for (unsigned shift = 24; shift > 0; shift -= 6)
            out.push_back(letters[bits >> (shift - 6) & 63U]);
    }
    out.back() = '=';
    return out;
}

/// @brief The answer that makes a connection a WebSocket.
inline std::string ws_switch(std::string_view key)
{
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           ws_accept(key) + "\r\n\r\n";
}

}  // namespace cohub::tests
