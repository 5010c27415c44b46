// The hub's `messages` group, after packages/server/conat/api/messages.ts and
// messages/{send,get}.ts.

#include <boost/json/array.hpp>

#include <algorithm>

#include "call.hpp"
#include "database.hpp"
#include "post.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace json = boost::json;

namespace {

constexpr double most = 500;

// The recipients that the client means. Addresses are replaced by ids if the list has any.
std::vector<std::string> recipients(call& c)
{
    json::value const* const given = c.option("to_ids");
    if (is_nullish(given)) {
        type_error(
            std::string("Cannot read properties of ") + (given ? "null" : "undefined") +
            " (reading 'filter')"
        );
    }
    if (!given->is_array()) type_error("opts.to_ids.filter is not a function");
    std::vector<std::string> ids, addresses;
    for (json::value const& v : given->get_array()) {
        if (v.is_null()) type_error("Cannot read properties of null (reading 'includes')");
        if (!v.is_string() && !v.is_array()) type_error("x.includes is not a function");
        std::string text = js_string(&v);
        if (text.find('@') != text.npos) addresses.push_back(text);
        ids.push_back(std::move(text));
    }
    if (addresses.empty()) return ids;
    // If the list has an address, everything that is neither an id nor a known address is silently
    // dropped.
    std::erase_if(ids, [](std::string const& id) { return !uuid_text(id); });
    std::vector<std::string> found;
    for (std::string const& address : addresses) {
        if (account const* const a = c.world.find_by_email(address)) {
            found.push_back(a->account_id);
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    ids.insert(ids.end(), found.begin(), found.end());
    return ids;
}

std::string send(call& c)
{
    letter l;
    l.from_id = c.account_id;
    l.to_ids = recipients(c);
    l.subject = database_text(c.option("subject"));
    l.body = database_text(c.option("body"));
    if (json::value const* const reply = c.option("reply_id"); is_truthy(reply)) {
        // A reply to a message that does not exist any more starts a new thread.
        auto const first = database_integer(reply);
        if (message_row const* const row = first ? c.world.mail.find(*first) : nullptr) {
            l.thread_id = row->thread_id.value_or(row->id);
        }
    }
    auto const id = post(c.world, std::move(l));
    return id ? std::to_string(*id) : "null";
}

void append_flag(std::string& out, std::string_view member, bool on)
{
    out.append(",\"").append(member).append(on ? "\":true" : "\":false");
}

void append_message(std::string& out, message_row const& row, message_row::flags const* noted)
{
    out += "{\"id\":" + std::to_string(row.id) + ",\"subject\":";
    append_json_string(out, row.subject);
    out += ",\"body\":";
    append_json_string(out, row.body);
    out += ",\"from_id\":\"" + row.from_id + "\",\"to_ids\":[";
    for (std::size_t i = 0; i != row.to_ids.size(); ++i) {
        if (i != 0) out += ',';
        append_json_string(out, row.to_ids[i]);
    }
    out += "],\"sent\":";
    append_json_string(out, iso_time(row.sent));
    out += ",\"thread_id\":" + (row.thread_id ? std::to_string(*row.thread_id) : "null");
    if (noted) {
        append_flag(out, "read", has(*noted, mail_flag::read));
        append_flag(out, "saved", has(*noted, mail_flag::saved));
        append_flag(out, "deleted", has(*noted, mail_flag::deleted));
    }
    out += '}';
}

enum class folder
{
    received,
    sent,
    fresh,
    starred
};

folder folder_option(call const& c)
{
    json::value const* const type = c.option("type");
    if (!type) return folder::received;
    std::string const name = type->is_string() ? std::string(type->get_string()) : "";
    if (name == "received") return folder::received;
    if (name == "sent") return folder::sent;
    if (name == "new") return folder::fresh;
    if (name == "starred") return folder::starred;
    // For any other folder upstream builds no query. The rest of the statement follows JavaScript's
    // undefined.
    database_error("syntax error at or near \"undefined\"");
}

// The account's flags on a message of this folder; null when the message is not in the folder.
message_row::flags const* in_folder(message_row& row, folder which, std::string_view account_id)
{
    if (which == folder::sent && row.from_id != account_id) return nullptr;
    message_row::flags const* const noted =
        which == folder::sent ? &row.of_sender() : row.of_recipient(account_id);
    if (!noted || has(*noted, mail_flag::expired)) return nullptr;
    bool const deleted = has(*noted, mail_flag::deleted);
    if (which == folder::fresh) {
        bool const seen = has(*noted, mail_flag::read) || has(*noted, mail_flag::saved);
        return seen || deleted ? nullptr : noted;
    }
    if (which == folder::starred) {
        return deleted || !has(*noted, mail_flag::starred) ? nullptr : noted;
    }
    return noted;
}

std::string get(call& c)
{
    json::value const* const given = c.option("limit");
    if (given && js_number(*given) > most) fail("limit must be at most 500");
    folder const which = folder_option(c);
    std::optional<std::int64_t> after;
    if (json::value const* const cutoff = c.option("cutoff"); is_truthy(cutoff)) {
        after = database_time(*cutoff);
    }
    json::value const* const skip = c.option("offset");
    std::int64_t offset = is_truthy(skip) ? database_integer(skip).value_or(0) : 0;
    std::optional<std::int64_t> left = given ? database_integer(given) : 100;
    if (offset < 0) database_error("OFFSET must not be negative");
    if (left && *left < 0) database_error("LIMIT must not be negative");

    bool const with_flags = which == folder::received || which == folder::sent;
    std::string out = "[";
    for (message_row* const row : c.world.mail.latest_first()) {
        if (after && row->sent <= *after) continue;
        message_row::flags const* const noted = in_folder(*row, which, c.account_id);
        if (!noted || offset-- > 0) continue;
        if (left && (*left)-- == 0) break;
        if (out.size() > 1) out += ',';
        append_message(out, *row, with_flags ? noted : nullptr);
    }
    return out + ']';
}

}  // namespace

std::optional<std::int64_t> post(world& w, letter l)
{
    if (l.to_ids.empty()) return {};
    for (std::string& to : l.to_ids) {
        auto const id = postgres_uuid(to);
        if (!id) database_error("invalid input syntax for type uuid: \"" + to + "\"");
        if (!w.find(*id)) fail("invalid account_id -- " + to);
        to = *id;
    }
    for (auto const& [column, text] :
         {std::pair("subject", &l.subject), std::pair("body", &l.body)}) {
        if (*text) continue;
        database_error(
            std::string("null value in column \"") + column +
            "\" of relation \"messages\" violates not-null constraint"
        );
    }
    message_row row;
    row.from_id = std::move(l.from_id);
    row.to_ids = std::move(l.to_ids);
    row.subject = std::move(*l.subject);
    row.body = std::move(*l.body);
    row.thread_id = l.thread_id;
    row.sent = w.now;
    return w.mail.add(std::move(row)).id;
}

method_list messages_group()
{
    static constexpr method methods[] = {
        {"messages.send", shape::options, send},
        {"messages.get", shape::options, get},
    };
    return methods;
}

}  // namespace cohub::inline abi_0_2::fake
