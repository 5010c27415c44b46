#pragma once

#include <cstddef>
#include <cstdint>

namespace cohub::fuzz {

/// @brief Ends the program unless `holds`.
void must(bool holds, char const* what);

// What the fuzzers run, and the corpus's replay too. Each ends the program if something is wrong.

/// @brief A body, decoded as every kind of answer.
void decode_body(std::uint8_t const* data, std::size_t size);

/// @brief A response, parsed as a whole and in pieces. The first byte chooses limits, the second
/// one the size of the pieces.
void parse_response(std::uint8_t const* data, std::size_t size);

/// @brief A server's WebSocket frames, read as a whole and in pieces. The first byte chooses the
/// limit of a message, the second one the size of the pieces.
void read_frames(std::uint8_t const* data, std::size_t size);

/// @brief One connection's life: what its socket does, event by event, and the bytes that come. The
/// first byte chooses limits, and whether a stream is asked for.
void live_exchange(std::uint8_t const* data, std::size_t size);

/// @brief What a client asks of the pool, step by step, against books of its own. The first three
/// bytes choose the limits.
void play_pool(std::uint8_t const* data, std::size_t size);

/// @brief A text, read as a base URL and as a Retry-After.
void read_texts(std::uint8_t const* data, std::size_t size);

}  // namespace cohub::fuzz
