#pragma once

#include <boost/json/fwd.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

namespace detail {
class journal_store;
}

/// @brief A request as the fake server received it, with secrets masked.
class recorded_request
{
public:
    /// 1, 2, … in the order in which the connections sent their first request.
    std::uint64_t connection = 0;
    /// `GET`, `POST` and so on.
    std::string method;
    std::string path;  ///< with the query, as sent
    /// `system.ping`, `v1.ping`, `pieces.user_snapshot`; empty when the path has no such name.
    std::string name;
    std::vector<std::pair<std::string, std::string>> headers;  ///< spelling and order as sent
    /// The body's bytes, secrets masked.
    std::string body;

    std::uint64_t number = 0;  ///< 1, 2, … since the start or the last reset or `clear`
    std::int64_t time = 0;     ///< when it had been read, in milliseconds since the epoch
    std::int64_t clock = 0;    ///< the time of the server's clock then
    /// How long the server took from then to the complete answer, a `delay` included; nothing:
    /// there is no answer yet.
    std::optional<std::chrono::milliseconds> took;
    std::optional<int>
        status;         ///< of the answer; nothing while there is no answer, or if none is sent
    std::string fault;  ///< the step of the script that it used, as text; empty for none
    std::uint64_t fault_id = 0;  ///< the number of that fault
    /// The answer's body; of a long one, the first 64 KiB. The newest 16 MiB of all answers are
    /// kept.
    std::string answer;
    std::size_t answer_bytes = 0;  ///< the length of the whole body

    /// @brief First value of a header, in any case of letters; empty if there is none.
    std::string_view header(std::string_view field) const;

    /// @brief The positional arguments of a call of the hub or of a project, for example
    /// `[{"query":"ada"}]`; empty if this is not such a call. A source that uses it has to include
    /// `<boost/json/array.hpp>`.
    boost::json::array args() const;
};

/// @brief One line for a test's output. Secrets are masked even if the journal does not mask them.
std::ostream& operator<<(std::ostream& out, recorded_request const& r);

/// @brief A WebSocket frame as a client sent it, with secrets masked.
class recorded_frame
{
public:
    std::uint64_t connection = 0;  ///< as in `recorded_request`
    std::string path;              ///< of the stream
    std::string kind;              ///< continuation, text, binary, close, ping, pong
    /// Whether it is the last frame of its message.
    bool fin = true;
    std::string payload;  ///< of a close frame: the reason
    int code = 0;         ///< of a close frame; 1005 if it has none
};

/// @brief What the fake server has received since it started or was last reset.
///
/// Traffic under `/__fake__/` does not count. A pattern is a method name (`system.userSearch`), a
/// path (`/api/conat/hub`), both (`/api/conat/hub#system.ping`), or `*`. A `*` at the end of a name
/// or a path stands for any text.
///
/// @par Thread safety
/// All members may be called from any thread while the server runs.
class journal
{
public:
    /// @brief The number of matching requests, including those that are no longer in the list.
    std::size_t count(std::string_view pattern = "*") const;

    /// @brief The newest requests, at most 100,000 of them and at most 256 MiB of text.
    std::vector<recorded_request> requests(std::string_view pattern = "*") const;

    /// @brief The newest WebSocket frames of clients, within the same bounds.
    /// @param kind `pong`, `close` …; `*` means all
    std::vector<recorded_frame> frames(std::string_view kind = "*") const;

    /// @brief Connections accepted.
    std::size_t connections() const;
    /// @brief Connections that are open now, whenever they were accepted.
    std::size_t open() const;
    /// @brief TLS handshakes that were completed.
    std::size_t handshakes() const;
    /// @brief TLS handshakes that resumed a session.
    std::size_t resumed_handshakes() const;

    /// @brief Waits until at least `n` matching requests have arrived. @return false: not in time
    bool wait_for(
        std::string_view pattern,
        std::size_t n,
        std::chrono::milliseconds limit = std::chrono::seconds(10)
    ) const;
    /// @brief Waits until at least `n` connections have been accepted. @return false: not in time
    bool wait_for_connections(
        std::size_t n, std::chrono::milliseconds limit = std::chrono::seconds(10)
    ) const;
    /// @brief Waits until exactly `n` connections are open. @return false: not in time
    bool wait_for_open(std::size_t n, std::chrono::milliseconds limit = std::chrono::seconds(10))
        const;

    /// @brief Waits until `frames(kind)` has at least `n` frames. @return false: not in time
    bool wait_for_frames(
        std::string_view kind,
        std::size_t n,
        std::chrono::milliseconds limit = std::chrono::seconds(10)
    ) const;

    /// @brief The answer of `GET /__fake__/requests`.
    std::string json() const;
    /// @brief The answer of `GET /__fake__/frames`.
    std::string frames_json() const;

    /// @brief Removes requests and counts; open connections stay open.
    void clear() const;

private:
    friend class detail::journal_store;
    explicit journal(detail::journal_store& store) : store_(&store) {}

    detail::journal_store* store_;
};

}  // namespace cohub::inline abi_0_2::fake
