#include "world.hpp"

#include <algorithm>
#include <stdexcept>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {
constexpr std::int64_t hour = 3'600'000;
constexpr std::int64_t day = 24 * hour;
}  // namespace

world::world(
    std::uint64_t seed,
    std::size_t users,
    std::int64_t clock,
    std::string user_key,
    std::string key_mark
)
    : now(clock), random_(seed), key_mark_(std::move(key_mark))
{
    populate(users, std::move(user_key));
}

void world::populate(std::size_t users, std::string user_key)
{
    settings = {
        {"siteName", "\"CoCalc\""},
        {"dns", "\"cocalc.example\""},
        {"siteURL", "\"https://cocalc.example\""},
    };

    auto const holder = [this](std::string first, std::string last, std::string address) {
        account a(std::move(first), std::move(last));
        a.email(std::move(address)).verified().created_at(now - 400 * day).active_at(now - hour);
        a.with_password("correct horse");
        return a;
    };
    std::string const user =
        put(holder("Robin", "Client", "robin@cohub.test").with_passport("google", "1")).account_id;
    std::string const admin =
        put(holder("Sage", "Operator", "sage@cohub.test").make_admin()).account_id;
    std::string const org_admin =
        put(holder("Orla", "Keeper", "orla@cohub.test").in_organization("acme")).account_id;
    organization_row acme;
    acme.name = "acme";
    acme.title = "Acme";
    acme.admins = {org_admin};
    organizations.put(std::move(acme));
    std::string const project = random_uuid();
    {
        fake::project first(project);
        first.title("First Project").owner(user).created_at(now - 30 * day).edited_at(now - hour);
        put_project(make_project(first, *this));
    }

    auto const key = [this](std::string owner, std::string name) {
        key_row row;
        row.account_id = std::move(owner);
        row.name = std::move(name);
        row.created = now - 30 * day;
        return row;
    };
    {
        key_row row = key(user, "user");
        row.secret = std::move(user_key);
        seeded_keys_.user = add_key(std::move(row)).secret;
    }
    seeded_keys_.admin = add_key(key(admin, "admin")).secret;
    seeded_keys_.org_admin = add_key(key(org_admin, "org admin")).secret;
    {
        key_row row = key(user, "project");
        row.project_id = project;
        seeded_keys_.project = add_key(std::move(row)).secret;
    }
    {
        key_row row = key(user, "expired");
        row.expire = now - day;
        seeded_keys_.expired = add_key(std::move(row)).secret;
    }
    std::size_t const made = accounts_.size();
    by_id_.reserve(users);
    by_email_.reserve(users);
    populate_accounts(*this, random_, users > made ? users - made : 0, now);

    auto const someone = std::find_if(accounts_.begin(), accounts_.end(), [](account_row const& r) {
        return r.a.banned.value_or(false);
    });
    std::string owner;
    if (someone != accounts_.end()) {
        owner = someone->a.account_id;
    } else {
        // A world of three accounts has none to ban. The owner of the key is then in no list.
        owner = random_uuid();
    }
    seeded_keys_.banned = add_key(key(owner, "banned")).secret;
    // Done now, so that the first search is not slower.
    by_recency();
}

account const& world::put(account a)
{
    if (a.account_id.empty()) a.account_id = random_uuid();
    auto const id = uuid_text(a.account_id);
    if (!id) throw std::invalid_argument("an account id is a UUID, not '" + a.account_id + "'");
    a.account_id = *id;
    account_row* row = nullptr;
    if (auto const at = by_id_.find(a.account_id); at != by_id_.end()) {
        row = at->second;
    } else {
        row = &accounts_.emplace_back();
        by_id_.emplace(a.account_id, row);
    }
    if (row->a.email_address) {
        // Another account may have this address already, if two exchange theirs.
        auto const at = by_email_.find(*row->a.email_address);
        if (at != by_email_.end() && at->second == row) by_email_.erase(at);
    }
    row->a = std::move(a);
    changed(row->a.account_id);
    return row->a;
}

void world::changed(std::string_view account_id)
{
    auto const at = by_id_.find(account_id);
    if (at == by_id_.end()) return;
    account_row& row = *at->second;
    account const& a = row.a;
    row.lower_first = to_lower(a.first_name.value_or(""));
    row.lower_last = to_lower(a.last_name.value_or(""));
    row.lower_name = a.name ? "@" + to_lower(*a.name) : "";
    row.lower_email = to_lower(a.email_address.value_or(""));
    // The database compares addresses as they are stored, with their capitals.
    if (a.email_address) by_email_[*a.email_address] = &row;
    if ((!row.placed || row.placed_by != row.recency()) && !row.awaits_place) {
        row.awaits_place = true;
        unplaced_.push_back(&row);
    }
    ++changes_;
    remembered_.clear();
    remembered_bytes_ = 0;
}

