#ifndef COHUB_COCALC_TYPES_IMPL_USER_IPP
#define COHUB_COCALC_TYPES_IMPL_USER_IPP

#include <cohub/cocalc/types/user.hpp>

namespace cohub {

COHUB_DECL user::user(user const& other) = default;
COHUB_DECL user::user(user&& other) noexcept = default;
COHUB_DECL user& user::operator=(user const& other) = default;
COHUB_DECL user& user::operator=(user&& other) = default;
COHUB_DECL user::~user() = default;

}  // namespace cohub

#endif
