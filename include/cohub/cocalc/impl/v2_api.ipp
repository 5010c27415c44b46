#ifndef COHUB_COCALC_IMPL_V2_API_IPP
#define COHUB_COCALC_IMPL_V2_API_IPP

#include <cohub/cocalc/v2_api.hpp>
#include <cohub/core/text.hpp>
#include <cohub/json/decode.hpp>

namespace cohub::inline abi_0_2 {

namespace cocalc {

namespace detail {

struct v2_names
{
    v2_names() = default;

    names_by_account names;
};
BOOST_DESCRIBE_STRUCT(v2_names, (), (names))

struct v2_email_address
{
    v2_email_address() = default;

    std::optional<std::string> email_address;
};
BOOST_DESCRIBE_STRUCT(v2_email_address, (), (email_address))

struct v2_profile
{
    v2_profile() = default;

    account_profile profile;
};
BOOST_DESCRIBE_STRUCT(v2_profile, (), (profile))

/// Takes one member of the answer as the result.
template <class Answer, auto Member>
class v2_member : public call::result_adapter
{
public:
    json::outcome decode(
        std::string_view body, json::detail::type_info const&, void* value, json::envelope e
    ) const noexcept override
    {
        Answer all;
        json::outcome o = json::decode(body, all, e);
        using result = std::remove_reference_t<decltype(all.*Member)>;
        if (o.status == json::outcome::code::ok)
            *static_cast<result*>(value) = std::move(all.*Member);
        return o;
    }
};

class v2_profile_member final : public v2_member<v2_profile, &v2_profile::profile>
{
public:
    explicit v2_profile_member(bool own) : own_(own) {}

    std::optional<failure> judge(void const* value) const override
    {
        if (!static_cast<account_profile const*>(value)->account_id.empty()) return std::nullopt;
        if (own_) return failure(errc::unauthorized, "the server does not know this key");
        return failure(errc::bad_shape, "the answer is nobody's profile");
    }

private:
    bool own_;
};

inline call::result_adapter const* v2_adapter(v2_answer a)
{
    switch (a) {
        case v2_answer::names:
            return new v2_member<v2_names, &v2_names::names>;
        case v2_answer::email_address:
            return new v2_member<v2_email_address, &v2_email_address::email_address>;
        case v2_answer::profile:
        case v2_answer::own_profile:
            return new v2_profile_member(a == v2_answer::own_profile);
        case v2_answer::whole:
            break;
    }
    return nullptr;
}

/// For people, hooks and scripts, the name of `/api/v2/accounts/search` is `v2.accounts.search`.
inline void name_by_path(std::string& name, std::string_view path)
{
    name = "v2.";
    for (char const c : path) name += c == '/' ? '.' : c;
}

inline constexpr std::string_view v2_root = "/api/v2/";

}  // namespace detail

COHUB_DECL errc classify_v2(std::string_view text)
{
    struct row
    {
        std::string_view begins;
        std::string_view contains;
        errc means;
    };
    static constexpr row table[] = {
        {"must be signed in", "", errc::unauthorized},
        {"Must be signed in ", "", errc::unauthorized},
        {"Current password is incorrect", "", errc::unauthorized},
        {"password is incorrect", "", errc::unauthorized},
        {"only admins can ban users", "", errc::forbidden},
        {"you must be an admin or partner ", "", errc::forbidden},
        {"The `account_id` field may only be ", "", errc::forbidden},
        {"no account with ", "", errc::not_found},
        {"no such account", "", errc::not_found},
        {"No such account", "", errc::not_found},
        {"email address \"", " is already in use by another account", errc::conflict},
        {"The email address \"", " is already in use by another account", errc::conflict},
        {"name \"", " is already taken by another organization or account", errc::conflict},
        {"username \"", " is reserved", errc::conflict},
        {"name must ", "", errc::invalid_argument},
        {"email address is not valid", "", errc::invalid_argument},
        {"password must be at least ", "", errc::invalid_argument},
        {"Password is too weak", "", errc::invalid_argument},
        {"password is too weak", "", errc::invalid_argument},
    };
    std::string_view bare = text;
    if (bare.starts_with("Error: ")) bare.remove_prefix(7);
    for (auto const& r : table)
        if (bare.starts_with(r.begins) && bare.find(r.contains) != std::string_view::npos)
            return r.means;
    return classify(text);
}

COHUB_DECL call::request begin_v2(std::string_view target, retry r, v2_answer a)
{
    call::request req;
    req.target = target;
    detail::name_by_path(req.name, target.substr(detail::v2_root.size()));
    req.is_rpc = false;
    req.declared = r;
    req.classify = classify_v2;
    req.not_found_hint = "the server has no such route of API v2";
    req.adapter = detail::v2_adapter(a);
    return req;
}

COHUB_DECL std::string problem_of_account(std::string_view account_id)
{
    if (is_uuid(account_id)) return {};
    return cohub::detail::concat(
        {"\"", cohub::detail::escaped(account_id, 60), "\" is no account id (a UUID)"}
    );
}

}  // namespace cocalc

COHUB_DECL std::string v2_accounts_api::problem_of(name_change const& names)
{
    if (names.account())
        if (std::string problem = cocalc::problem_of_account(*names.account()); !problem.empty())
            return problem;
    if (names.sets_nothing()) return "nothing to set: no name is given";
    if (names.sets_empty())
        return "a name cannot be taken away: the server leaves out what is empty";
    return {};
}

COHUB_DECL call::request v2_api::describe(std::string_view path, boost::json::object const& body)
{
    call::request req =
        cocalc::begin_v2(cocalc::detail::v2_root, retry::never, cocalc::v2_answer::whole);
    req.target_end = path;
    cocalc::detail::name_by_path(req.name, path);
    json::writer w(req.body);
    constexpr std::string_view in_path = "abcdefghijklmnopqrstuvwxyz0123456789-_/";
    if (path.empty() || path.front() == '/' || path.back() == '/' ||
        path.find("//") != std::string_view::npos ||
        path.find_first_not_of(in_path) != std::string_view::npos)
        w.refuse("a route's path looks like accounts/search");
    w.value(body);
    req.problem = w.problem();
    return req;
}

}  // namespace cohub::inline abi_0_2

#endif
