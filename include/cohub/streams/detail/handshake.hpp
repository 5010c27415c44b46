#ifndef COHUB_STREAMS_DETAIL_HANDSHAKE_HPP
#define COHUB_STREAMS_DETAIL_HANDSHAKE_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/http/response_parser.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// How a connection becomes a stream (RFC 6455, section 4), seen from a client, without I/O.

namespace cohub::inline abi_0_2::streams::detail {

/// @brief One attempt's key, and what the server has to make of it.
struct handshake_key
{
    std::string sent;
    std::string accept;
};

/// @throws std::bad_alloc if OpenSSL has no random bytes: nothing weaker is sent
COHUB_DECL handshake_key make_handshake_key();

/// @brief For one frame; the author of its payload cannot foresee it.
/// @throws std::bad_alloc as `make_handshake_key`
COHUB_DECL std::uint32_t make_mask_key();

/// @brief What the server's `Sec-WebSocket-Accept` has to be for our `Sec-WebSocket-Key`.
/// @return empty if OpenSSL fails; no server's answer fits then
COHUB_DECL std::string accept_for(std::string_view key);

/// @brief The header lines that ask for a stream.
COHUB_DECL void append_upgrade_fields(std::string& head, handshake_key const& key);

/// @brief What is wrong with an answer of status 101; nothing: it is a stream now.
COHUB_DECL std::optional<failure> judge_upgrade(
    http::response_parser const& answer, handshake_key const& key
);

/// @brief What an answer of another status means.
/// @param not_found_hint what 404 means here
COHUB_DECL failure refused_upgrade(
    http::response_parser const& answer,
    std::string_view not_found_hint,
    std::chrono::system_clock::time_point now
);

}  // namespace cohub::inline abi_0_2::streams::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/streams/detail/impl/handshake.ipp>
#endif

#endif
