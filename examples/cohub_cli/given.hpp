#pragma once

#include <cohub/core/secret.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "values.hpp"

namespace cli {

inline std::string text_of(boost::json::value const& v)
{
    return std::string(std::string_view(v.as_string()));
}

inline void convert(boost::json::value const& v, std::string& to) { to = text_of(v); }
inline void convert(boost::json::value const& v, bool& to) { to = v.as_bool(); }
inline void convert(boost::json::value const& v, std::int64_t& to) { to = v.as_int64(); }
inline void convert(boost::json::value const& v, cohub::secret& to)
{
    to = cohub::secret(text_of(v));
}
inline void convert(boost::json::value const& v, std::chrono::nanoseconds& to)
{
    double const ns = v.to_number<double>() * 1e9;
    // Longer than anybody waits, and far from an overflow.
    to = std::chrono::nanoseconds(static_cast<std::int64_t>(std::clamp(ns, -1.0, 1e17)));
}
inline void convert(boost::json::value const& v, std::vector<std::string>& to)
{
    for (auto const& item : v.as_array()) to.push_back(text_of(item));
}

/// The arguments of a typed call, by name.
class given
{
public:
    explicit given(boost::json::object const& args) : args_(args) {}

    bool has(char const* name) const { return args_.contains(name); }
    template <class T = std::string>
    T get(char const* name) const
    {
        auto const* const v = args_.if_contains(name);
        if (v == nullptr) throw usage_error(std::string("--") + name + " is needed");
        T value{};
        convert(*v, value);
        return value;
    }
    boost::json::object object(char const* name) const
    {
        auto const* const v = args_.if_contains(name);
        if (v == nullptr || !v->is_object())
            throw usage_error(std::string("--") + name + ": a JSON object is needed");
        return v->get_object();
    }
    /// Hands an argument to a setter, if it was given.
    template <class Target, class Value>
    void to(Target& target, Target& (Target::*set)(Value), char const* name) const
    {
        if (has(name)) (target.*set)(get<std::remove_cvref_t<Value>>(name));
    }

private:
    boost::json::object const& args_;
};

}  // namespace cli
