#include "contract_command.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "conduct.hpp"
#include "contract.hpp"
#include "doors.hpp"
#include "json_text.hpp"
#include "outcome.hpp"
#include "print.hpp"

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

/// The status of the last answer, as the client tells it.
using last_status = std::shared_ptr<int>;

asio::awaitable<std::optional<contract_answer>> ask_live(
    cohub::hub const& hub, last_status status, contract_row const& row, std::string args
)
{
    if (!only_reads(row, args))
        throw std::logic_error(std::string(row.method) + " is not known to change nothing");
    request r;
    r.api = row.api;
    r.wire = row.method;
    r.args = std::move(args);
    r.idempotent = true;
    *status = 0;
    doors const to(hub, new cohub::cocalc::project_address(), exact_numbers());
    answer const got = co_await call_any(to, std::move(r));
    int const code = got || got.error().http_status == 0 ? *status : got.error().http_status;
    co_return contract_answer{code, got};
}

asio::awaitable<text_answer> check(
    contract_source source, settings const& s, std::string host, std::shared_ptr<bool> differs
)
{
    auto const all = co_await check_contract(std::move(source));
    if (!all) co_return all.error();
    *differs = std::any_of(all->begin(), all->end(), [](contract_result const& r) {
        return !r.differences.empty();
    });
    layout const how = s.layout();
    if (!s.has_output) co_return contract_text(*all, how.colours);
    bool const whole = how.format == format::json || how.format == format::yaml;
    co_return render(whole ? contract_json(*all, host) : contract_rows_json(*all), how);
}

}  // namespace

int run_contract(settings const& s)
{
    asio::io_context io(1);
    auto options = s.client_options();
    std::string const host = options.host;
    auto const status = std::make_shared<int>(0);
    options.hooks.on_attempt = [status, told = options.hooks.on_attempt](auto const& event) {
        *status = event.http_status;
        if (told) told(event);
    };
    std::optional<cohub::hub> hub;
    try {
        hub.emplace(io, std::move(options));
    } catch (cohub::error const& e) {
        complain(e.what());
        return usage;
    }
    auto const source = [&hub, status](contract_row const& row, std::string args) {
        return ask_live(*hub, status, row, std::move(args));
    };
    auto const differs = std::make_shared<bool>(false);
    finish const end = [&differs](std::string const& text, int) -> int {
        print(text);
        return *differs ? refused : done;
    };
    return conduct(io, "contract", check(source, s, host, differs), end);
}

}  // namespace cli
