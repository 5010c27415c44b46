#ifndef COHUB_PIECES_DETAIL_PORT_FILE_HPP
#define COHUB_PIECES_DETAIL_PORT_FILE_HPP

#include <cohub/core/platform.hpp>
#include <cohub/json/merge.hpp>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace cohub::inline abi_0_2::pieces::detail {

/// @brief In options and messages, paths are in UTF-8, independent of the encoding of the system.
inline std::filesystem::path path_of(std::string_view utf8)
{
    return std::u8string(utf8.begin(), utf8.end());
}
inline std::string text_of(std::filesystem::path const& path)
{
    std::u8string const text = path.generic_u8string();
    return std::string(text.begin(), text.end());
}

/// @brief The files in which Pieces OS may write its port.
/// @param home the user's folder; empty if it is not known
/// @param local the folder of the user's programs on Windows (`%LOCALAPPDATA%`), or empty
/// @source pieces-os-client-sdk-for-csharp, PiecesApi port discovery; support#993 for `local`
inline std::vector<std::filesystem::path> usual_port_files(
    platform::family system, std::filesystem::path const& home, std::filesystem::path const& local
)
{
    std::filesystem::path const rest = "com.pieces.os/production/Config/.port.txt";
    std::vector<std::filesystem::path> paths;
    if (system == platform::family::windows && !local.empty())
        paths.push_back(local / "Mesh Intelligent Technologies, Inc/Pieces OS" / rest);
    if (!home.empty())
        paths.push_back(
            home / (system == platform::family::macos ? "Library" : "Documents") / rest
        );
    return paths;
}

/// @return null, or why there is no port
inline char const* read_port(std::filesystem::path const& path, std::uint16_t& port)
{
    std::error_code ec;
    std::filesystem::file_type const type = std::filesystem::status(path, ec).type();
    if (type == std::filesystem::file_type::not_found || type == std::filesystem::file_type::none)
        return "not there";
    // The path may be a pipe. Opening a pipe would wait until another process writes to it.
    if (type != std::filesystem::file_type::regular) return "holds no port";
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    // A stream does not say why it failed, but the failed system call has set errno.
    if (!file) return errno == EMFILE || errno == ENFILE ? "no file descriptor" : "not there";
    char text[64];
    file.read(text, sizeof text);
    auto const size = static_cast<std::size_t>(file.gcount());
    std::string_view const number = json::trimmed({text, size});
    std::uint16_t value = 0;
    auto const [end, failed] = std::from_chars(number.data(), number.data() + number.size(), value);
    bool const whole = !number.empty() && end == number.data() + number.size();
    if (size == sizeof text || failed != std::errc() || !whole || value == 0)
        return "holds no port";
    port = value;
    return nullptr;
}

}  // namespace cohub::inline abi_0_2::pieces::detail

#endif
