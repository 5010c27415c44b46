#ifndef COHUB_COCALC_TYPES_IMPL_V1_USER_IPP
#define COHUB_COCALC_TYPES_IMPL_V1_USER_IPP

#include <cohub/cocalc/types/v1_user.hpp>

namespace cohub::inline abi_0_2 {

COHUB_DECL std::string v1_user_query::form() const
{
    std::string out;
    auto const add = [&out](std::string_view name, std::string_view value) {
        if (!out.empty()) out += '&';
        out.append(name).append("=");
        for (char const c : value) {
            bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                               (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                               c == '*';
            if (plain)
                out += c;
            else if (c == ' ')
                out += '+';
            else {
                constexpr char digits[] = "0123456789ABCDEF";
                auto const byte = static_cast<unsigned char>(c);
                out += '%';
                out += digits[byte >> 4];
                out += digits[byte & 15];
            }
        }
    };
    add("query", query_);
    if (admin_ && *admin_) add("admin", "true");
    if (active_) add("active", *active_);
    if (limit_) add("limit", std::to_string(*limit_));
    if (id_) add("id", *id_);
    return out;
}

}  // namespace cohub::inline abi_0_2

#endif
