#include "own_exchange.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

#include "form.hpp"
#include "json_members.hpp"

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

own_query::own_query(request const& r, std::initializer_list<std::string_view> known)
{
    auto const query = r.target.substr(std::min(r.target.size(), r.path.size() + 1));
    for (auto const& [name, value] : parse_form(query)) {
        if (std::find(known.begin(), known.end(), std::string_view(name)) == known.end()) {
            std::string all;
            for (std::string_view const one : known) {
                all.append(all.empty() ? "" : ", ").append(one);
            }
            refuse("there is no '" + std::string(name) + "' to ask by; there are: " + all);
        }
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
