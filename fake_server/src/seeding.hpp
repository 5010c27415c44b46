#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::fake {

class service;

// Each function takes a JSON object or a list of them, and returns JSON. For invalid data it throws
// std::invalid_argument and adds nothing.

/// Adds accounts. Their members are those of `GET /__fake__/users`, and `password`.
/// @return `{"account_ids":[…]}`
std::string seed_accounts(service& s, std::string_view body);
/// Adds API keys. @return `{"keys":["sk-…"]}`
std::string seed_keys(service& s, std::string_view body);
/// Adds projects, or replaces those with the same ids. @return `{"project_ids":[…]}`
std::string seed_projects(service& s, std::string_view body);
/// Adds organizations, or replaces those with the same names. @return `{"names":[…]}`
std::string seed_organizations(service& s, std::string_view body);
/// Puts messages into mailboxes. @return `{"ids":[…]}`
std::string seed_messages(service& s, std::string_view body);
/// Sets or removes a flag of a message for its sender or one of its recipients.
/// @return false: there is no such message
bool mark_message(service& s, std::int64_t id, std::string_view body);

/// The name of a flag, as in `read`.
std::string_view flag_name(std::size_t flag);

}  // namespace cohub::inline abi_0_2::fake
