#pragma once

#include <cstddef>
#include <cstdint>

namespace cohub::fuzz {

/// @brief Ends the program unless `holds`.
void must(bool holds, char const* what);

// The targets that the fuzzers and the replay of the corpus run. Each target ends the program if
// something is wrong.

/// @brief Decodes a body as every kind of answer.
void decode_body(std::uint8_t const* data, std::size_t size);

/// @brief Parses a response as a whole and in pieces. The first byte selects limits, the second one
/// the size of the pieces.
void parse_response(std::uint8_t const* data, std::size_t size);

/// @brief Reads the WebSocket frames of a server as a whole and in pieces. The first byte selects
/// the limit of a message, the second one the size of the pieces.
void read_frames(std::uint8_t const* data, std::size_t size);

/// @brief Plays one connection: the events of its socket and the bytes that come. The first byte
/// selects limits, and whether a stream is requested.
void live_exchange(std::uint8_t const* data, std::size_t size);

/// @brief Plays the requests of a client to the pool, step by step, and compares them with separate
/// records. The first three bytes select the limits.
void play_pool(std::uint8_t const* data, std::size_t size);

/// @brief Reads a text as a base URL and as a Retry-After.
void read_texts(std::uint8_t const* data, std::size_t size);

}  // namespace cohub::fuzz
