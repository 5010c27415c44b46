#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

/// A request and its answer, as a file keeps them.
struct recorded_exchange
{
    std::string method;
    std::string target;  ///< path and query
    std::string request_body;
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  ///< of the answer
    std::string body;
    std::int64_t took_ms = 0;
};

struct recording
{
    std::string upstream;
    std::string salt;  ///< of the pseudonyms
    std::vector<recorded_exchange> exchanges;
};

/// Whether this header gives the length of a body. The answer to HEAD has it without the body.
bool is_length_header(std::string_view name, std::string_view value);
/// @throws std::invalid_argument when the file cannot be read or is not a recording; the text has
/// its name and says what is wrong
recording read_recording(std::string const& file);
std::string recording_text(recording const& r);
/// Writes the whole file or nothing. @throws std::runtime_error when it cannot be written
void write_recording(std::string const& file, recording const& r);

}  // namespace cohub::inline abi_0_2::fake
