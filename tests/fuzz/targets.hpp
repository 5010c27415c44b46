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

}  // namespace cohub::fuzz
