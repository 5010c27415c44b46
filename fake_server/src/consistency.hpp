#pragma once

// Data that a test adds has to be data that the real service could hold. The users of a project and
// the organization of an account may be missing, because upstream does not check them, either. The
// admins of an organization may be missing, too, so that a test can add them after it.

#include <string>
#include <vector>

#include "mailbox.hpp"
#include "organizations.hpp"
#include "world.hpp"

namespace cohub::inline abi_0_2::fake {

// Each function throws std::invalid_argument with a text that says what to send. The world's mutex
// is locked by the caller.

/// Addresses are unique, and no account is in the list twice.
void check_accounts(world& w, std::vector<account> const& accounts);
/// Names are unique regardless of case.
void check_organizations(world& w, std::vector<organization_row> const& rows);
/// The sender and the recipients of a message are accounts.
void check_parties(world& w, message_row const& row);
/// The account and the project of a key exist.
void check_owner(world& w, api_key const& key);

}  // namespace cohub::inline abi_0_2::fake
