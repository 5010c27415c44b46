#ifndef COHUB_COCALC_IMPL_ORG_IPP
#define COHUB_COCALC_IMPL_ORG_IPP

#include <cohub/cocalc/org.hpp>

#include <algorithm>
#include <utility>

namespace cohub::inline abi_0_2 {

namespace detail {

class missing_organization final : public call::result_adapter
{
public:
    bool accepts_error(errc code, std::string_view words) const noexcept override
    {
        // A server that does not have this method also answers "not found", but it means the
        // method.
        return code == errc::not_found && words.find("no org named ") != std::string_view::npos;
    }
};

template <class Member>
class one_member final : public call::result_adapter
{
public:
    explicit one_member(std::string_view user) : user_(user) {}

    json::outcome decode(
        std::string_view body, json::detail::type_info const&, void* value, json::envelope e
    ) const noexcept override
    {
        std::vector<Member> all;
        json::outcome o = json::decode(body, all, e);
        if (o.status != json::outcome::code::ok) return o;
        auto& found = *static_cast<std::optional<Member>*>(value);
        found.reset();
        for (auto& member : all)
            if (is_called(member)) found = std::move(member);
        return o;
    }

private:
    bool is_called(Member const& member) const noexcept
    {
        return same(member.account_id) || (member.email_address && same(*member.email_address));
    }
    bool same(std::string_view text) const noexcept
    {
        return std::equal(text.begin(), text.end(), user_.begin(), user_.end(), [](char a, char b) {
            return lower_case(a) == lower_case(b);
        });
    }

    std::string user_;
};

}  // namespace detail

COHUB_DECL boost::intrusive_ptr<call::result_adapter const> org_api::or_nothing()
{
    return new detail::missing_organization;
}

template <class Member>
boost::intrusive_ptr<call::result_adapter const> org_api::called(std::string_view user)
{
    return new detail::one_member<Member>(user);
}
#if defined(COHUB_SEPARATE_COMPILATION)
template boost::intrusive_ptr<call::result_adapter const> org_api::called<organization_user>(
    std::string_view
);
#endif

COHUB_DECL std::string org_api::problem_of_name(std::string_view name)
{
    if (name.empty())
        return "an organization needs a name; without one the server makes one that nothing can "
               "address";
    std::size_t characters = 0;
    for (char const c : name)
        if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) ++characters;
    if (characters > 39)
        return "an organization's name has at most 39 characters, not " +
               std::to_string(characters);
    return {};
}

}  // namespace cohub::inline abi_0_2

#endif
