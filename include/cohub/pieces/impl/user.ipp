#ifndef COHUB_PIECES_IMPL_USER_IPP
#define COHUB_PIECES_IMPL_USER_IPP

#include <cohub/pieces/detail/in_memory.hpp>
#include <cohub/pieces/detail/user_requests.hpp>

namespace cohub::inline abi_0_2::pieces::detail {

inline void remember(std::string_view, auto const&) {}
template <std::same_as<user_profile> Profile>
void remember(std::string_view text, Profile& p)
{
    p.remember(text);
}
template <std::same_as<returned_user_profile> Answer>
void remember(std::string_view text, Answer& a)
{
    if (a.user) a.user->remember(json::find(text, "/user"));
}

/// Reads a T. If nobody is signed in, the server may answer null. Then the value is an empty T, or
/// an empty optional.
template <class T>
json::outcome read_answer(std::string_view body, T& value)
{
    std::string_view const text = json::find(body, {});
    value = T();
    if (text == "null") return {};
    json::outcome o = json::decode(body, value, json::envelope::none, wire_rules);
    if (o.status == json::outcome::code::ok) remember(text, value);
    return o;
}
template <class T>
json::outcome read_answer(std::string_view body, std::optional<T>& value)
{
    json::outcome o = read_answer(body, value.emplace());
    if (o.status != json::outcome::code::ok || json::find(body, {}) == "null") value.reset();
    return o;
}

/// Reads an answer of type T. A profile also keeps its text.
template <class T>
class typed_answer final : public call::result_adapter
{
public:
    json::outcome decode(
        std::string_view body, json::detail::type_info const&, void* value, json::envelope
    ) const noexcept override
    {
        return in_memory([&] { return read_answer(body, *static_cast<T*>(value)); });
    }
};

/// Checks the answer in the same way, but the result is its text.
template <class T>
class text_answer final : public call::result_adapter
{
public:
    json::outcome decode(
        std::string_view body, json::detail::type_info const&, void* value, json::envelope
    ) const noexcept override
    {
        return in_memory([&] {
            T checked;
            json::outcome o = read_answer(body, checked);
            if (o.status == json::outcome::code::ok)
                static_cast<std::string*>(value)->assign(json::find(body, {}));
            return o;
        });
    }
};

/// Ignores the content of the answer.
class no_answer final : public call::result_adapter
{
public:
    json::outcome decode(std::string_view, json::detail::type_info const&, void*, json::envelope)
        const noexcept override
    {
        return {};
    }
};

inline constexpr std::string_view not_there =
    "is that Pieces OS, and not older than this method? See what /.well-known/version says";

/// One row for each method. The typed functions and `by_name` use this table.
struct user_route
{
    std::string_view method, name, verb, target;
    cohub::retry repeat;
    bool takes_body;
};
inline constexpr user_route user_routes[] = {
    {"user_snapshot", "user.user_snapshot", "GET", "/user", retry::safe, false},
    {"refresh_user", "user.refresh_user", "GET", "/user/refresh", retry::safe, false},
    {"user_providers", "user.user_providers", "GET", "/user/providers", retry::safe, false},
    {"clear_user", "user.clear_user", "POST", "/user/clear", retry::never, false},
    {"select_user", "user.select_user", "POST", "/user/select", retry::never, true},
    {"update_user", "user.update_user", "POST", "/user/update", retry::never, true},
    {"user_update_vanity",
     "user.user_update_vanity",
     "POST",
     "/user/update/vanity",
     retry::never,
     true},
    {"user_beta_status", "user.user_beta_status", "POST", "/user/beta/status", retry::never, true},
};

inline user_route const* route_of(std::string_view method) noexcept
{
    for (auto const& r : user_routes)
        if (r.method == method) return &r;
    return nullptr;
}

inline call::request begin_user_request(std::string_view method, std::string const& fields)
{
    user_route const& route = *route_of(method);
    call::request req;
    req.verb = route.verb;
    req.target = route.target;
    // The request has a content type even if the optional body is left out, as in Pieces' own
    // clients.
    if (!route.takes_body) req.content_type = {};
    req.name.assign(route.name);
    req.is_rpc = false;
    req.declared = route.repeat;
    req.answer = json::envelope::none;
    req.not_found_hint = method == "user_update_vanity"
                             ? "the cloud has no DNS record yet: wait for the cloud to be connected"
                             : not_there;
    if (method == "select_user")
        req.bearer = true;
    else {
        req.with_key = false;
        req.fields = fields;
    }
    return req;
}

template <class T>
void encode_body(call::request& req, T const* value)
{
    if (value == nullptr) return;
    json::writer w(req.body);
    json::encode(w, *value);
    req.problem = w.problem();
}
template <std::same_as<user_profile> Profile>
void encode_body(call::request& req, Profile const* value)
{
    if (value != nullptr) req.body = value->to_json(req.problem);
}

COHUB_DECL call::request user_requests::user_snapshot(std::string const& fields)
{
    call::request req = begin_user_request("user_snapshot", fields);
    req.adapter = new typed_answer<returned_user_profile>;
    return req;
}

COHUB_DECL call::request user_requests::refresh_user(std::string const& fields)
{
    call::request req = begin_user_request("refresh_user", fields);
    req.adapter = new typed_answer<std::optional<user_profile>>;
    return req;
}

COHUB_DECL call::request user_requests::user_providers(std::string const& fields)
{
    call::request req = begin_user_request("user_providers", fields);
    req.adapter = new typed_answer<returned_user_profile>;
    return req;
}

COHUB_DECL call::request user_requests::clear_user(std::string const& fields)
{
    call::request req = begin_user_request("clear_user", fields);
    req.adapter = new no_answer;
    return req;
}

COHUB_DECL call::request user_requests::select_user(auth0_user const* user)
{
    call::request req = begin_user_request("select_user", {});
    req.adapter = new typed_answer<std::optional<user_profile>>;
    encode_body(req, user);
    return req;
}

COHUB_DECL call::request user_requests::update_user(
    std::string const& fields, user_profile const* profile
)
{
    call::request req = begin_user_request("update_user", fields);
    req.adapter = new typed_answer<std::optional<user_profile>>;
    encode_body(req, profile);
    return req;
}

COHUB_DECL call::request user_requests::user_update_vanity(
    std::string const& fields, user_profile const* profile
)
{
    call::request req = begin_user_request("user_update_vanity", fields);
    req.adapter = new typed_answer<std::optional<user_profile>>;
    encode_body(req, profile);
    return req;
}

COHUB_DECL call::request user_requests::user_beta_status(
    std::string const& fields, pieces::user_beta_status const* status
)
{
    call::request req = begin_user_request("user_beta_status", fields);
    req.adapter = new typed_answer<std::optional<pieces::user_beta_status>>;
    encode_body(req, status);
    return req;
}

COHUB_DECL call::request user_requests::by_name(
    std::string const& fields, std::string_view method, std::string_view body
)
{
    user_route const* const route = route_of(method);
    if (route == nullptr) {
        call::request req;
        req.name.assign("user.").append(method);
        req.problem = "a method of the user is named like user_snapshot";
        return req;
    }
    call::request req = begin_user_request(method, fields);
    req.body.assign(body);
    if (!body.empty() && !route->takes_body) req.problem = "the method takes no argument";
    if (method == "clear_user")
        req.adapter = new no_answer;
    else if (method == "user_snapshot" || method == "user_providers")
        req.adapter = new text_answer<returned_user_profile>;
    else if (method == "user_beta_status")
        req.adapter = new text_answer<std::optional<pieces::user_beta_status>>;
    else
        req.adapter = new text_answer<std::optional<user_profile>>;
    return req;
}

COHUB_DECL std::string application_field(std::string_view application_id)
{
    if (application_id.empty()) return {};
    bool fits = application_id.size() <= 4096;
    for (char const c : application_id) fits = fits && c > ' ' && c < '\x7f';
    if (!fits)
        throw error(failure(
            errc::invalid_argument,
            "application_id must be at most 4096 printable ASCII characters without blanks"
        ));
    std::string line = "X-Application-ID: ";
    return line.append(application_id).append("\r\n");
}

}  // namespace cohub::inline abi_0_2::pieces::detail

#endif
