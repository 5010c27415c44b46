#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::fake {

/// A request as it came off the wire. Views hold until it is answered.
struct request
{
    std::string_view method;
    std::string_view target;  ///< path and query as sent
    std::string_view path;    ///< without the query
    std::vector<std::pair<std::string_view, std::string_view>> headers;
    std::string_view body;

    /// Null when there is no such header: an empty value and none are different things.
    std::optional<std::string_view> header(std::string_view name) const;
};

struct reply
{
    int status = 200;
    std::string_view content_type;  ///< none when empty; points at a literal
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

enum class ending
{
    keep,
    close,
    reset
};

/// How an answer goes out.
struct delivery
{
    std::chrono::milliseconds stall{0};
    /// Waits until the server's release count differs from this.
    std::optional<std::uint64_t> held_since;
    std::optional<std::size_t> cut_after;  ///< bytes of the whole answer, head included
    ending end = ending::keep;
    bool close_notify = true;
};

bool equal_ignoring_case(std::string_view a, std::string_view b);

std::string_view reason_phrase(int status);

}  // namespace cohub::fake
