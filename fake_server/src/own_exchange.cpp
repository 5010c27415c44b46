#include "own_exchange.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

#include "form.hpp"
#include "json_members.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

std::uint64_t whole_number(std::string_view name, std::string_view value)
{
    std::uint64_t n = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (error != std::errc() || end != value.data() + value.size() || value.empty()) {
        refuse(
            "'" + std::string(name) + "' needs a whole number, not '" + std::string(value) + "'"
        );
    }
    return n;
}

std::string_view query_of(request const& r)
{
    return r.target.substr(std::min(r.target.size(), r.path.size() + 1));
}

}  // namespace

void own_exchange::answer_json(std::string text) const
{
    out = reply();
    out.content_type = "application/json; charset=utf-8";
    out.body = std::move(text);
}

void own_exchange::answer_json(boost::json::value const& v) const
{
    answer_json(boost::json::serialize(v));
}

void own_exchange::answer_text(int status, std::string text) const
{
    out = reply();
    out.status = status;
    out.content_type = "text/plain; charset=utf-8";
    out.body = std::move(text);
}

void own_exchange::done() const { answer_json(std::string("{\"ok\":true}")); }

std::string_view own_exchange::last_part() const { return r.path.substr(r.path.rfind('/') + 1); }

std::uint64_t own_exchange::last_number(std::string_view name) const
{
    return whole_number(name, last_part());
}

void check_query(request const& r, std::string_view known)
{
    std::vector<std::string_view> const names = words(known);
    boost::json::object const given = parse_form(query_of(r));
    for (auto const& [name, value] : given) {
        if (std::find(names.begin(), names.end(), std::string_view(name)) == names.end()) {
            std::string all;
            for (std::string_view const one : names)
                all.append(all.empty() ? "" : ", ").append(one);
            refuse(
                "there is no '" + std::string(name) + "' to ask by" +
                (all.empty() ? "; this route takes no parameters" : "; there are: " + all)
            );
        }
        if (value.is_array()) refuse("'" + std::string(name) + "' takes one value");
    }
}

own_query::own_query(request const& r)
{
    for (auto const& [name, value] : parse_form(query_of(r))) {
        given_.emplace_back(name, value.is_string() ? std::string(value.get_string()) : "");
    }
}

std::optional<std::string> own_query::text(std::string_view name) const
{
    for (auto const& [given, value] : given_) {
        if (given == name) return value;
    }
    return {};
}

std::optional<std::uint64_t> own_query::number(std::string_view name) const
{
    auto const value = text(name);
    return value ? std::optional(whole_number(name, *value)) : std::nullopt;
}

bool own_query::flag(std::string_view name) const
{
    auto const value = text(name);
    if (value && *value != "true" && *value != "false") {
        refuse("'" + std::string(name) + "' is true or false");
    }
    return value == "true";
}

std::chrono::milliseconds own_query::wait() const
{
    std::uint64_t const ms = number("wait_ms").value_or(0);
    if (ms > 60'000) refuse("'wait_ms' is 60000 at most; ask again after it");
    return std::chrono::milliseconds(ms);
}

}  // namespace cohub::inline abi_0_2::fake
