// The data over HTTP.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include <cmath>
#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include "form.hpp"
#include "json_members.hpp"
#include "own_exchange.hpp"
#include "project_files.hpp"
#include "seeding.hpp"
#include "service.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

template <class T>
json::value or_null(std::optional<T> const& v)
{
    return v ? json::value_from(*v) : json::value();
}

json::value or_null(std::optional<std::string> const& v)
{
    return v ? json::value(repair_utf8(*v)) : json::value();
}

json::array list_json(std::vector<std::string> const& texts)
{
    json::array out;
    for (std::string const& t : texts) out.emplace_back(t);
    return out;
}

// As people write it: 5, where Boost.JSON writes 5E0.
json::value amount_json(double d)
{
    if (d == std::floor(d) && std::abs(d) < 1e15) return static_cast<std::int64_t>(d);
    return d;
}

json::object account_json(account const& a)
{
    json::object out;
    out["account_id"] = a.account_id;
    out["first_name"] = or_null(a.first_name);
    out["last_name"] = or_null(a.last_name);
    out["name"] = or_null(a.name);
    out["email_address"] = or_null(a.email_address);
    json::value& verified = out["email_address_verified"];
    if (a.email_address_verified) {
        json::object& map = verified.emplace_object();
        for (auto const& [address, when] : *a.email_address_verified) map[address] = when;
    }
    out["created"] = or_null(a.created);
    out["last_active"] = or_null(a.last_active);
    out["unlisted"] = a.unlisted;
    out["deleted"] = a.deleted;
    out["banned"] = or_null(a.banned);
    out["admin"] = a.admin;
    out["partner"] = a.partner;
    out["org"] = or_null(a.organization);
    json::value& profile = out["profile"];
    if (a.has_profile) {
        json::object& members = profile.emplace_object();
        if (a.color) members["color"] = *a.color;
        if (a.image) members["image"] = *a.image;
    }
    out["balance"] = amount_json(a.balance);
    out["min_balance"] = amount_json(a.min_balance);
    json::array passports;
    for (auto const& [strategy, id] : a.passports) {
        passports.emplace_back(json::object{{"strategy", strategy}, {"id", id}});
    }
    out["passports"] = std::move(passports);
    return out;
}

json::object key_json(key_row const& k)
{
    return {
        {"id", k.id},
        {"key", k.secret},
        {"account_id", k.account_id},
        {"project_id", or_null(k.project_id)},
        {"name", or_null(k.name)},
        {"expire", or_null(k.expire)},
        {"created", k.created},
        {"last_active", or_null(k.last_active)},
        {"legacy", k.id == 0}};
}

json::object project_json(project_row const& p)
{
    json::array owners, collaborators;
    for (project::user const& u : p.users) {
        (u.is_owner ? owners : collaborators).emplace_back(u.account_id);
    }
    return {
        {"project_id", p.project_id},
        {"title", repair_utf8(p.title)},
        {"description", repair_utf8(p.description)},
        {"owners", std::move(owners)},
        {"collaborators", std::move(collaborators)},
        {"owners_manage", p.owners_only},
        {"created", p.created},
        {"edited", p.edited},
        {"deleted", p.deleted},
        {"state", p.state.empty() ? json::value() : json::value(p.state)},
        {"state_time", p.state_time},
        {"error", or_null(p.state_error)},
        {"starts_in_ms", p.start_takes_ms}};
}

// As `POST projects` takes it.
json::object file_json(file_entry const& e)
{
    if (e.is_directory()) return {{"directory", true}};
    if (e.type == file_entry::kind::link) return {{"link", repair_utf8(e.content)}};
    bool const is_text = is_utf8(e.content);
    return {
        {is_text ? "content" : "base64", is_text ? e.content : base64_encode(e.content)},
        {"modified", e.modified}};
}

