#ifndef COHUB_COCALC_IMPL_NAMES_IPP
#define COHUB_COCALC_IMPL_NAMES_IPP

#include <cohub/cocalc/names.hpp>
#include <cohub/cocalc/rpc.hpp>
#include <cohub/core/text.hpp>
#include <cohub/json/decode.hpp>
#include <cohub/json/encode.hpp>

#include <new>
#include <utility>

namespace cohub::inline abi_0_2::cocalc {

namespace detail {

/// Takes the entry of one account from the answer.
class one_name final : public call::result_adapter
{
public:
    explicit one_name(std::string id) : id_(std::move(id)) {}

    json::outcome decode(
        std::string_view body, json::detail::type_info const&, void* value, json::envelope e
    ) const noexcept override
    {
        json::outcome o;
        try {
            names_by_account all;
            o = json::decode(body, all, e);
            if (o.status != json::outcome::code::ok) return o;
            auto const found = all.find(id_);
            if (found != all.end()) {
                *static_cast<account_names*>(value) = std::move(found->second);
                return o;
            }
            o.status = json::outcome::code::bad_shape;
            o.text = "the answer has no entry for this id";
        } catch (std::bad_alloc const&) {
            o.status = json::outcome::code::bad_shape;
        }
        return o;
    }
    std::optional<failure> judge(void const* value) const override
    {
        if (!is_nobody(*static_cast<account_names const*>(value))) return std::nullopt;
        return no_such_account();
    }

private:
    std::string id_;
};

inline call::request request_for_names(std::vector<std::string> const& account_ids)
{
    call::request r = begin_rpc("system.getNames", retry::safe);
    json::writer w(r.body);
    encode(w, account_ids);
    w.raw("]");
    return r;
}

}  // namespace detail

COHUB_DECL call::request name_request(std::string_view account_id)
{
    std::string id(account_id);
    for (char& c : id) c = cohub::detail::ascii_lower(c);
    call::request r = detail::request_for_names({id});
    if (!is_uuid(account_id))
        r.problem = cohub::detail::concat(
            {"\"", cohub::detail::escaped(account_id, 60), "\" is no account id (a UUID)"}
        );
    r.adapter = new detail::one_name(id);
    r.subject = std::move(id);
    return r;
}

COHUB_DECL call::request names_request(std::vector<std::string> const& account_ids)
{
    return detail::request_for_names(account_ids);
}

COHUB_DECL bool is_nobody(account_names const& a) noexcept
{
    return a.first_name == "Deleted" && a.last_name == "User" && !a.profile;
}

COHUB_DECL failure no_such_account()
{
    return failure(errc::not_found, "there is no account of this id, or not any more");
}

}  // namespace cohub::inline abi_0_2::cocalc

#endif
