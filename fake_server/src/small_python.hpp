#pragma once

// What the fake kernels run: a small part of Python. It has arithmetic, texts, lists,
// comprehensions, `print`, variables and a few functions. It has no loops and no definitions.

#include <boost/json/array.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cohub::inline abi_0_2::fake {

class small_python
{
public:
    /// Runs a cell. @return its outputs in a notebook's format
    boost::json::array run(std::string_view cell);

    /// How long all cells together have slept.
    std::int64_t takes_ms() const { return takes_ms_; }

private:
    struct value;
    struct sequence
    {
        std::vector<value> items;
        bool tuple = false;
        int depth = 1;  ///< the depth of its nesting
    };
    struct range
    {
        std::int64_t first, last, step;
        std::int64_t size() const;
    };
    struct function
    {
        std::string name;
    };
    struct value
    {
        std::variant<
            std::monostate,
            bool,
            std::int64_t,
            double,
            std::string,
            std::shared_ptr<sequence>,
            range,
            function>
            v;
    };
    /// A Python exception.
    struct raised
    {
        std::string name, text;
    };
    struct reader;

    std::string repr(value const& v);
    std::string text(value const& v);
    static std::string type_name(value const& v);
    static bool truth(value const& v);
    static std::optional<double> as_number(value const& v);
    static std::optional<std::int64_t> as_integer(value const& v);
    std::vector<value> items(value const& v);
    int compare(value const& a, value const& b, std::string_view op);
    value arithmetic(value const& a, value const& b, std::string_view op);
    value call(
        std::string const& name,
        std::vector<value> const& arguments,
        std::map<std::string, value> const& named
    );
    void print(std::string_view text);
    value make_sequence(std::vector<value> items, bool tuple);
    /// Counts what is made, copied or searched. The sum over all cells has a limit.
    void charge(std::size_t bytes);

    std::map<std::string, value> variables_;
    std::string printed_;
    std::size_t work_ = 0;
    std::int64_t takes_ms_ = 0;
    std::int64_t cell_ms_ = 0;
};

}  // namespace cohub::inline abi_0_2::fake