/// Writes the projects in pieces: their files may be large, and others need the world in the
/// meantime.
class project_writer
{
public:
    /// @return false: this was the last piece
    bool append_piece(world& w, std::string& to)
    {
        constexpr std::size_t piece = std::size_t{64} << 10;
        while (to.size() < piece) {
            // The files are copied, because it takes longer to write them as JSON.
            std::vector<file_tree::named_entry> files;
            bool more_files = false;
            {
                std::lock_guard lock(w.mutex);
                if (!in_project_ && !begin_project(w, to)) return false;
                std::size_t bytes = 0;
                while (file_tree::named_entry const* const e = next_file(w)) {
                    more_files = bytes >= piece;
                    if (more_files) break;
                    bytes += e->first.size() + e->second.content.size();
                    files.push_back(*e);
                    path_ = e->first;
                }
            }
            for (auto const& [path, entry] : files) append_file(path, entry, to);
            in_project_ = more_files;
            if (!more_files) to += "}}";
        }
        return true;
    }

private:
    // @return false: there is no further project
    bool begin_project(world& w, std::string& to)
    {
        auto const at = w.projects().upper_bound(id_);
        if (at == w.projects().end()) {
            to += id_.empty() ? "[]\n" : "]\n";
            return false;
        }
        at->second.settle(w.now);
        to += id_.empty() ? "[" : ",\n";
        to += json::serialize(project_json(at->second));
        to.pop_back();
        to += ",\"files\":{";
        id_ = at->first;
        path_.clear();
        has_files_ = false;
        return true;
    }

    file_tree::named_entry const* next_file(world& w) const
    {
        project_row const* const p = w.project(id_);
        return p ? p->files.next(path_) : nullptr;
    }

    void append_file(std::string_view path, file_entry const& entry, std::string& to)
    {
        if (std::exchange(has_files_, true)) to += ',';
        static std::string const home = std::string(file_tree::home) + '/';
        if (path.starts_with(home)) path.remove_prefix(home.size());
        append_json_string(to, repair_utf8(path));
        to += ':';
        to += json::serialize(file_json(entry));
    }

    std::string id_;    ///< of the project that was begun last
    std::string path_;  ///< of the file in it that was written last
    bool in_project_ = false;
    bool has_files_ = false;
};

json::object organization_json(organization_row const& o)
{
    return {
        {"name", or_null(o.name)},
        {"title", or_null(o.title)},
        {"description", or_null(o.description)},
        {"link", or_null(o.link)},
        {"email_address", or_null(o.email_address)},
        {"admins", o.admins ? json::value(list_json(*o.admins)) : json::value()}};
}

json::array flags_json(message_row::flags const& noted)
{
    json::array out;
    for (std::size_t i = 0; i < noted.size(); ++i) {
        if (noted.test(i)) out.emplace_back(flag_name(i));
    }
    return out;
}

json::object message_json(message_row& m)
{
    json::object flags;
    flags[m.from_id] = flags_json(m.of_sender());
    // If the sender is also a recipient, its flags as a recipient are shown. Seeding a message does
    // the same.
    for (std::string const& id : m.to_ids) flags[id] = flags_json(*m.of_recipient(id));
    return {
        {"id", m.id},
        {"from", m.from_id},
        {"to", list_json(m.to_ids)},
        {"subject", repair_utf8(m.subject)},
        {"body", repair_utf8(m.body)},
        {"sent", m.sent},
        {"thread_id", or_null(m.thread_id)},
        {"flags", std::move(flags)}};
}

// All rows as one list.
template <class Rows, class Write>
void answer_rows(own_exchange const& x, Rows rows, Write write)
{
    json::array out;
    {
        std::lock_guard lock(x.s.world().mutex);
        for (auto&& row : rows(x.s.world())) out.emplace_back(write(row));
    }
    x.answer_json(out);
}

}  // namespace

void show_users(own_exchange const& x)
{
    own_query const query(x.r);
    std::size_t at = query.number("since").value_or(0);
    std::size_t left = query.number("limit").value_or(std::numeric_limits<std::size_t>::max());
    x.answer_json(std::string());
    // In pieces: there may be a million rows, and others need the world in the meantime.
    x.out.more = [&w = x.s.world(), at, left, begun = false](std::string& to) mutable {
        constexpr std::size_t piece = std::size_t{64} << 10;
        std::lock_guard lock(w.mutex);
        if (!begun) to += '[';
        for (; at < w.accounts().size() && left > 0 && to.size() < piece; ++at, --left) {
            if (std::exchange(begun, true)) to += ",\n";
            to += json::serialize(account_json(w.accounts()[at].a));
        }
        begun = true;
        if (at < w.accounts().size() && left > 0) return true;
        to += "]\n";
        return false;
    };
}

