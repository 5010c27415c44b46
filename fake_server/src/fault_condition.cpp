#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

#include "fault_parts.hpp"

namespace cohub::inline abi_0_2::fake::detail {

namespace json = boost::json;

namespace {

bool covers(json::value const& value, json::value const& wanted)
{
    if (wanted.is_object()) {
        if (!value.is_object()) return false;
        auto const& members = wanted.get_object();
        return std::all_of(members.begin(), members.end(), [&](auto const& member) {
            auto const* const found = value.get_object().if_contains(member.key());
            return found && covers(*found, member.value());
        });
    }
    if (wanted.is_array()) {
        if (!value.is_array() || value.get_array().size() != wanted.get_array().size()) {
            return false;
        }
        return std::equal(
            value.get_array().begin(), value.get_array().end(), wanted.get_array().begin(), covers
        );
    }
    if (wanted.is_number() && value.is_number()) {
        // 5 and 5.0 are the same number in JavaScript.
        return wanted == value || wanted.to_number<double>() == value.to_number<double>();
    }
    return wanted == value;
}

}  // namespace

bool fault_condition::is_met_by(asked_call const& call) const
{
    if (key && call.key() != *key) return false;
    for (auto const& [name, value] : headers) {
        auto const given = call.message().header(name);
        if (value ? given != *value : given.has_value()) return false;
    }
    if (caller && call.caller() != *caller) return false;
    if (!args) return true;
    json::array const& given = call.args();
    return given.size() >= args->size() &&
           std::equal(args->begin(), args->end(), given.begin(), [](auto const& w, auto const& v) {
               return covers(v, w);
           });
}

std::string fault_condition::text() const
{
    std::string out;
    if (args) out += " when-args=" + in_fault_quotes(json::serialize(*args));
    for (auto const& [name, value] : headers) {
        if (value) {
            out += " when-header=" + in_fault_quotes(name + ": " + *value);
        } else {
            out += " when-no-header=" + in_fault_quotes(name);
        }
    }
    if (key) out += " when-key=" + in_fault_quotes(*key);
    if (caller) out += " when-caller=" + in_fault_quotes(*caller);
    return out;
}

}  // namespace cohub::inline abi_0_2::fake::detail
