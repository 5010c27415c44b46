#ifndef COHUB_PIECES_TYPES_IMPL_USER_PROFILE_IPP
#define COHUB_PIECES_TYPES_IMPL_USER_PROFILE_IPP

#include <cohub/json/decode.hpp>
#include <cohub/json/encode.hpp>
#include <cohub/json/merge.hpp>
#include <cohub/pieces/types/user_profile.hpp>

#include <utility>

namespace cohub::inline abi_0_2::pieces {

namespace detail {

json::outcome read_part(std::string_view text, auto& into)
{
    return json::decode(text, into, json::envelope::none, wire_rules);
}

template <class T>
std::optional<T> part_of(user_profile const& p, std::string_view pointer)
{
    std::optional<T> out;
    std::string_view const text = p.raw(pointer);
    if (text.empty() || read_part(text, out).status != json::outcome::code::ok) out.reset();
    return out;
}

inline std::string encoded(user_profile const& p, std::string& problem)
{
    std::string text;
    json::writer w(text);
    encode(w, p);
    problem = w.problem();
    return text;
}

}  // namespace detail

COHUB_DECL std::optional<flattened_entities> user_profile::entities() const
{
    return detail::part_of<flattened_entities>(*this, "/entities");
}
COHUB_DECL std::optional<flattened_subscriptions> user_profile::subscriptions() const
{
    return detail::part_of<flattened_subscriptions>(*this, "/subscriptions");
}

COHUB_DECL result<user_profile> user_profile::from_json(std::string_view text)
{
    user_profile p;
    json::outcome o = detail::read_part(text, p);
    if (o.status == json::outcome::code::ok) {
        p.remember(json::find(text, {}));
        return p;
    }
    bool const shape = o.status == json::outcome::code::bad_shape;
    failure f(shape ? errc::bad_shape : errc::bad_json, std::move(o.text));
    f.path = std::move(o.path);
    return f;
}

COHUB_DECL std::string user_profile::to_json(std::string& problem) const
{
    std::string now = detail::encoded(*this, problem);
    if (raw().empty()) return now;
    user_profile first;
    std::string before = "{}", ignored;
    if (detail::read_part(raw(), first).status == json::outcome::code::ok)
        before = detail::encoded(first, ignored);
    std::string out = json::merge(raw(), before, now);
    cohub::detail::wipe(before);
    cohub::detail::wipe(now);
    return out;
}

}  // namespace cohub::inline abi_0_2::pieces

#endif
