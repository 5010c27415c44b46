#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::fake {

namespace detail {
class journal_store;
}

/// @brief A request as the fake server received it, with secrets masked.
class recorded_request
{
public:
    /// 1, 2, … in the order in which the connections sent their first request.
    std::uint64_t connection = 0;
    std::string method;
    std::string path;  ///< with the query, as sent
    /// `system.ping`, `v1.ping`, `pieces.user_snapshot`; empty when the path has no such name.
    std::string name;
    std::vector<std::pair<std::string, std::string>> headers;  ///< spelling and order as sent
    std::string body;

    /// @brief First value of a header, spelled in any case; empty when there is none.
    std::string_view header(std::string_view field) const;
};

/// @brief A WebSocket frame as a client sent it, with secrets masked.
class recorded_frame
{
public:
    std::uint64_t connection = 0;  ///< as in `recorded_request`
    std::string path;              ///< of the stream
    std::string kind;              ///< continuation, text, binary, close, ping, pong
    bool fin = true;
    std::string payload;  ///< of a close frame the reason
    int code = 0;         ///< of a close frame; 1005 when it has none
};

/// @brief What the fake server received since it started or was last reset.
///
/// Traffic under `/__fake__/` is not counted. A pattern is a method name (`system.userSearch`), a
/// path (`/api/conat/hub`), both (`/api/conat/hub#system.ping`), or `*`; a `*` at the end of a name
/// or a path stands for any rest.
///
/// @par Thread safety
/// All members may be called from any thread while the server runs.
class journal
{
public:
    /// @brief Requests received that match, those that dropped out of the list included.
    std::size_t count(std::string_view pattern = "*") const;

    /// @brief The newest requests, at most 100,000 of them and at most 256 MiB of text.
    std::vector<recorded_request> requests(std::string_view pattern = "*") const;

    /// @brief The newest WebSocket frames of clients, within the same bounds.
    /// @param kind `pong`, `close` …; `*` is all
    std::vector<recorded_frame> frames(std::string_view kind = "*") const;

    /// @brief Connections accepted.
    std::size_t connections() const;
    /// @brief Connections open now, whenever they were accepted.
    std::size_t open() const;
    /// @brief TLS handshakes completed, and how many of them resumed a session.
    std::size_t handshakes() const;
    std::size_t resumed_handshakes() const;

    /// @brief Waits until at least `n` matching requests have arrived. @return false: too late
    bool wait_for(
        std::string_view pattern,
        std::size_t n,
        std::chrono::milliseconds limit = std::chrono::seconds(10)
    ) const;
    /// @brief Waits until at least `n` connections have been accepted. @return false: too late
    bool wait_for_connections(
        std::size_t n, std::chrono::milliseconds limit = std::chrono::seconds(10)
    ) const;
    /// @brief Waits until exactly `n` connections are open. @return false: too late
    bool wait_for_open(std::size_t n, std::chrono::milliseconds limit = std::chrono::seconds(10))
        const;

    /// @brief Waits until `frames(kind)` has at least `n` frames. @return false: too late
    bool wait_for_frames(
        std::string_view kind,
        std::size_t n,
        std::chrono::milliseconds limit = std::chrono::seconds(10)
    ) const;

    /// @brief The answer of `GET /__fake__/requests`.
    std::string json() const;
    /// @brief The answer of `GET /__fake__/frames`.
    std::string frames_json() const;

    /// @brief Forgets requests and counts; open connections stay open.
    void clear() const;

private:
    friend class detail::journal_store;
    explicit journal(detail::journal_store& store) : store_(&store) {}

    detail::journal_store* store_;
};

}  // namespace cohub::fake
