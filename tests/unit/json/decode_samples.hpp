#pragma once

#include <cohub/json/decode.hpp>

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Types with all kinds of members, and a function that decodes a text into a value of any type.

namespace cohub::json {

using status = outcome::code;

struct pet
{
    pet() = default;
    std::string name;
    std::optional<int> legs;
};
BOOST_DESCRIBE_STRUCT(pet, (), (name, legs))

struct sample
{
    sample() = default;

    int number = -1;
    std::optional<std::string> text;
    std::optional<bool> flag;
    std::optional<sys_ms> seen;
    std::vector<pet> pets;
    std::optional<pet> best;
    std::map<std::string, std::int64_t> counts;
    double ratio = 0.5;
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(sample, (), (number, text, flag, seen, pets, best, counts, ratio))
constexpr wire wire_of(sample const*, std::string_view member)
{
    wire w;
    w.may_be_absent = member == "pets" || member == "counts" || member == "ratio";
    w.lenient = member == "flag";
    w.iso_time = member == "seen";
    if (member == "text") w.name = "wireText";
    return w;
}

template <class T>
struct decoded
{
    outcome out;
    T value{};
};
template <class T>
decoded<T> read(std::string_view text, envelope e = envelope::none)
{
    decoded<T> d;
    d.out = decode(text, d.value, e);
    return d;
}

}  // namespace cohub::json
