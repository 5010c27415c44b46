#ifndef COHUB_COCALC_NAMES_HPP
#define COHUB_COCALC_NAMES_HPP

/// @file
/// @internal What the methods are made of.

#include <cohub/call/operation.hpp>
#include <cohub/cocalc/types/user.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cohub::inline abi_0_2::cocalc {

/// @brief `system.getNames` of one account, whose value is that account's name.
COHUB_DECL call::request name_request(std::string_view account_id);
/// @brief The same of several. Ids are UUIDs in lower case.
COHUB_DECL call::request names_request(std::vector<std::string> const& account_ids);

/// @brief Whether the server knows no account of this id, or one that was deleted.
COHUB_DECL bool is_nobody(account_names const& a) noexcept;
COHUB_DECL failure no_such_account();

}  // namespace cohub::inline abi_0_2::cocalc

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/impl/names.ipp>
#endif

#endif
