#ifndef COHUB_COCALC_NAMES_HPP
#define COHUB_COCALC_NAMES_HPP

/// @file
/// @internal Common parts of the methods.

#include <cohub/call/operation.hpp>
#include <cohub/cocalc/types/user.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2::cocalc {

/// @brief The request `system.getNames` for one account. Its result is the name of that account.
COHUB_DECL call::request name_request(std::string_view account_id);
/// @brief The same for several accounts. The ids are UUIDs in lower case.
COHUB_DECL call::request names_request(std::vector<std::string> const& account_ids);

/// @brief Whether the server has no account with this id, or a deleted one.
COHUB_DECL bool is_nobody(account_names const& a) noexcept;
COHUB_DECL failure no_such_account();

}  // namespace cohub::inline abi_0_2::cocalc

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/names.ipp>
#endif

#endif
