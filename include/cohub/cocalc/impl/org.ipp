#ifndef COHUB_COCALC_IMPL_ORG_IPP
#define COHUB_COCALC_IMPL_ORG_IPP

#include <cohub/cocalc/org.hpp>

namespace cohub {

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

}  // namespace cohub

#endif
