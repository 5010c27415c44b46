#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

class served_world;

/// @brief An organization of the fake hub, which `add_organization` takes.
///
/// What is not set is the database's NULL. Members are accounts that name the organization:
/// `account(…).in_organization("acme")`.
class organization
{
public:
    /// @param name as calls use it; case matters
    explicit organization(std::string name) : name_(std::move(name)) {}

    /// @brief The name that people see.
    organization& title(std::string value) { return set(title_, std::move(value)); }
    /// @brief More about it, for people.
    organization& description(std::string value) { return set(description_, std::move(value)); }
    /// @brief A page about it.
    organization& link(std::string value) { return set(link_, std::move(value)); }
    /// @brief The address at which people reach it.
    organization& email(std::string value) { return set(email_address_, std::move(value)); }
    /// @brief Adds an admin. This does not make the account a member.
    /// @param account_id of the admin
    organization& admin(std::string account_id)
    {
        if (!admins_) admins_.emplace();
        admins_->push_back(std::move(account_id));
        return *this;
    }
    /// @brief An empty list of admins, as it remains after the last one was removed. A new
    /// organization has no list at all.
    organization& without_admins() { return set(admins_, std::vector<std::string>()); }

private:
    friend class served_world;

    template <class Member, class Value>
    organization& set(Member& member, Value&& value)
    {
        member = std::forward<Value>(value);
        return *this;
    }

    std::string name_;
    std::optional<std::string> title_;
    std::optional<std::string> description_;
    std::optional<std::string> link_;
    std::optional<std::string> email_address_;
    std::optional<std::vector<std::string>> admins_;
};

}  // namespace cohub::inline abi_0_2::fake
