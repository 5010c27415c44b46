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
    std::string name;  ///< `name` of a CoCalc call (`system.ping`); empty otherwise
    std::vector<std::pair<std::string, std::string>> headers;  ///< spelling and order as sent
    std::string body;

    /// @brief First value of a header, spelled in any case; empty when there is none.
    std::string_view header(std::string_view field) const;
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

    /// @brief The answer of `GET /__fake__/requests`.
    std::string json() const;

    /// @brief Forgets requests and counts; open connections stay open.
    void clear() const;

private:
    friend class detail::journal_store;
    explicit journal(detail::journal_store& store) : store_(&store) {}

    detail::journal_store* store_;
};

}  // namespace cohub::fake
