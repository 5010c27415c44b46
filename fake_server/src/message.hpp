#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
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
    bool http_1_0 = false;

    /// Null when there is no such header: an empty value and none are different things.
    std::optional<std::string_view> header(std::string_view name) const;
    /// The API key in `Authorization`, as Bearer or as the user of Basic; empty when there is none.
    std::string key() const;
};

struct reply
{
    int status = 200;
    std::string_view content_type;  ///< none when empty; points at a literal
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// Appends the next piece of a body that is not made as a whole, in place of `body`.
    /// @return false: it was the last
    std::function<bool(std::string& to)> more;
};

enum class ending
{
    keep,
    close,
    reset
};

class http_stream;

/// What a connection is used for once it is no longer HTTP.
class upgrade
{
public:
    virtual ~upgrade() = default;
    /// Runs it to its end on the connection's thread.
    /// @param head the answer to the handshake, which is still to be sent
    virtual ending run(http_stream& stream, std::string head) = 0;
    /// The server ends. From any thread, as is `wake`.
    virtual void stop() = 0;
    /// Something was released.
    virtual void wake() = 0;
};

/// How an answer goes out.
struct delivery
{
    std::int64_t now = 0;  ///< for the `Date` header
    std::chrono::milliseconds stall{0};
    /// Waits until `releases` differs from this.
    std::optional<std::uint64_t> held_since;
    std::atomic<std::uint64_t> const* releases = nullptr;  ///< lives as long as the connection
    /// So many bytes each time, and the pause between two times.
    std::size_t drip_bytes = 0;
    std::chrono::milliseconds drip_every{0};
    std::optional<std::size_t> cut_after;  ///< bytes of the whole answer, head included
    ending end = ending::keep;
    bool close_notify = true;
    std::shared_ptr<upgrade> upgraded;  ///< takes the connection over, unless it ends
};

std::string_view reason_phrase(int status);

}  // namespace cohub::fake
