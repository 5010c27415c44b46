#pragma once

#include <string_view>
#include <vector>

namespace cohub::tests::allocation {

/// @brief The source of the allocations that are counted.
enum class source
{
    operator_new,  ///< all forms of operator new
    asio,          ///< operations, posts and waits, by aligned_alloc
    openssl,
};

/// @brief Makes the nth allocation of this thread fail, once, while the object lives. Other threads
/// are not affected.
class failing
{
public:
    failing(source from, long nth) noexcept;
    failing(failing const&) = delete;
    failing& operator=(failing const&) = delete;
    ~failing();

    /// @brief Whether the nth allocation was requested and has failed.
    bool has_failed() const noexcept;
};

/// @brief While it lives, allocations of this thread neither fail nor count. For the test's own
/// allocations.
class exempt
{
public:
    exempt() noexcept;
    exempt(exempt const&) = delete;
    exempt& operator=(exempt const&) = delete;
    ~exempt();

private:
    bool before_;
};

/// @brief While it lives, each block that this thread or OpenSSL frees is searched.
class watch
{
public:
    /// @param words none of them may be found; they must outlive this object
    explicit watch(std::vector<std::string_view> const& words) noexcept;
    watch(watch const&) = delete;
    watch& operator=(watch const&) = delete;
    ~watch();

    /// @brief The number of blocks in which one of the words was found.
    int found() const noexcept;
};

/// @brief Makes OpenSSL allocate through the counter. To be called before any use of OpenSSL.
/// @return false if OpenSSL was used before
bool take_over_openssl() noexcept;

}  // namespace cohub::tests::allocation
