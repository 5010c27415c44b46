#ifndef COHUB_COCALC_IMPL_V1_API_IPP
#define COHUB_COCALC_IMPL_V1_API_IPP

#include <cohub/cocalc/v1_api.hpp>

#include <algorithm>

namespace cohub::inline abi_0_2 {

namespace detail {

/// If the `event` of an answer is `error`, the call has failed; other members do not matter.
template <class Object>
class v1_event final : public call::result_adapter
{
public:
    json::outcome decode(
        std::string_view body, json::detail::type_info const&, void* value, json::envelope e
    ) const noexcept override
    {
        auto& all = *static_cast<Object*>(value);
        json::outcome o = json::decode(body, all, e);
        auto const* const event = all.if_contains("event");
        if (o.status == json::outcome::code::ok && event != nullptr && event->is_string() &&
            event->get_string() == "error")
            o.status = json::outcome::code::error_envelope;
        return o;
    }
};

/// When the server refuses parameters, it may append all of them to its text, even passwords.
/// Removes that part.
inline std::string_view without_dump(std::string_view text)
{
    return text.substr(0, std::min(text.find("(obj1="), text.find("(opts=")));
}

inline call::request v1_request(std::string_view target, std::string_view event, retry r)
{
    call::request req;
    req.target = target;
    req.name = "v1.";
    req.name += event;
    req.is_rpc = false;
    req.declared = r;
    req.classify = cocalc::classify;
    req.redact_message = without_dump;
    return req;
}

}  // namespace detail

template <class Query>
call::request v1_api::search_request(Query const& query)
{
    call::request req = detail::v1_request("/api/v1/user_search", "user_search", retry::safe);
    req.not_found_hint =
        "the server has no API v1 (any more: CoCalc dropped it in 2025); use "
        "hub.system().user_search";
    if (query.is_form()) {
        req.content_type = "application/x-www-form-urlencoded";
        req.body = query.form();
        return req;
    }
    json::writer w(req.body);
    json::encode(w, query);
    req.problem = w.problem();
    return req;
}

template <class Object>
call::request v1_api::event_request(std::string_view event, Object const& fields)
{
    call::request req = detail::v1_request("/api/v1/", event, retry::never);
    req.target_end = event;
    req.not_found_hint =
        "the server has no API v1 (any more: CoCalc dropped it in 2025); see whether hub.call can "
        "do it";
    req.adapter = new detail::v1_event<Object>;
    json::writer w(req.body);
    if (event.empty() ||
        event.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string_view::npos)
        w.refuse("an event's name looks like user_search");
    if (fields.contains("event"))
        w.refuse("the event is a part of the path; the server refuses it among the fields");
    w.value(fields);
    req.problem = w.problem();
    return req;
}

#if defined(COHUB_SEPARATE_COMPILATION)
template call::request v1_api::search_request(v1_user_query const&);
template call::request v1_api::event_request(std::string_view, boost::json::object const&);
#endif

}  // namespace cohub::inline abi_0_2

#endif
