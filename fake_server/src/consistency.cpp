#include "consistency.hpp"

#include <map>
#include <set>
#include <stdexcept>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

[[noreturn]] void refuse(std::string const& what) { throw std::invalid_argument(what); }

void require_account(world& w, std::string const& id, std::string const& role)
{
    if (w.find(id)) return;
    refuse("there is no account " + id + ", " + role + "; add the account first");
}

std::string id_of(account const& a) { return uuid_text(a.account_id).value_or(a.account_id); }

}  // namespace

void check_accounts(world& w, std::vector<account> const& accounts)
{
    std::map<std::string, account const*> by_id, by_address;
    for (account const& a : accounts) {
        if (a.account_id.empty()) continue;
        if (!by_id.emplace(id_of(a), &a).second) {
            refuse("the list has the account " + id_of(a) + " twice; leave one out");
        }
    }
    for (account const& a : accounts) {
        if (!a.email_address) continue;
        std::string const& address = *a.email_address;
        if (!by_address.emplace(address, &a).second) {
            refuse("two accounts of the list have the address " + address + "; change one of them");
        }
        account const* const holder = w.find_by_email(address);
        // An account of the list replaces the one with its id.
        if (!holder || by_id.contains(holder->account_id)) continue;
        refuse(
            "the account " + holder->account_id + " has the address " + address +
            " already; give another address, or this account_id to replace the account"
        );
    }
}

void check_organizations(world& w, std::vector<organization_row> const& rows)
{
    std::set<std::string> names;
    for (organization_row const& row : rows) {
        std::string const& name = row.name.value();
        if (!names.insert(to_lower(name)).second) {
            refuse(
                "the list has the organization '" + name +
                "' twice, because the case of letters does not count; leave one out"
            );
        }
        for (organization_row const& other : w.organizations.rows()) {
            if (!other.name || *other.name == name || to_lower(*other.name) != to_lower(name)) {
                continue;
            }
            refuse(
                "there is an organization '" + *other.name + "', and '" + name +
                "' differs from it only in the case of letters; give '" + *other.name +
                "' to replace it, or another name"
            );
        }
    }
}

void check_parties(world& w, message_row const& row)
{
    require_account(w, row.from_id, "the sender of a message");
    for (std::string const& id : row.to_ids) require_account(w, id, "a recipient of a message");
}

void check_owner(world& w, api_key const& key)
{
    require_account(w, key.account_id, "the owner of a key");
    if (key.project_id && !w.project(*key.project_id)) {
        refuse(
            "there is no project " + *key.project_id + ", which a key is for; add the project first"
        );
    }
}

}  // namespace cohub::inline abi_0_2::fake
