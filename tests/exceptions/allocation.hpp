#pragma once

#include <string_view>
#include <vector>

namespace cohub::tests::allocation {

/// @brief Whose allocations are counted.
enum class source
{
    operator_new,  ///< in all its forms
    asio,          ///< of operations, posts and waits, by aligned_alloc
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

    /// @brief Whether the nth allocation has been asked for.
    bool has_failed() const noexcept;
};

/// @brief While it lives, allocations of this thread neither fail nor count: the test's own.
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

/// @brief While it lives, each block that this thread gives back, and OpenSSL's, is searched.
class watch
{
public:
    /// @param words of them none is to be found; they have to outlive this
    explicit watch(std::vector<std::string_view> const& words) noexcept;
    watch(watch const&) = delete;
    watch& operator=(watch const&) = delete;
    ~watch();

    /// @brief Blocks in which one of them was found.
    int found() const noexcept;
};

/// @brief Has OpenSSL allocate through the counter. To be called before any use of OpenSSL.
/// @return false if it came too late
bool take_over_openssl() noexcept;

}  // namespace cohub::tests::allocation
