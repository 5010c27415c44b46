#ifndef COHUB_CORE_PLATFORM_HPP
#define COHUB_CORE_PLATFORM_HPP

/// @file
/// @internal Small parts of the library.

// All code that depends on the operating system. Everything else uses Asio, OpenSSL and the
// standard library.

#include <sys/stat.h>  // not <filesystem>, which every program would compile

#if !defined(_WIN32)
#include <pthread.h>
#include <signal.h>
#endif

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

namespace cohub::inline abi_0_2::platform {

namespace detail {
inline constinit std::atomic<unsigned> forks{0};
}

/// @brief How many forks lead to this process, since `count_forks` was called.
///
/// A child process shares connections with its parent. A client compares this number with the
/// number from when it was made. So it notices in the child that its connections belong to the
/// parent.
inline unsigned fork_count() noexcept { return detail::forks.load(std::memory_order_relaxed); }

/// @brief Counts forks from now on.
///
/// A handler runs in the child, so that a call of the client costs nothing. getpid() is a system
/// call.
inline void count_forks() noexcept
{
#if !defined(_WIN32)
    static int const registered =
        pthread_atfork(nullptr, nullptr, [] { detail::forks.fetch_add(1); });
    static_cast<void>(registered);
#endif
}

namespace detail {

/// @brief Blocks signals for threads that are started while this object lives.
class signal_block
{
public:
#if defined(_WIN32)
    signal_block() noexcept {}
#else
    signal_block() noexcept
    {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~signal_block() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
#endif
    signal_block(signal_block const&) = delete;
    signal_block& operator=(signal_block const&) = delete;

#if !defined(_WIN32)
private:
    sigset_t before_{};
#endif
};

}  // namespace detail

/// @brief Starts a thread that runs `body(what)`. The thread does not receive the program's
/// signals.
/// @throws std::system_error, std::bad_alloc
inline std::thread start_thread(void (*body)(void*), void* what)
{
    detail::signal_block const quiet;
    return std::thread(body, what);
}

/// @brief Systems that keep a program's files in different places.
enum class family
{
    linux_,
    macos,
    windows,
    other,
};

inline constexpr family here =
#if defined(_WIN32)
    family::windows;
#elif defined(__APPLE__)
    family::macos;
#elif defined(__linux__)
    family::linux_;
#else
    family::other;
#endif

/// @brief A variable of the environment, in the form that std::filesystem::path takes; empty if
/// there is none.
///
/// On Windows, only the wide form can hold the names of all users.
#if defined(_WIN32)
inline std::wstring variable(std::string_view name)
{
    wchar_t const* const value = ::_wgetenv(std::wstring(name.begin(), name.end()).c_str());
    return value == nullptr ? std::wstring() : std::wstring(value);
}
#else
inline std::string variable(std::string_view name)
{
    char const* const value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::string() : std::string(value);
}
#endif

/// @brief When a file or folder was last changed, in seconds, and its size; zero if there is none.
struct file_stamp
{
    std::int64_t changed = 0;
    std::int64_t size = 0;
    bool operator==(file_stamp const&) const = default;
};
inline file_stamp stamp_of(char const* path) noexcept
{
    struct ::stat s = {};
    if (::stat(path, &s) != 0) return {};
    return {static_cast<std::int64_t>(s.st_mtime), static_cast<std::int64_t>(s.st_size)};
}

}  // namespace cohub::inline abi_0_2::platform

#endif
