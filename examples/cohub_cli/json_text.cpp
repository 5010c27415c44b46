#include "json_text.hpp"

#include <cohub/json/decode.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace cli {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Where the text that begins at `at` ends, its quotes included.
std::size_t text_length(std::string_view at)
{
    for (std::size_t i = 1; i < at.size(); ++i) {
        if (at[i] == '"') return i + 1;
        if (at[i] == '\\') ++i;
    }
    return at.size();
}

std::size_t number_length(std::string_view at)
{
    return std::min(at.find_first_not_of("+-.0123456789eE"), at.size());
}

std::string unescaped(std::string_view quoted)
{
    std::string text;
    cohub::json::decode(quoted, text);
    return text;
}

class tree_reader
{
public:
    explicit tree_reader(std::string_view json) : rest_(json) {}

    json_node all()
    {
        json_node n = value(0);
        blanks();
        if (!rest_.empty()) fail();
        return n;
    }

private:
    [[noreturn]] static void fail() { throw std::runtime_error("this is no JSON"); }

    void blanks()
    {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
    }
    std::string_view take(std::size_t n)
    {
        std::string_view const taken = rest_.substr(0, n);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    bool next_is(char c)
    {
        blanks();
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    json_node value(int depth)
    {
        if (depth > 64) throw std::runtime_error("the JSON is nested too deep");
        blanks();
        json_node n;
        char const* const begin = rest_.data();
        if (rest_.empty()) fail();
        switch (rest_.front()) {
            case '{':
            case '[':
                container(n, depth);
                break;
            case '"':
                n.is = json_node::kind::text;
                take(text_length(rest_));
                break;
            case 't':
            case 'f':
                n.is = json_node::kind::boolean;
                take(rest_.front() == 't' ? 4 : 5);
                break;
            case 'n':
                take(4);
                break;
            default: {
                n.is = json_node::kind::number;
                if (take(number_length(rest_)).empty()) fail();
            }
        }
        n.raw = std::string_view(begin, static_cast<std::size_t>(rest_.data() - begin));
        return n;
    }

    void container(json_node& n, int depth)
    {
        bool const object = take(1) == "{";
        char const end = object ? '}' : ']';
        n.is = object ? json_node::kind::object : json_node::kind::array;
        if (next_is(end)) return;
        do {
            blanks();
            std::string name;
            if (object) {
                name = unescaped(take(text_length(rest_)));
                if (!next_is(':')) fail();
            }
            n.items.push_back(value(depth + 1));
            n.items.back().name = std::move(name);
        } while (next_is(','));
        if (!next_is(end)) fail();
    }

    std::string_view rest_;
};

/// Whether 64 bits hold it, and give it back as it is written.
bool is_plain_integer(std::string_view number)
{
    std::int64_t value = 0;
    char const* const end = number.data() + number.size();
    auto const read = std::from_chars(number.data(), end, value);
    return read.ec == std::errc() && read.ptr == end && number != "-0";
}

}  // namespace

json_node const* json_node::member(std::string_view of_name) const
{
    auto const found = std::find_if(items.rbegin(), items.rend(), [&](json_node const& m) {
        return is == kind::object && m.name == of_name;
    });
    return found == items.rend() ? nullptr : &*found;
}

std::string json_node::text() const { return is == kind::text ? unescaped(raw) : std::string(raw); }

json_node read_tree(std::string_view json) { return tree_reader(json).all(); }

std::string first_member(std::string_view json, std::string_view otherwise)
{
    json_node const all = read_tree(json);
    bool const has_one = all.is == json_node::kind::object && !all.items.empty();
    return std::string(has_one ? all.items.front().raw : otherwise);
}

bool is_json_number(std::string_view text)
{
    auto const digits = [&text] {
        std::size_t n = 0;
        while (n < text.size() && is_digit(text[n])) ++n;
        text.remove_prefix(n);
        return n;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    bool const zero = text.starts_with('0');
    std::size_t const whole = digits();
    if (whole == 0 || (zero && whole > 1)) return false;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (digits() == 0) return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
        if (digits() == 0) return false;
    }
    return text.empty();
}

std::string exact_numbers::hide(std::string_view json)
{
    std::string out;
    while (!json.empty()) {
        std::size_t n = 1;
        if (json.front() == '"') {
            n = text_length(json);
        } else if (json.front() == '-' || is_digit(json.front())) {
            n = number_length(json);
            if (std::string_view const number = json.substr(0, n); !is_plain_integer(number)) {
                if (mark_.empty()) {
                    std::random_device random;
                    mark_ = "number";
                    for (int i = 0; i != 4; ++i) mark_.append("-").append(std::to_string(random()));
                    mark_ += ':';
                }
                out.append("\"").append(mark_).append(std::to_string(numbers_.size())).append("\"");
                numbers_.emplace_back(number);
                json.remove_prefix(n);
                continue;
            }
        }
        out.append(json.substr(0, n));
        json.remove_prefix(n);
    }
    return out;
}

std::string exact_numbers::restore(std::string_view json) const
{
    std::string out;
    if (numbers_.empty()) return out.assign(json);
    std::string const begin = '"' + mark_;
    for (;;) {
        std::size_t const at = json.find(begin);
        out.append(json.substr(0, at));
        if (at == std::string_view::npos) return out;
        json.remove_prefix(at + begin.size());
        std::size_t index = 0;
        char const* const end = json.data() + json.size();
        auto const read = std::from_chars(json.data(), end, index);
        out.append(numbers_.at(index));
        json.remove_prefix(static_cast<std::size_t>(read.ptr - json.data()) + 1);
    }
}

bool exact_numbers::is_hidden(std::string_view text) const
{
    return !mark_.empty() && text.starts_with(mark_);
}

}  // namespace cli
