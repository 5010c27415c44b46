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

/// @brief Where `pieces::discover` looks for Pieces OS, and for how long.
class discover_options
{
public:
    discover_options() {}

    /// @brief The whole search takes at most this long; 2 s, at most a day. 0: nothing is tried.
    discover_options& timeout(std::chrono::milliseconds t)
    {
        timeout_ = bounded(t);
        return *this;
    }
    /// @brief How long one server may take to say that it is Pieces OS; 500 ms, at most a day.
    /// 0: nobody is fast enough.
    discover_options& probe_timeout(std::chrono::milliseconds t)
    {
        probe_timeout_ = bounded(t);
        return *this;
    }
    /// @brief The folder to look for the user's files in, as UTF-8; empty, as at first: `$HOME`, on
    /// Windows `%USERPROFILE%` and `%LOCALAPPDATA%`.
    discover_options& home(std::string folder)
    {
        home_ = std::move(folder);
        return *this;
    }
    /// @brief Files that may hold the port, in place of the usual ones in the user's home, by
    /// order, as UTF-8; an empty list: none.
    discover_options& port_files(std::vector<std::string> paths)
    {
        port_files_ = std::move(paths);
        return *this;
    }
    /// @brief Ports to try if no file helps, in place of 39300 to 39333; 0 is passed over, and an
    /// empty list means none. Several are asked at a time, and the first to answer wins.
    discover_options& ports(std::vector<std::uint16_t> list)
    {
        ports_ = std::move(list);
        return *this;
    }
    /// @brief Ports of old versions, tried at last, in place of 1000, and on Linux 5323 before it;
    /// an empty list: none.
    discover_options& old_ports(std::vector<std::uint16_t> list)
    {
        old_ports_ = std::move(list);
        return *this;
    }

    /// @brief How long the whole search may take.
    std::chrono::milliseconds timeout() const noexcept { return timeout_; }
    /// @brief How long one server may take.
    std::chrono::milliseconds probe_timeout() const noexcept { return probe_timeout_; }
    /// @brief What `home` was told; empty: the user's own folder.
    std::string const& home() const noexcept { return home_; }
    /// @brief What `port_files` was told; not set: the usual files.
    auto const& port_files() const noexcept { return port_files_; }
    /// @brief What `ports` was told; not set: 39300 to 39333.
    auto const& ports() const noexcept { return ports_; }
    /// @brief What `old_ports` was told; not set: the usual ones.
    auto const& old_ports() const noexcept { return old_ports_; }

private:
    /// Far from where a point in time would overflow.
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
