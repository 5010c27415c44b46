#ifndef COHUB_CORE_SECRET_HPP
#define COHUB_CORE_SECRET_HPP

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace cohub::inline abi_0_2 {

namespace detail {

/// Overwrites memory in a way that the optimizer may not remove.
inline void wipe(void* data, std::size_t size) noexcept
{
    auto volatile* p = static_cast<unsigned char volatile*>(data);
    while (size-- != 0) *p++ = 0;
}

inline void wipe(std::string& text) noexcept
{
    wipe(text.data(), text.capacity());
    text.clear();
}

}  // namespace detail

/// @brief Text that is never printed or logged, and that is overwritten when it is destroyed: an
/// API key, a password.
class secret
{
public:
    secret() = default;
    /// @brief Takes a text. Other copies of it are not overwritten.
    secret(std::string text) : text_(std::move(text)) {}
    /// @brief Copies a text.
    secret(std::string_view text) : text_(text) {}
    /// @brief Copies a text that ends with a null character.
    secret(char const* text) : text_(text) {}
    secret(secret const&) = default;
    // A moved short text leaves its characters in the source; they are overwritten, too.
    secret(secret&& other) noexcept : text_(std::move(other.text_)) { detail::wipe(other.text_); }
    secret& operator=(secret const& other)
    {
        if (this != &other) {
            detail::wipe(text_);
            text_ = other.text_;
        }
        return *this;
    }
    secret& operator=(secret&& other) noexcept
    {
        if (this != &other) {
            detail::wipe(text_);
            text_ = std::move(other.text_);
            detail::wipe(other.text_);
        }
        return *this;
    }
    ~secret() { detail::wipe(text_); }

    /// @brief The text itself. There is no other way to read it, so that all uses can be found.
    std::string_view reveal() const noexcept { return text_; }
    /// @brief Whether there is no text.
    bool empty() const noexcept { return text_.empty(); }

    friend bool operator==(secret const& a, secret const& b) noexcept { return a.text_ == b.text_; }
    friend std::ostream& operator<<(std::ostream& out, secret const& s)
    {
        return out << (s.empty() ? "" : "***");
    }

private:
    std::string text_;
};

}  // namespace cohub::inline abi_0_2

#endif
