#include "form.hpp"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include <string>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decoded(std::string_view s, char plus = ' ')
{
    std::string out;
    for (std::size_t i = 0; i < s.size(); ++i) {
        int const high = s[i] == '%' && i + 2 < s.size() ? hex_digit(s[i + 1]) : -1;
        int const low = high >= 0 ? hex_digit(s[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += s[i] == '+' ? plus : s[i];
        }
    }
    return is_utf8(out) ? out : repair_utf8(out);
}

bool is_index(std::string_view s)
{
    return s.empty() || (s.size() < 3 && s.find_first_not_of("0123456789") == s.npos);
}

void add(json::value& to, std::string text)
{
    if (!to.is_array()) {
        json::array list;
        list.push_back(std::move(to));
        to = std::move(list);
    }
    to.get_array().emplace_back(std::move(text));
}

}  // namespace

std::string percent_decoded(std::string_view path) { return decoded(path, '+'); }

json::object parse_form(std::string_view body)
{
    json::object out;
    for (std::string_view const pair : split(body, "&")) {
        auto const equals = pair.find('=');
        std::string const name = decoded(pair.substr(0, equals));
        std::string value = equals == pair.npos ? "" : decoded(pair.substr(equals + 1));
        auto const open = name.find('[');
        bool const nested = open != name.npos && open > 0 && name.back() == ']';
        if (name.empty()) continue;
        std::string const outer = nested ? name.substr(0, open) : name;
        std::string const inner =
            nested ? name.substr(open + 1, name.size() - open - 2) : std::string();
        json::value* const known = out.if_contains(outer);
        if (nested && !is_index(inner)) {
            if (!known || !known->is_object()) out[outer] = json::object();
            out[outer].get_object()[inner] = value;
        } else if (known) {
            add(*known, std::move(value));
        } else if (nested) {
            json::array list;
            list.emplace_back(std::move(value));
            out[outer] = std::move(list);
        } else {
            out[outer] = value;
        }
    }
    return out;
}

}  // namespace cohub::inline abi_0_2::fake
