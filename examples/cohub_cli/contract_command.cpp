#include "contract_command.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conduct.hpp"
#include "contract.hpp"
#include "doors.hpp"
#include "json_text.hpp"
#include "outcome.hpp"
#include "print.hpp"
#include "recorded_answers.hpp"
#include "values.hpp"

namespace cli {

namespace asio = boost::asio;

namespace {

/// What reads, whatever its arguments are; of db.userQuery those that ask alone.
constexpr std::string_view reading[] = {
    "system.test",
    "system.ping",
    "system.getCustomize",
    "system.getNames",
    "system.userSearch",
    "messages.get",
    "purchases.getBalance",
    "purchases.getMinBalance",
    "org.getAll",
    "jupyter.kernels",
    "accounts/profile",
    "accounts/search",
    "accounts/get-names",
    "user_search",
    // No server has them.
    "system.cohubAsksForNothing",
    "cohub/asks-for-nothing",
};

bool has_nulls_alone(json_node const& n)
{
    if (n.is == json_node::kind::null) return true;
    bool const holds = n.is == json_node::kind::array || n.is == json_node::kind::object;
    return holds && std::all_of(n.items.begin(), n.items.end(), has_nulls_alone);
}

/// The last gate before a call is sent: the table may be wrong.
bool only_reads(contract_row const& row, std::string const& args)
{
    std::string_view const method = row.method;
    if (std::find(std::begin(reading), std::end(reading), method) != std::end(reading)) return true;
    json_node const all = read_tree(args);
    if (all.items.size() != 1) return false;
    if (method == "system.manageApiKeys") {
        auto const* const action = all.items[0].member("action");
        return action != nullptr && action->text() == "get";
    }
    if (method != "db.userQuery") return false;
    auto const* const query = all.items[0].member("query");
    return query != nullptr && has_nulls_alone(*query);
}

std::string with_account(std::string text, std::string const& account)
{
    constexpr std::string_view mark = "$account";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
        text.replace(at, mark.size(), account);
    return text;
}

using answers = cohub::result<std::vector<contract_answer>>;

/// A host that is asked.
struct live_host
{
    std::optional<cohub::hub> hub;
    /// The status of the last answer, as the client tells it.
    int status = 0;
    /// Of the key; empty until the first row has told it.
    std::string account;
};

asio::awaitable<answers> ask(live_host& host, contract_row const& row)
{
    bool const needs_account = std::string_view(row.args).find("$account") != std::string::npos;
    if (needs_account && host.account.empty()) co_return std::vector<contract_answer>();
    request r;
    r.api = row.api;
    r.wire = row.method;
    r.args = with_account(row.args, host.account);
    r.idempotent = true;
    if (!only_reads(row, r.args))
        throw std::logic_error(r.wire + " is not known to change nothing");
    host.status = 0;
    doors const to(*host.hub, new cohub::cocalc::project_address(), exact_numbers());
    answer const got = co_await call_any(to, std::move(r));
    if (!got) {
        cohub::failure const& f = got.error();
        bool const no_key = host.account.empty() && f.code == cohub::errc::unauthorized;
        if (!is_an_answer(f) || no_key) co_return f;
    } else if (&row == contract_rows().data()) {
        json_node const owner = read_tree(*got);
        if (auto const* const id = owner.member("account_id")) host.account = id->text();
    }
    int const code = got || got.error().http_status == 0 ? host.status : got.error().http_status;
    std::vector<contract_answer> all;
    all.push_back({code, got});
    co_return all;
}

asio::awaitable<answers> look_up(recorded_answers const& in, contract_row const& row)
{
    co_return in.of(row);
}

asio::awaitable<text_answer> check(
    contract_source source,
    contract_source recorded,
    settings const& s,
    contract_subject what,
    bool& differs
)
{
    auto const all = co_await check_contract(std::move(source), std::move(recorded));
    if (!all) co_return all.error();
    differs = std::any_of(all->begin(), all->end(), [](contract_result const& r) {
        return !r.differences.empty();
    });
    layout const how = s.layout();
    if (!s.has_output) co_return contract_text(*all, what, how.colours);
    bool const whole = how.format == format::json || how.format == format::yaml;
    if (whole) co_return render(contract_json(*all, what), how);
    co_return render(contract_rows_json(*all), how);
}

/// @return false, and told, if an option cannot be
bool open_host(live_host& host, std::string& name, asio::io_context& io, settings const& s)
{
    auto options = s.client_options();
    name = options.host;
    options.hooks.on_attempt = [&host, told = options.hooks.on_attempt](auto const& event) {
        host.status = event.http_status;
        if (told) told(event);
    };
    try {
        host.hub.emplace(io, std::move(options));
    } catch (cohub::error const& e) {
        complain(e.what());
        return false;
    }
    return true;
}

}  // namespace

int run_contract(settings const& s, contract_options const& o)
{
    if (!o.recorded.empty() && !o.live && s.source_of("host").from == origin::option)
        throw usage_error("--recorded asks no host; give --live to ask --host too");
    std::optional<recorded_answers> recorded;
    contract_subject what;
    if (!o.recorded.empty()) {
        recorded = recorded_answers::from_file(o.recorded);
        what = {
            recorded->upstream(), o.recorded, recorded->exchanges(), recorded->judged(), o.live};
    }
    asio::io_context io(1);
    live_host host;
    if (what.live && !open_host(host, what.host, io, s)) return usage;
    contract_source const from_host = [&host](contract_row const& row) { return ask(host, row); };
    contract_source from_file;
    if (recorded)
        from_file = [&recorded](contract_row const& row) { return look_up(*recorded, row); };
    bool differs = false;
    finish const end = [&differs](std::string const& text, int) -> int {
        print(text);
        return differs ? refused : done;
    };
    auto task = what.live ? check(from_host, from_file, s, what, differs)
                          : check(from_file, nullptr, s, what, differs);
    return conduct(io, "contract", std::move(task), end);
}

}  // namespace cli
