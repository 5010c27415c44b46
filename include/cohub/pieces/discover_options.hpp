#ifndef COHUB_PIECES_DISCOVER_OPTIONS_HPP
#define COHUB_PIECES_DISCOVER_OPTIONS_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::pieces {

/// @brief Where `pieces::discover` searches for Pieces OS, and for how long.
class discover_options
{
public:
    discover_options() {}

    /// @brief Sets the limit for the whole search; 2 s by default, at most a day. 0: the search
    /// tries nothing.
    discover_options& timeout(std::chrono::milliseconds t)
    {
        timeout_ = bounded(t);
        return *this;
    }
    /// @brief Sets how long one server may take for its answer; 500 ms by default, at most a day.
    /// With 0, no server is fast enough.
    discover_options& probe_timeout(std::chrono::milliseconds t)
    {
        probe_timeout_ = bounded(t);
        return *this;
    }
    /// @brief Sets the folder of the user's files, in UTF-8. Empty, the default, means `$HOME`; on
    /// Windows, `%USERPROFILE%` and `%LOCALAPPDATA%`.
    discover_options& home(std::string folder)
    {
        home_ = std::move(folder);
        return *this;
    }
    /// @brief Sets the files that may contain the port, instead of the default files in the user's
    /// home.
    ///
    /// The paths are in UTF-8, and the search reads the files in this order. An empty list means no
    /// files.
    discover_options& port_files(std::vector<std::string> paths)
    {
        port_files_ = std::move(paths);
        return *this;
    }
    /// @brief Sets the ports to try if no port file leads to Pieces OS, instead of 39300 to 39333.
    /// 0 is ignored, and an empty list means no ports.
    ///
    /// The search tries several ports at the same time, and takes the first that answers.
    discover_options& ports(std::vector<std::uint16_t> list)
    {
        ports_ = std::move(list);
        return *this;
    }
    /// @brief Sets the ports of old versions, which the search tries last. The default is 1000; on
    /// Linux, 5323 and then 1000. An empty list means no ports.
    discover_options& old_ports(std::vector<std::uint16_t> list)
    {
        old_ports_ = std::move(list);
        return *this;
    }

    /// @brief The limit for the whole search.
    std::chrono::milliseconds timeout() const noexcept { return timeout_; }
    /// @brief How long one server may take for its answer.
    std::chrono::milliseconds probe_timeout() const noexcept { return probe_timeout_; }
    /// @brief The value that was set by `home`; empty: the user's own folder.
    std::string const& home() const noexcept { return home_; }
    /// @brief The value that was set by `port_files`; not set: the default files.
    auto const& port_files() const noexcept { return port_files_; }
    /// @brief The value that was set by `ports`; not set: 39300 to 39333.
    auto const& ports() const noexcept { return ports_; }
    /// @brief The value that was set by `old_ports`; not set: the default ports.
    auto const& old_ports() const noexcept { return old_ports_; }

private:
    /// A time in these limits cannot overflow a point in time.
    static std::chrono::milliseconds bounded(std::chrono::milliseconds t) noexcept
    {
        return std::clamp<std::chrono::milliseconds>(
            t, std::chrono::milliseconds::zero(), std::chrono::hours(24)
        );
    }

    std::chrono::milliseconds timeout_{2'000};
    std::chrono::milliseconds probe_timeout_{500};
    std::string home_;
    std::optional<std::vector<std::string>> port_files_;
    std::optional<std::vector<std::uint16_t>> ports_, old_ports_;
};

}  // namespace cohub::inline abi_0_2::pieces

#endif
