#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// What can be called; all of it only reads.
enum class method
{
    user_search,
    ping,
    get_names,
    get_customize
};

std::string_view name_of(method m);
/// @brief `system.userSearch`, as the server knows it.
std::string_view wire_name_of(method m);

/// @brief Methods in exact proportion: of as many calls as the weights add up to, each method has
/// as many as its weight, evenly spread.
class mix
{
public:
    struct entry
    {
        method what = method::user_search;
        std::uint64_t weight = 1;
    };

    /// @brief `user_search` alone.
    mix();
    /// @param text `user_search=8,ping=1,get_names=1`
    /// @throws usage_error
    explicit mix(std::string_view text);

    std::vector<entry> const& entries() const { return entries_; }
    bool has(method m) const;
    /// @brief The place in `entries` of what call number `i` calls.
    std::size_t at(std::uint64_t i) const { return order_[i % order_.size()]; }
    /// @brief As it can be given again.
    std::string text() const;

private:
    void spread();

    std::vector<entry> entries_;
    std::vector<unsigned char> order_;
};

}  // namespace bench
