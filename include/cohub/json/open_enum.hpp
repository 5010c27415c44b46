#ifndef COHUB_JSON_OPEN_ENUM_HPP
#define COHUB_JSON_OPEN_ENUM_HPP

#include <cohub/json/decode.hpp>
#include <cohub/json/encode.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::json {

/// @brief One of the words that a service is known to use, or another word, which is kept and
/// written back unchanged.
///
/// An enumeration lists its words in a constexpr function in its namespace, found by
/// argument-dependent lookup: `constexpr auto words_of(E const*)` returns an array of texts in the
/// order of the enumerators, which count from 0. One of them is named `unknown`.
template <class E>
class open_enum
{
public:
    open_enum() = default;
    /// @param value a known word
    open_enum(E value) : value_(value) {}
    /// @param word as it is on the wire
    explicit open_enum(std::string_view word) { assign(word); }

    /// @brief `E::unknown` for a word that is not known.
    E value() const noexcept { return value_; }
    /// @brief The same as `value`, for use in a `switch`.
    operator E() const noexcept { return value_; }

    /// @brief The word on the wire, known or not.
    std::string_view word() const noexcept
    {
        if (is_new_) return other_;
        constexpr static auto words = words_of(static_cast<E const*>(nullptr));
        return words[static_cast<std::size_t>(value_)];
    }
    /// @brief Whether the word belongs to no enumerator.
    bool is_new() const noexcept { return is_new_; }

    /// @brief Sets the word. A word that is not known is kept, as `E::unknown`.
    /// @param word as it is on the wire
    void assign(std::string_view word)
    {
        constexpr auto words = words_of(static_cast<E const*>(nullptr));
        other_.clear();
        is_new_ = false;
        for (std::size_t i = 0; i != words.size(); ++i)
            if (words[i] == word) {
                value_ = static_cast<E>(i);
                return;
            }
        value_ = E::unknown;
        is_new_ = true;
        other_.assign(word);
    }

    friend bool operator==(open_enum const& a, open_enum const& b) noexcept
    {
        return a.word() == b.word();
    }
    /// @brief A word that is not known is equal to no enumerator but `unknown`.
    friend bool operator==(open_enum const& a, E b) noexcept { return a.value_ == b; }

private:
    E value_ = E::unknown;
    bool is_new_ = false;
    std::string other_;
};

template <class E>
void encode(writer& w, open_enum<E> const& v)
{
    w.text(v.word());
}

namespace detail {

template <class E>
struct plain_type<open_enum<E>>
{
    template <class Target>
    static constexpr type_info info()
    {
        type_info t = plain<Target>(kind::text, "a string");
        t.store_text = [](void* p, std::string_view s) {
            place<Target, open_enum<E>>(p).assign(s);
            return true;
        };
        return t;
    }
};

}  // namespace detail
}  // namespace cohub::inline abi_0_2::json

#endif
