#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// A value of a JSON text, as it stands there: nothing is rounded, reordered or unescaped.
/// @par Lifetime
/// The text must outlive it
struct json_node
{
    enum class kind
    {
        null,
        boolean,
        number,
        text,
        array,
        object,
    };

    json_node::kind is = kind::null;
    std::string_view raw;
    /// Of a member of an object, without its escapes.
    std::string name;
    /// Elements or members.
    std::vector<json_node> items;

    /// The last of that name, as it counts.
    json_node const* member(std::string_view of_name) const;
    /// What a text says; of anything else `raw`.
    std::string text() const;
};

/// @throws std::runtime_error if it is no JSON, or nested deeper than 64
json_node read_tree(std::string_view json);

/// The value of the first member of an object, as text; else `otherwise`.
std::string first_member(std::string_view json, std::string_view otherwise);

/// Whether it is a number as JSON writes them.
bool is_json_number(std::string_view text);

/// Carries numbers through code that would round them: the number 1.0 comes out as 1 of a double,
/// and 123456789012345678901 as another number.
class exact_numbers
{
public:
    /// Puts a text, which occurs nowhere else, in the place of each number that would change.
    /// @param json is JSON
    std::string hide(std::string_view json);
    /// Puts the numbers back.
    std::string restore(std::string_view json) const;
    /// Whether a text stands for a number.
    bool is_hidden(std::string_view text) const;

private:
    std::string mark_;
    std::vector<std::string> numbers_;
};

}  // namespace cli