void add_accounts(own_exchange const& x) { x.answer_json(seed_accounts(x.s, x.r.body)); }

void show_keys(own_exchange const& x)
{
    json::array keys;
    {
        std::lock_guard lock(x.s.world().mutex);
        for (auto const& [id, key] : x.s.world().keys()) keys.emplace_back(key_json(key));
        for (auto const& [text, key] : x.s.world().legacy_keys()) keys.emplace_back(key_json(key));
    }
    x.answer_json(json::object{{"keys", std::move(keys)}});
}

void add_keys(own_exchange const& x) { x.answer_json(seed_keys(x.s, x.r.body)); }

void show_tokens(own_exchange const& x)
{
    answer_rows(
        x,
        [](world& w) { return w.live_tokens(); },
        [](auth_token const& t) {
            return json::object{
                {"token", t.token},
                {"account_id", t.account_id},
                {"created_by", t.created_by},
                {"expire", t.expire}};
        }
    );
}

void show_mails(own_exchange const& x)
{
    answer_rows(
        x,
        [](world & w) -> auto& { return w.verification_mails; },
        [](verification_mail const& m) {
            return json::object{
                {"account_id", m.account_id},
                {"address", repair_utf8(m.address)},
                {"sent", m.sent}};
        }
    );
}

void show_projects(own_exchange const& x)
{
    x.answer_json(std::string());
    x.out.more = [&w = x.s.world(), writer = project_writer()](std::string& to) mutable {
        return writer.append_piece(w, to);
    };
}

void add_projects(own_exchange const& x) { x.answer_json(seed_projects(x.s, x.r.body)); }

void show_organizations(own_exchange const& x)
{
    answer_rows(
        x, [](world & w) -> auto& { return w.organizations.rows(); }, organization_json
    );
}

void add_organizations(own_exchange const& x) { x.answer_json(seed_organizations(x.s, x.r.body)); }

void remove_organization(own_exchange const& x)
{
    std::string const name = percent_decoded(x.last_part());
    bool found = false;
    {
        std::lock_guard lock(x.s.world().mutex);
        found = x.s.world().remove_organization(name);
    }
    if (found) return x.done();
    x.answer_text(404, "There is no such organization.\n");
}

void show_messages(own_exchange const& x)
{
    answer_rows(
        x,
        [](world& w) { return w.mail.latest_first(); },
        [](message_row* m) { return message_json(*m); }
    );
}

void add_messages(own_exchange const& x) { x.answer_json(seed_messages(x.s, x.r.body)); }

void change_message(own_exchange const& x)
{
    auto const id = static_cast<std::int64_t>(x.last_number("a message's number"));
    if (mark_message(x.s, id, x.r.body)) return x.done();
    x.answer_text(404, "There is no such message.\n");
}

void queue_random(own_exchange const& x)
{
    boost::system::error_code error;
    json::value const body = json::parse(x.r.body, error);
    if (error || (!body.is_array() && !body.is_string())) {
        refuse("this takes a text that is to be drawn next, or a list of texts");
    }
    std::vector<std::string> texts;
    if (body.is_string()) {
        texts.push_back(text_of("the text", body));
    } else {
        for (json::value const& one : body.get_array()) texts.push_back(text_of("the list", one));
    }
    std::lock_guard lock(x.s.world().mutex);
    for (std::string& text : texts) x.s.world().queue_random(std::move(text));
    x.done();
}

void show_pieces(own_exchange const& x)
{
    own_query const query(x.r);
    auto const streams = query.number("streams");
    auto const limit = query.wait();
    pieces_world& pieces = x.s.pieces();
    if (streams) {
        x.s.wait_in_turns(limit, [&](auto turn) {
            return pieces.wait_for_streams(*streams, turn);
        });
    }
    use_pieces(x);
}

void use_pieces(own_exchange const& x)
{
    answer_about_pieces(x.s.pieces(), x.r, x.r.path.substr(own_prefix.size()), x.out);
}

}  // namespace cohub::inline abi_0_2::fake