std::string const* world::remembered(std::string_view question) const
{
    auto const at = remembered_.find(question);
    return at == remembered_.end() ? nullptr : &at->second;
}

void world::remember(std::string question, std::string answer)
{
    constexpr std::size_t limit = std::size_t{16} << 20;
    remembered_bytes_ += question.size() + answer.size();
    if (remembered_bytes_ > limit) {
        remembered_.clear();
        remembered_bytes_ = question.size() + answer.size();
    }
    remembered_.emplace(std::move(question), std::move(answer));
}

account* world::find(std::string_view account_id)
{
    auto const at = by_id_.find(account_id);
    return at == by_id_.end() ? nullptr : &at->second->a;
}

account_row const* world::row(std::string_view account_id) const
{
    auto const at = by_id_.find(account_id);
    return at == by_id_.end() ? nullptr : at->second;
}

account* world::find_by_email(std::string_view address)
{
    auto const at = by_email_.find(address);
    return at == by_email_.end() ? nullptr : &at->second->a;
}

namespace {

using recency = std::optional<std::int64_t>;

// The latest first, those without a time last. With the same time, by id.
bool comes_before(recency x, std::string_view x_id, recency y, std::string_view y_id)
{
    if (x != y) return x && (!y || *x > *y);
    return x_id < y_id;
}

}  // namespace

void world::place(account_row& row)
{
    row_list& list = *by_recency_;
    auto const where = [&list](account_row const& r) {
        return std::lower_bound(list.begin(), list.end(), &r, [](auto const* x, auto const* y) {
            return comes_before(x->placed_by, x->a.account_id, y->placed_by, y->a.account_id);
        });
    };
    if (row.placed) list.erase(where(row));
    row.placed = true;
    row.placed_by = row.recency();
    list.insert(where(row), &row);
}

