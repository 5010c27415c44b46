#include "contract.hpp"

#include <cohub/version.hpp>

#include <algorithm>
#include <utility>

#include "escaping.hpp"
#include "json_text.hpp"
#include "terminal.hpp"

namespace cli {

namespace asio = boost::asio;

namespace {

using kind = json_node::kind;

std::string_view name_of(kind k)
{
    switch (k) {
        case kind::null:
            return "null";
        case kind::boolean:
            return "boolean";
        case kind::number:
            return "number";
        case kind::text:
            return "text";
        case kind::array:
            return "array";
        case kind::object:
            break;
    }
    return "object";
}

/// Whether a word is one of those that `separator` parts.
bool is_among(std::string_view word, std::string_view all, char separator)
{
    while (!all.empty()) {
        auto const end = std::min(all.find(separator), all.size());
        if (all.substr(0, end) == word) return true;
        all.remove_prefix(std::min(end + 1, all.size()));
    }
    return false;
}

class comparison
{
public:
    void compare(json_node const& shape, json_node const& seen, std::string const& path)
    {
        if (shape.is == kind::text) {
            std::string const types = shape.text();
            if (types != "any" && !is_among(name_of(seen.is), types, '|'))
                add({"type", path, types, std::string(name_of(seen.is))});
        } else if (shape.is != seen.is) {
            add({"type", path, std::string(name_of(shape.is)), std::string(name_of(seen.is))});
        } else if (shape.is == kind::array) {
            for (auto const& item : seen.items) compare(shape.items.at(0), item, path + "/*");
        } else {
            compare_members(shape, seen, path);
        }
    }
    std::vector<difference> all() && { return std::move(all_); }

private:
    void compare_members(json_node const& shape, json_node const& seen, std::string const& path)
    {
        if (auto const* const any = shape.member("*")) {
            for (auto const& m : seen.items) compare(*any, m, path + "/*");
            return;
        }
        for (auto const& m : shape.items) {
            bool const optional = m.name.ends_with('?');
            std::string const name = m.name.substr(0, m.name.size() - (optional ? 1 : 0));
            if (auto const* const there = seen.member(name))
                compare(m, *there, path + '/' + name);
            else if (!optional)
                add({"missing", path + '/' + name, text_of(m), "nothing"});
        }
        for (auto const& m : seen.items)
            if (shape.member(m.name) == nullptr && shape.member(m.name + '?') == nullptr)
                add({"new", path + '/' + m.name, "nothing", std::string(name_of(m.is))});
    }

    static std::string text_of(json_node const& shape)
    {
        return shape.is == kind::text ? shape.text() : std::string(name_of(shape.is));
    }
    /// Once for all elements of a list.
    void add(difference d)
    {
        if (std::find(all_.begin(), all_.end(), d) == all_.end()) all_.push_back(std::move(d));
    }

