#include "own_routes.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <stdexcept>

#include "own_exchange.hpp"
#include "page.hpp"
#include "sessions.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

namespace {

void show_description(own_exchange const& x);
void show_page(own_exchange const& x) { answer_page(x.out); }

// The examples work in this order: some use what an earlier one added.
constexpr own_route own_routes[] = {
    {"GET",
     "requests",
     "what was received",
     show_requests,
     "RequestList",
     "call since limit status wait_ms"},
    {"DELETE", "requests", "forgets requests, counts and problems", clear_requests, "Done"},
    {"GET",
     "requests/count",
     "how many were received",
     count_requests,
     "RequestCount",
     "call since limit status at_least wait_ms"},
    {"GET",
     "connections",
     "how many there were, and are",
     show_connections,
     "Connections",
     "at_least open wait_ms"},
    {"GET",
     "frames",
     "what came over WebSockets",
     show_frames,
     "FrameList",
     "kind at_least wait_ms"},
    {"GET", "users", "the accounts, all fields", show_users, "Account[]", "since limit"},
    {"POST",
     "accounts",
     "adds an account, or each of a list",
     add_accounts,
     "AccountIds",
     {},
     "NewAccount|NewAccount[]",
     R"({"first_name":"Ada","last_name":"Lovelace","email_address":"ada@example.com","org":"acme"})",
     true},
    {"GET", "keys", "the API keys", show_keys, "KeyList"},
    {"POST",
     "keys",
     "adds an API key, or each of a list",
     add_keys,
     "KeyTexts",
     {},
     "NewKey|NewKey[]",
     R"({"account_id":"$account","name":"mine"})",
     true},
    {"GET", "projects", "the projects", show_projects, "Project[]"},
    {"POST",
     "projects",
     "adds a project, or each of a list",
     add_projects,
     "ProjectIds",
     {},
     "NewProject|NewProject[]",
     R"({"title":"Thesis","owners":["$account"],"state":"running","files":{"a.txt":"x\n"}})",
     true},
    {"GET", "organizations", "the organizations", show_organizations, "Organization[]"},
    {"POST",
     "organizations",
     "adds an organization, or each of a list",
     add_organizations,
     "OrganizationNames",
     {},
     "NewOrganization|NewOrganization[]",
     R"({"name":"math","title":"Mathematics","admins":["$account"]})",
     true},
    {"DELETE",
     "organizations/{name}",
     "takes it and its memberships away",
     remove_organization,
     "Done"},
    {"GET", "messages", "the messages, latest first", show_messages, "Message[]"},
    {"POST",
     "messages",
     "puts a message into mailboxes, or each of a list",
     add_messages,
     "Numbers",
     {},
     "NewMessage|NewMessage[]",
     R"({"id":77,"from":"$account","to":["$account"],"subject":"Hi","flags":{"$account":["saved"]}})",
     true},
    {"PUT",
     "messages/{id}",
     "notes a flag for one of its parties, or takes it back",
     change_message,
     "Done",
     {},
     "MessageMark",
     R"({"account_id":"$account","flag":"read","on":true})",
     true},
    {"GET", "tokens", "what signs somebody in now", show_tokens, "Token[]"},
    {"GET", "mails", "the mails by which addresses are verified", show_mails, "Mail[]"},
    {"POST",
     "random",
     "what is drawn next, by its length",
     queue_random,
     "Done",
     {},
     "string|string[]",
     R"(["0123456789abcdef01234567"])",
     true},
    {"GET", "pieces", "the Pieces OS", show_pieces, "Pieces", "streams wait_ms"},
    {"PUT",
     "pieces",
     "changes those of its members that are named",
     use_pieces,
     "Pieces",
     {},
     "PiecesChange",
     R"({"signed_in":true,"cloud":true})",
     true},
    {"POST",
     "pieces/streams",
     "pushes to its streams, or ends them",
     use_pieces,
     "Pieces",
     {},
     "StreamPush",
     R"({"text":"{}"})",
     true},
    {"GET", "verify", "scripted steps not used, routes not served", show_problems, "Problems"},
    {"POST", "reset", "data, clock, script and journal as at the start", reset_all, "Done"},
    {"GET", "faults", "what is queued, as texts", show_faults, "string[]|QueuedFault[]", "ids"},
    {"PUT",
     "faults",
     "replaces what is queued by a list",
     replace_faults,
     "FaultCount",
     {},
     "Fault[]",
     R"(["system.ping status=503 times=2 then ok"])",
     true},
    {"POST",
     "faults",
     "queues a fault, or each of a list",
     append_faults,
     "Numbers",
     {},
     "Fault|Fault[]",
     R"({"match":{"call":"system.userSearch","args":[{"query":"ada"}]},"status":503,"chance":0.5,)"
     R"("stall_ms":[10,50],"times":"forever"})",
     true},
    {"GET", "faults/{id}", "a fault that is queued", show_fault, "QueuedFault"},
    {"DELETE", "faults/{id}", "takes a fault away", remove_fault, "Done"},
    {"POST", "release", "lets go the answers that `hold` keeps back", release_held, "Done"},
    {"GET", "clock", "the time of the data", show_clock, "Clock"},
    {"PUT",
     "clock",
     "{\"now\":MS} sets it, {\"advance\":MS} moves it, {\"running\":true} lets it run",
     move_clock,
     "Clock",
     {},
     "ClockChange",
     R"({"now":1760000000000,"running":false})",
     true},
    {"POST",
     "clock",
     "the same as PUT",
     move_clock,
     "Clock",
     {},
     "ClockChange",
     R"({"advance":1000})",
     true},
    {"GET", "settings", "what the server does", show_settings, "Settings"},
    {"PUT",
     "settings",
     "changes those that are named",
     change_settings,
     "Settings",
     {},
     "SettingsChange",
     R"({"v1":"manual","public_jupyter":true,"spend_time":false,"unmasked_journal":false})",
     true},
    {"GET", "server", "address, certificate, keys", show_server, "Server"},
    {"GET",
     "recording",
     "what --record has heard, or --replay answers from",
     show_recording,
     "Recording"},
    {"GET", "sessions", "the sessions", show_sessions, "SessionList"},
    {"POST",
     "sessions",
     "makes a session: a world, faults, clock and journal of its own",
     make_session,
     "Server",
     {},
     "NewSession",
     R"({"seed":7,"users":10,"faults":["system.ping status=503"]})",
     false},
    {"DELETE", "sessions/{id}", "ends a session", end_session, "Done"},
    {"GET", "openapi.json", "this list, for programs", show_description, "AnyObject"},
    {"GET", "", "a page for people", show_page, ""},
};

bool is_at(own_route const& route, std::string_view path)
{
    auto const brace = route.path.find('{');
    if (brace == route.path.npos) return path == route.path;
    return path.size() > brace && path.starts_with(route.path.substr(0, brace)) &&
           path.find('/', brace) == path.npos;
}

void show_description(own_exchange const& x)
{
    std::string account;
    {
        std::lock_guard lock(x.s.world().mutex);
        account = x.s.world().accounts().front().a.account_id;
    }
    x.answer_json(describe_own_routes(std::begin(own_routes), std::end(own_routes), account));
}

void answer_from_routes(own_exchange const& x)
{
    std::string_view const path = x.r.path.substr(own_prefix.size());
    std::string_view const method = x.r.method == "HEAD" ? "GET" : x.r.method;
    for (own_route const& route : own_routes) {
        if (route.method != method || !is_at(route, path)) continue;
        try {
            check_query(x.r, route.query);
            return route.run(x);
        } catch (std::invalid_argument const& error) {
            return x.answer_text(400, std::string(error.what()) + "\n");
        }
    }
    std::string text =
        "There is no " + std::string(x.r.method) + " " + std::string(x.r.path) + ". There are:\n";
    for (own_route const& route : own_routes) {
        std::string line = "  " + std::string(route.method);
        line.resize(std::max<std::size_t>(line.size() + 1, 7), ' ');
        line.append(own_prefix).append(route.path);
        line.resize(std::max<std::size_t>(line.size() + 2, 40), ' ');
        text += line.append(route.summary) + "\n";
    }
    x.answer_text(404, std::move(text));
}

}  // namespace

void answer_about_itself(service& s, session_list& all, request const& r, reply& out)
{
    if (r.method == "OPTIONS") {
        // A browser asks this before a page of another origin may send such a request.
        out = reply();
        out.status = 204;
        out.headers = {
            {"Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"},
            {"Access-Control-Allow-Headers", "Authorization, Content-Type, X-Fake-Session"},
            {"Access-Control-Max-Age", "600"}};
    } else if (!r.path.starts_with(own_prefix)) {
        out = reply();
        out.status = 308;
        out.headers.emplace_back(
            "Location", std::string(own_prefix).append(r.target.substr(r.path.size()))
        );
    } else {
        answer_from_routes({s, all, r, out});
    }
    allow_all_origins(out);
}

void allow_all_origins(reply& out) { out.headers.emplace_back("Access-Control-Allow-Origin", "*"); }

}  // namespace cohub::inline abi_0_2::fake