void world::place_all()
{
    // The compared values are copied, because a million rows are spread over the whole memory.
    struct entry
    {
        recency time;
        std::uint64_t id[2];
        account_row* row;
    };
    std::vector<entry> all;
    all.reserve(accounts_.size());
    for (account_row& r : accounts_) {
        r.placed = true;
        r.placed_by = r.recency();
        entry e{r.placed_by, {0, 0}, &r};
        std::size_t digits = 0;
        for (char const c : r.a.account_id) {
            if (c == '-') continue;
            std::uint64_t& half = e.id[digits++ / 16];
            half = half << 4 | static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        all.push_back(e);
    }
    std::sort(all.begin(), all.end(), [](entry const& x, entry const& y) {
        if (x.time != y.time) return x.time && (!y.time || *x.time > *y.time);
        return x.id[0] != y.id[0] ? x.id[0] < y.id[0] : x.id[1] < y.id[1];
    });
    by_recency_->clear();
    by_recency_->reserve(all.size());
    for (entry const& e : all) by_recency_->push_back(e.row);
}

std::shared_ptr<world::row_list const> world::by_recency()
{
    if (unplaced_.empty()) return by_recency_;
    // A search may be in the middle of the old list.
    bool const few = unplaced_.size() < 64 && by_recency_->size() > 1000;
    if (by_recency_.use_count() > 1) {
        by_recency_ = few ? std::make_shared<row_list>(*by_recency_) : std::make_shared<row_list>();
    }
    if (few) {
        for (account_row* const row : unplaced_) place(*row);
    } else {
        place_all();
    }
    for (account_row* const row : unplaced_) row->awaits_place = false;
    unplaced_.clear();
    return by_recency_;
}

bool world::is_admin(std::string_view account_id) const
{
    account_row const* const r = row(account_id);
    return r && r->a.admin;
}

std::optional<principal> world::authenticate(std::string_view secret)
{
    if (secret.size() < 9 || (!secret.starts_with("sk-") && !secret.starts_with("sk_"))) return {};
    auto const banned = [this](std::string const& account_id) {
        account_row const* const owner = row(account_id);
        return !owner || owner->a.banned.value_or(false);
    };
    if (auto const at = legacy_keys_.find(secret); at != legacy_keys_.end()) {
        if (banned(at->second.account_id)) return {};
        return principal{at->second.account_id, {}};
    }
    auto const id = key_ids_.find(secret);
    if (id == key_ids_.end()) return {};
    key_row& key = keys_.at(id->second);
    if (banned(key.account_id)) return {};
    bool const stranger = key.project_id && !is_collaborator(key.account_id, *key.project_id);
    if (stranger || (key.expire && *key.expire <= now)) {
        erase_key(key.id);
        return {};
    }
    key.last_active = now;
    if (key.project_id) return principal{{}, *key.project_id};
    return principal{key.account_id, {}};
}

std::string world::owner_of_key(std::string_view secret) const
{
    if (auto const legacy = legacy_keys_.find(secret); legacy != legacy_keys_.end()) {
        return legacy->second.account_id;
    }
    auto const id = key_ids_.find(secret);
    if (id == key_ids_.end()) return {};
    key_row const& key = keys_.at(id->second);
    return key.project_id.value_or(key.account_id);
}

bool world::is_key_of_banned(std::string_view secret) const
{
    std::string_view owner;
    if (auto const legacy = legacy_keys_.find(secret); legacy != legacy_keys_.end()) {
        owner = legacy->second.account_id;
    } else if (auto const id = key_ids_.find(secret); id != key_ids_.end()) {
        owner = keys_.at(id->second).account_id;
    }
    account_row const* const r = row(owner);
    return r && r->a.banned.value_or(false);
}

std::string world::key_text(std::size_t length)
{
    return random_text(length).replace(0, key_mark_.size(), key_mark_);
}

key_row& world::add_key(key_row row)
{
    if (row.id == 0) row.id = next_key_id_;
    next_key_id_ = std::max(next_key_id_, row.id + 1);
    std::string const number = base62(static_cast<std::uint64_t>(row.id), 6);
    if (row.secret.empty()) row.secret = "sk-" + key_text(16) + number;
    row.trunc = row.secret.substr(0, 3) + "..." + row.secret.substr(row.secret.size() - 6);
    erase_key(row.id);
    key_ids_[row.secret] = row.id;
    return keys_[row.id] = std::move(row);
}

key_row& world::add_legacy_key(key_row row)
{
    if (row.secret.empty()) row.secret = "sk_" + key_text(22);
    std::string const secret = row.secret;
    return legacy_keys_[secret] = std::move(row);
}

void world::erase_key(std::int64_t id)
{
    auto const at = keys_.find(id);
    if (at == keys_.end()) return;
    key_ids_.erase(at->second.secret);
    keys_.erase(at);
}

project_row* world::project(std::string_view id)
{
    auto const at = projects_.find(id);
    return at == projects_.end() ? nullptr : &at->second;
}

project_row& world::put_project(project_row row)
{
    std::string const id = row.project_id;
    return projects_[id] = std::move(row);
}

project_row& world::create_project(std::string_view owner, std::string title)
{
    fake::project p;
    p.title(std::move(title)).owner(std::string(owner));
    return put_project(make_project(p, *this));
}

bool world::remove_organization(std::string_view name)
{
    bool const found = organizations.find(name) != nullptr;
    organizations.erase(name);
    for (account_row& row : accounts_) {
        if (row.a.organization == name) row.a.organization.reset();
    }
    return found;
}

bool world::is_collaborator(std::string_view account_id, std::string_view project_id)
{
    project_row const* const p = project(project_id);
    return p && p->has(account_id);
}

std::optional<std::string> world::take_queued(std::size_t length)
{
    for (auto i = queued_random_.begin(); i != queued_random_.end(); ++i) {
        if (i->size() != length) continue;
        std::string text = std::move(*i);
        queued_random_.erase(i);
        return text;
    }
    return {};
}

std::vector<auth_token> world::live_tokens() const
{
    std::vector<auth_token> out;
    for (auto const& [token, row] : auth_tokens) {
        if (row.expire > now) out.push_back({token, row.account_id, row.created_by, row.expire});
    }
    std::sort(out.begin(), out.end(), [](auth_token const& x, auth_token const& y) {
        return x.expire != y.expire ? x.expire < y.expire : x.token < y.token;
    });
    return out;
}

bool world::send_verification_mail(std::string_view account_id)
{
    account_row const* const r = row(account_id);
    if (!r || !r->a.email_address) return false;
    verification_mails.push_back({r->a.account_id, *r->a.email_address, now});
    return true;
}

std::string world::random_text(std::size_t length)
{
    if (auto queued = take_queued(length)) return *queued;
    return random_.text(length);
}

std::string world::random_uuid()
{
    if (auto queued = take_queued(36)) return *queued;
    return random_.uuid();
}

}  // namespace cohub::inline abi_0_2::fake