    std::vector<difference> all_;
};

bool has_shape(contract_row const& row) { return *row.answer != '\0'; }

/// Nothing that has to do with this row went wrong on the way.
bool is_an_answer(cohub::failure const& f)
{
    return f.code == cohub::condition::refused || f.code == cohub::condition::bad_answer ||
           (f.code == cohub::errc::invalid_argument && !f.server_message.empty());
}

contract_result judged(contract_row const& row, contract_answer const& a)
{
    contract_result r;
    r.row = &row;
    r.http_status = a.http_status;
    std::string const known = has_shape(row) ? "an answer" : row.refusals;
    if (a.json) {
        if (!has_shape(row))
            r.differences.push_back({"answered", "", known, "an answer"});
        else
            r.differences = differences_between(row.answer, *a.json);
        if (a.http_status != 200)
            r.differences.push_back({"status", "", "200", std::to_string(a.http_status)});
        return r;
    }
    cohub::failure const& f = a.json.error();
    r.refusal = cohub::to_string(f.kind());
    if (!is_among(r.refusal, row.refusals, ' ')) {
        std::string words = r.refusal;
        if (a.http_status != 200) words += ", HTTP " + std::to_string(a.http_status);
        if (!f.server_message.empty()) words += ": " + f.server_message;
        r.differences.push_back({"refusal", "", known, words});
    }
    return r;
}

std::string with_account(std::string text, std::string const& account)
{
    constexpr std::string_view mark = "$account";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
        text.replace(at, mark.size(), account);
    return text;
}

std::string api_of(contract_row const& row)
{
    return row.api == api::v1 ? "v1" : row.api == api::v2 ? "v2" : "hub";
}

/// As in the rows of methods: v1's and v2's have their API before them.
std::string title_of(contract_row const& row)
{
    return (row.api == api::hub ? "" : api_of(row) + ' ') + row.method;
}

std::string members_of(difference const& d)
{
    return "\"kind\":" + to_json_text(d.kind) + ",\"path\":" + to_json_text(d.path) +
           ",\"known\":" + to_json_text(d.known) + ",\"seen\":" + to_json_text(d.seen);
}

}  // namespace

std::vector<difference> differences_between(std::string_view shape, std::string_view json)
{
    comparison c;
    json_node const known = read_tree(shape);
    json_node const seen = read_tree(json);
    c.compare(known, seen, "");
    return std::move(c).all();
}

asio::awaitable<cohub::result<std::vector<contract_result>>> check_contract(contract_source source)
{
    std::vector<contract_result> all;
    std::string account;
    all.reserve(contract_rows().size());
    for (contract_row const& row : contract_rows()) {
        std::string const given = row.args;
        bool const needs_account = given.find("$account") != std::string::npos;
        std::optional<contract_answer> a;
        if (!needs_account || !account.empty())
            a = co_await source(row, with_account(given, account));
        if (!a) {
            contract_result& r = all.emplace_back();
            r.row = &row;
            r.refusal = "not asked";
            continue;
        }
        bool const no_key = !a->json && a->json.error().code == cohub::errc::unauthorized;
        if (!a->json && (!is_an_answer(a->json.error()) || (account.empty() && no_key)))
            co_return a->json.error();
        if (all.empty() && a->json) {
            json_node const owner = read_tree(*a->json);
            if (auto const* const id = owner.member("account_id")) account = id->text();
        }
        all.push_back(judged(row, *a));
    }
    co_return all;
}

std::string contract_text(std::vector<contract_result> const& all, bool colours)
{
    std::string text;
    std::size_t different = 0;
    for (auto const& r : all) {
        bool const ok = r.differences.empty();
        bool const asked = r.refusal != "not asked";
        if (!ok) ++different;
        text += styled(
            !ok     ? "differs  "
            : asked ? "ok       "
                    : "skipped  ",
            !ok     ? style::red
            : asked ? style::green
                    : style::yellow,
            colours
        );
        text += title_of(*r.row);
        if (ok && asked && !r.refusal.empty()) text += " (refused, as known: " + r.refusal + ')';
        if (!asked) text += " (not asked)";
        text += '\n';
        for (auto const& d : r.differences)
            text += "         -> " + d.kind + ' ' + make_cell(d.path).text + ": " +
                    make_cell(d.seen).text + ", known: " + d.known + '\n';
    }
    return text + std::to_string(all.size()) + " calls, " + std::to_string(different) +
           " of them differ from what cohub " COHUB_VERSION_STRING " knows\n";
}

std::string contract_json(std::vector<contract_result> const& all, std::string const& host)
{
    std::string json = "{\"host\":" + to_json_text(host) +
                       ",\"release\":" + to_json_text(COHUB_VERSION_STRING) + ",\"calls\":[";
    bool first = true;
    for (auto const& r : all) {
        if (!first) json += ',';
        first = false;
        json += "{\"api\":" + to_json_text(api_of(*r.row)) +
                ",\"method\":" + to_json_text(r.row->method) + ",\"args\":" + r.row->args +
                ",\"http_status\":" + std::to_string(r.http_status) +
                ",\"refusal\":" + (r.refusal.empty() ? "null" : to_json_text(r.refusal)) +
                ",\"differences\":[";
        for (auto const& d : r.differences)
            json += (&d == r.differences.data() ? "{" : ",{") + members_of(d) + '}';
        json += "]}";
    }
    return json + "]}";
}

std::string contract_rows_json(std::vector<contract_result> const& all)
{
    std::string json = "[";
    for (auto const& r : all)
        for (auto const& d : r.differences)
            json += (json.size() > 1 ? ",{\"method\":" : "{\"method\":") +
                    to_json_text(title_of(*r.row)) + ',' + members_of(d) + '}';
    return json + ']';
}

}  // namespace cli
