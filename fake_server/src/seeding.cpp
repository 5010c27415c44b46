// The data that other programs add, as JSON.

#include "seeding.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "json_members.hpp"
#include "service.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

void read_profile(account& a, json::value const& v)
{
    if (v.is_null()) return;
    if (!v.is_object()) refuse("'profile' needs an object with color and image");
    a.has_profile = true;
    for (auto const& [name, value] : v.get_object()) {
        if (name == "color") {
            a.color = text_of(name, value);
        } else if (name == "image") {
            a.image = text_of(name, value);
        } else {
            refuse("a profile has color and image, no '" + std::string(name) + "'");
        }
    }
}

void read_verified(account& a, json::value const& v)
{
    if (v.is_null()) return;
    if (!v.is_object()) refuse("'email_address_verified' needs an object of addresses and times");
    a.email_address_verified.emplace();
    for (auto const& [address, when] : v.get_object()) {
        (*a.email_address_verified)[address] = text_of(address, when);
    }
}

void read_passports(account& a, json::value const& v)
{
    for (json::value const& one : list_of("passports", v)) {
        std::string strategy, id;
        for (auto const& [name, value] : object_of("passports", one)) {
            if (name == "strategy") {
                strategy = text_of(name, value);
            } else if (name == "id") {
                id = text_of(name, value);
            } else {
                refuse_member("a passport", name, "strategy, id");
            }
        }
        a.with_passport(std::move(strategy), std::move(id));
    }
}

account read_account(json::object const& o)
{
    account a;
    for (auto const& [name, v] : o) {
        if (name == "account_id") {
            a.account_id = id_of(name, v);
        } else if (name == "first_name") {
            a.first_name = optional_text(name, v);
        } else if (name == "last_name") {
            a.last_name = optional_text(name, v);
        } else if (name == "name") {
            a.name = optional_text(name, v);
        } else if (name == "email_address") {
            a.email_address = optional_text(name, v);
        } else if (name == "email_address_verified") {
            read_verified(a, v);
        } else if (name == "created") {
            a.created = optional_time(name, v);
        } else if (name == "last_active") {
            a.last_active = optional_time(name, v);
        } else if (name == "unlisted") {
            a.unlisted = flag_of(name, v);
        } else if (name == "deleted") {
            a.deleted = flag_of(name, v);
        } else if (name == "banned") {
            a.banned = v.is_null() ? std::nullopt : std::optional(flag_of(name, v));
        } else if (name == "admin") {
            a.admin = flag_of(name, v);
        } else if (name == "partner") {
            a.partner = flag_of(name, v);
        } else if (name == "org") {
            a.organization = optional_text(name, v);
        } else if (name == "password") {
            a.password = text_of(name, v);
        } else if (name == "profile") {
            read_profile(a, v);
        } else if (name == "balance") {
            a.balance = amount_of(name, v);
        } else if (name == "min_balance") {
            a.min_balance = amount_of(name, v);
        } else if (name == "passports") {
            read_passports(a, v);
        } else {
            refuse_member(
                "an account",
                name,
                "account_id, first_name, last_name, name, email_address, email_address_verified, "
                "created, last_active, unlisted, deleted, banned, admin, partner, org, password, "
                "profile, balance, min_balance, passports"
            );
        }
    }
    return a;
}

api_key read_key(json::object const& o)
{
    api_key key{""};
    for (auto const& [name, v] : o) {
        if (name == "account_id") {
            key.account_id = id_of(name, v);
        } else if (name == "key") {
            key.text = text_of(name, v);
            check_key(key.text);
        } else if (name == "project_id") {
            if (!v.is_null()) key.project_id = id_of(name, v);
        } else if (name == "name") {
            key.name = optional_text(name, v);
        } else if (name == "expire") {
            key.expire = optional_time(name, v);
        } else if (name == "legacy") {
            key.legacy = flag_of(name, v);
        } else if (name == "id") {
            key.id = static_cast<std::int64_t>(count_of(name, v));
        } else {
            refuse_member("a key", name, "account_id, key, project_id, name, expire, legacy, id");
        }
    }
    if (key.account_id.empty()) refuse("a key needs 'account_id', its owner's");
    return key;
}

}  // namespace

std::string seed_accounts(service& s, std::string_view body)
{
    std::vector<account> accounts;
    for (json::object const& o : body_objects(body)) accounts.push_back(read_account(o));
    std::set<std::string> given;
    for (account const& a : accounts) {
        if (!a.account_id.empty()) refuse_twice(given, "account", a.account_id);
    }
    json::array ids;
    std::lock_guard lock(s.world().mutex);
    for (account& a : accounts) ids.emplace_back(s.world().put(std::move(a)).account_id);
    return json::serialize(json::object{{"account_ids", std::move(ids)}});
}

std::string seed_keys(service& s, std::string_view body)
{
    std::vector<api_key> keys;
    for (json::object const& o : body_objects(body)) keys.push_back(read_key(o));
    {
        std::lock_guard lock(s.world().mutex);
        std::set<std::int64_t> ids;
        for (api_key const& key : keys) {
            if (!s.world().find(key.account_id)) refuse("there is no account " + key.account_id);
            if (!key.id || key.legacy) continue;
            if (s.world().keys().contains(*key.id) || !ids.insert(*key.id).second) {
                refuse(
                    "the id " + std::to_string(*key.id) +
                    " of a key is in use; without 'id' it gets a new one"
                );
            }
        }
    }
    for (api_key const& key : keys) {
        if (!key.text.empty()) s.claim(key.text);
    }
    json::array texts;
    for (api_key& key : keys) texts.emplace_back(s.add_key(std::move(key)));
    return json::serialize(json::object{{"keys", std::move(texts)}});
}

}  // namespace cohub::inline abi_0_2::fake
