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

namespace cohub::inline abi_0_2::fake {

/// A request as it was received. Its views are valid until it is answered.
struct request
{
    std::string_view method;
    std::string_view target;  ///< path and query as sent, without the host of the absolute form
    std::string_view path;    ///< without the query
    std::vector<std::pair<std::string_view, std::string_view>> headers;
    std::string_view body;
    bool http_1_0 = false;

    /// Null when there is no such header, as opposed to a header with an empty value.
    std::optional<std::string_view> header(std::string_view name) const;
    /// The API key in `Authorization`, from Bearer or from the user name of Basic; empty when there
    /// is none.
    std::string key() const;
};

struct reply
{
    int status = 200;
    std::string_view content_type;  ///< none when empty; points to a literal
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// The headers alone say how long the body is, as in an answer to HEAD, whose body is not here.
    bool has_own_length = false;
    /// If set, it is called in place of `body` and appends the next piece of the body.
    /// @return false: this was the last one
    std::function<bool(std::string& to)> more;
};

enum class ending
{
    keep,
    close,
    reset
};

class http_stream;

/// What uses a connection that no longer carries HTTP.
class upgrade
{
public:
    virtual ~upgrade() = default;
    /// Runs on the connection's thread until the end of the connection.
    /// @param head the answer to the handshake, which is still to be sent
    virtual ending run(http_stream& stream, std::string head) = 0;
    /// The server ends. Any thread may call this and `wake`.
    virtual void stop() = 0;
    /// Something was released.
    virtual void wake() = 0;
};

/// How an answer is sent.
struct delivery
{
    std::int64_t now = 0;  ///< for the `Date` header
    std::chrono::milliseconds stall{0};
    /// Waits until `releases` differs from this.
    std::optional<std::uint64_t> held_since;
    std::atomic<std::uint64_t> const* releases = nullptr;  ///< lives as long as the connection
    /// The number of bytes to send at a time, and the pause after them.
    std::size_t drip_bytes = 0;
    std::chrono::milliseconds drip_every{0};
    std::optional<std::size_t> cut_after;  ///< bytes of the whole answer, head included
    ending end = ending::keep;
    bool close_notify = true;
    std::shared_ptr<upgrade> upgraded;  ///< takes over the connection, unless it ends
};

std::string_view reason_phrase(int status);

}  // namespace cohub::inline abi_0_2::fake
