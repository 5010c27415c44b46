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

// How a connection becomes a stream (RFC 6455, section 4), for a client, without I/O.

namespace cohub::inline abi_0_2::streams::detail {

/// @brief The key of one attempt, and the server's correct answer to it.
struct handshake_key
{
    std::string sent;
    std::string accept;
};

/// @throws std::bad_alloc if OpenSSL has no random bytes: nothing weaker is sent
COHUB_DECL handshake_key make_handshake_key();

/// @brief The mask key for one frame; the author of its payload cannot predict it.
/// @throws std::bad_alloc as `make_handshake_key`
COHUB_DECL std::uint32_t make_mask_key();

/// @brief The server's correct `Sec-WebSocket-Accept` for the client's `Sec-WebSocket-Key`.
/// @return empty if OpenSSL fails; then no answer of a server is correct
COHUB_DECL std::string accept_for(std::string_view key);

/// @brief Appends the header lines that request a stream.
COHUB_DECL void append_upgrade_fields(std::string& head, handshake_key const& key);

/// @brief The problem of an answer of status 101; nothing: the connection is a stream now.
COHUB_DECL std::optional<failure> judge_upgrade(
    http::response_parser const& answer, handshake_key const& key
);

/// @brief The failure for an answer of another status.
/// @param not_found_hint the meaning of 404 here
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
