#ifndef COHUB_STREAMS_DETAIL_IMPL_HANDSHAKE_IPP
#define COHUB_STREAMS_DETAIL_IMPL_HANDSHAKE_IPP

#include <cohub/http/retry_after.hpp>
#include <cohub/streams/detail/handshake.hpp>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstddef>
#include <new>

namespace cohub::inline abi_0_2::streams::detail {

inline void fill_random(void* to, std::size_t size)
{
    if (RAND_bytes(static_cast<unsigned char*>(to), static_cast<int>(size)) == 1) return;
    ERR_clear_error();
    throw std::bad_alloc();
}

/// @param size at most the size of a digest
inline std::string base64_of(unsigned char const* bytes, std::size_t size)
{
    unsigned char encoded[EVP_MAX_MD_SIZE * 2];
    int const n = EVP_EncodeBlock(encoded, bytes, static_cast<int>(size));
    return {reinterpret_cast<char const*>(encoded), static_cast<std::size_t>(n)};
}

COHUB_DECL handshake_key make_handshake_key()
{
    unsigned char nonce[16] = {};
    fill_random(nonce, sizeof nonce);
    handshake_key key;
    key.sent = base64_of(nonce, sizeof nonce);
    key.accept = accept_for(key.sent);
    return key;
}

COHUB_DECL std::uint32_t make_mask_key()
{
    std::uint32_t key = 0;
    fill_random(&key, sizeof key);
    return key;
}

COHUB_DECL std::string accept_for(std::string_view key)
{
    std::string text(key);
    text.append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) != 1) return {};
    return base64_of(digest, size);
}

COHUB_DECL void append_upgrade_fields(std::string& head, handshake_key const& key)
{
    head.append("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    head.append("Sec-WebSocket-Key: ").append(key.sent).append("\r\n");
}

COHUB_DECL std::optional<failure> judge_upgrade(
    http::response_parser const& answer, handshake_key const& key
)
{
    std::string_view const accept = answer.websocket_accept();
    bool const fits = accept == key.accept;
    if (!accept.empty() && fits && answer.upgrade()) return std::nullopt;
    failure f(
        errc::ws_protocol,
        accept.empty() || fits
            ? "its answer to the upgrade lacks Upgrade, Connection or Sec-WebSocket-Accept, or "
              "names what was not offered"
            : "its Sec-WebSocket-Accept does not fit our key: an answer from a cache?"
    );
    f.at = stage::handshaking;
    f.http_status = 101;
    return f;
}

COHUB_DECL failure refused_upgrade(
    http::response_parser const& answer,
    std::string_view not_found_hint,
    std::chrono::system_clock::time_point now
)
{
    failure f(errc::ws_refused);
    f.http_status = answer.status();
    f.at = stage::handshaking;
    f.server_message =
        cohub::detail::escaped(answer.body().substr(0, 4096), http::response_parser::max_excerpt);
    if (f.http_status == 404) f.detail = not_found_hint;
    if (f.http_status / 100 == 3) f.detail = "a redirect, which is never followed";
    if (auto const text = answer.retry_after(); !text.empty())
        f.retry_after = http::parse_retry_after(text, now);
    return f;
}

}  // namespace cohub::inline abi_0_2::streams::detail

#endif
