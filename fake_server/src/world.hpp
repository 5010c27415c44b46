#pragma once

#include <cohub/fake/account.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fixed_mutex.hpp"
#include "mailbox.hpp"
#include "organizations.hpp"
#include "projects.hpp"
#include "random.hpp"

namespace cohub::inline abi_0_2::fake {

struct string_hash
{
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};
template <class T>
using string_map = std::unordered_map<std::string, T, string_hash, std::equal_to<>>;

struct key_row
{
    std::int64_t id = 0;  ///< 0: a key of the old kind, which is kept with the account
    std::string secret;
    std::string account_id;
    std::optional<std::string> project_id;
    std::optional<std::string> name;
    std::string trunc;
    std::optional<std::int64_t> expire;
    std::int64_t created = 0;
    std::optional<std::int64_t> last_active;
};

struct auth_token_row
{
    std::string account_id;
    std::string created_by;
    std::int64_t expire = 0;
};

/// An account with the values that a search needs.
struct account_row
{
    account a;
    std::string lower_first, lower_last, lower_name, lower_email;  ///< `lower_name` with its @

    /// The value by which the search's database query sorts. Accounts without it come last.
    std::optional<std::int64_t> recency() const
    {
        return a.last_active ? a.last_active : a.created;
    }

    // Its place in the order of the search, if it has one.
    bool placed = false;
    bool awaits_place = false;
    std::optional<std::int64_t> placed_by;  ///< `recency()` when it got its place
};

/// A search was interrupted by a reset. It has to start again.
struct world_replaced
{
};

/// The caller.
struct principal
{
    std::string account_id;  ///< empty when the key is a project's
    std::string project_id;
};

/// The database of the fake hub. Callers hold `mutex` for every use.
class world
{
public:
    /// @param key_mark the text with which the middle of each drawn key begins
    world(
        std::uint64_t seed,
        std::size_t users,
        std::int64_t now,
        std::string user_key,
        std::string key_mark = {}
    );

    mutable fixed_mutex mutex;
    std::int64_t now;

    api_keys const& seeded_keys() const { return seeded_keys_; }

    /// Adds the account, or replaces the one with the same id.
    account const& put(account a);
    account* find(std::string_view account_id);
    account* find_by_email(std::string_view address);
    std::deque<account_row> const& accounts() const { return accounts_; }
    using row_list = std::vector<account_row const*>;
    /// The accounts in the order in which a search looks at them. This list is not changed any
    /// more.
    std::shared_ptr<row_list const> by_recency();
    /// Lets others use the world in the middle of a long search. The rows stay where they are, even
    /// if accounts change.
    /// @throws world_replaced when the whole world was replaced
    void let_others_in()
    {
        std::uint64_t const before = generation;
        mutex.let_others_in();
        if (generation != before) throw world_replaced();
    }
    /// How many times an account has changed.
    std::uint64_t changes() const { return changes_; }
    /// How many times the whole world was replaced.
    std::uint64_t generation = 0;
    account_row const* row(std::string_view account_id) const;
    bool is_admin(std::string_view account_id) const;
    /// To be called after a change to data that searches or names show.
    void changed(std::string_view account_id);
    /// Answers to questions about accounts. They are kept until an account changes, because a load
    /// test repeats the same questions and has to measure the client, not this server.
    std::string const* remembered(std::string_view question) const;
    void remember(std::string question, std::string answer);

    /// Records the use of the key, and removes expired keys, as the hub does.
    std::optional<principal> authenticate(std::string_view secret);
    /// The account or project that the key belongs to, even if the key is not valid; empty if it
    /// belongs to nobody. Does not record the use.
    std::string owner_of_key(std::string_view secret) const;
    /// Whether the key would be accepted if its owner were not banned.
    bool is_key_of_banned(std::string_view secret) const;
    key_row& add_key(key_row row);
    key_row& add_legacy_key(key_row row);
    std::map<std::int64_t, key_row>& keys() { return keys_; }
    /// Keys of the old kind, by their text.
    string_map<key_row> const& legacy_keys() const { return legacy_keys_; }
    void erase_key(std::int64_t id);

    project_row* project(std::string_view id);
    project_row& put_project(project_row row);
    /// A new project with one owner. It is not started.
    project_row& create_project(std::string_view owner, std::string title);
    /// By id.
    std::map<std::string, project_row, std::less<>>& projects() { return projects_; }
    bool is_collaborator(std::string_view account_id, std::string_view project_id);

    std::string random_text(std::size_t length);
    std::string random_uuid();
    /// The next request for a random text of this length gets this text.
    void queue_random(std::string text) { queued_random_.push_back(std::move(text)); }

    organization_table organizations;
    /// Its members are in no organization afterwards. @return false: there is no organization with
    /// this name
    bool remove_organization(std::string_view name);
    mailbox mail;
    std::vector<verification_mail> verification_mails;
    /// @return false when the account has no address
    bool send_verification_mail(std::string_view account_id);
    string_map<auth_token_row> auth_tokens;
    /// The tokens that have not expired. The one that expires first comes first.
    std::vector<auth_token> live_tokens() const;
    /// Wrong passwords: for a caller and a target, the time.
    std::map<std::pair<std::string, std::string>, std::int64_t> wrong_passwords;
    std::vector<std::pair<std::string, std::string>> password_resets;  ///< id, address
    std::vector<std::pair<std::string, std::string>> settings;         ///< name, JSON
    string_map<boost::json::object> account_settings;  ///< what users set in their own rows
    string_map<jupyter_row> jupyter_cache;             ///< by hash
    std::int64_t next_jupyter_id = 1;
    bool public_jupyter = false;  ///< without a project
    /// Calls that were only recorded: kind, account, JSON.
    struct note
    {
        std::string kind, account_id, json;
    };
    std::vector<note> notes;

private:
    void populate(std::size_t users, std::string user_key);
    std::optional<std::string> take_queued(std::size_t length);
    std::string key_text(std::size_t length);
    void place(account_row& row);
    void place_all();

    random_source random_;
    std::string key_mark_;
    std::deque<account_row> accounts_;  ///< a deque, so that rows stay where they are
    string_map<account_row*> by_id_;
    string_map<account_row*> by_email_;
    std::shared_ptr<row_list> by_recency_ = std::make_shared<row_list>();
    std::vector<account_row*> unplaced_;
    std::uint64_t changes_ = 0;
    string_map<std::string> remembered_;
    std::size_t remembered_bytes_ = 0;

    std::map<std::int64_t, key_row> keys_;
    string_map<key_row> legacy_keys_;
    string_map<std::int64_t> key_ids_;  ///< by the secret
    std::int64_t next_key_id_ = 1;
    std::map<std::string, project_row, std::less<>> projects_;
    std::deque<std::string> queued_random_;
    api_keys seeded_keys_;
};

/// Draws the accounts of a population. The first ones are the cases that distinguish the rules of
/// the search.
void populate_accounts(world& w, random_source& random, std::size_t count, std::int64_t now);

}  // namespace cohub::inline abi_0_2::fake
