#include "contract.hpp"

namespace cli {

namespace {

constexpr char const* name_of_account = R"({"*":{
    "first_name":"text|null", "last_name":"text|null", "profile?":"object|null"}})";

constexpr char const* found_accounts = R"([{
    "account_id":"text", "first_name":"text|null", "last_name":"text|null", "name":"text|null",
    "email_address?":"text|null", "last_active":"number|null", "created":"number|null",
    "banned?":"boolean|null", "email_address_verified":"boolean|null|object"}])";

constexpr char const* api_keys = R"([{
    "id":"number", "account_id?":"text|null", "project_id?":"text|null", "expire?":"text|null",
    "created?":"text|null", "name?":"text|null", "trunc?":"text|null",
    "last_active?":"text|null"}])";

constexpr char const* mail = R"([{
    "id":"number", "subject":"text", "body":"text", "from_id":"text", "to_ids":["text"],
    "sent":"text|null", "thread_id":"number|null", "read?":"boolean|null",
    "saved?":"boolean|null", "deleted?":"boolean|null"}])";

constexpr char const* organizations = R"([{
    "name":"text", "title":"text|null", "description?":"text|null", "link?":"text|null",
    "email_address?":"text|null", "admin_account_ids?":"array|null"}])";

constexpr char const* kernels = R"([{
    "name":"text", "display_name?":"text|null", "language?":"text|null"}])";

constexpr char const* own_profile = R"({"profile":{
    "account_id":"text", "first_name":"text", "last_name":"text", "image?":"text", "color?":"text",
    "name":"text|null", "is_admin":"boolean", "is_partner":"boolean", "is_anonymous":"boolean",
    "email_address":"text|null"}})";

constexpr char const* v1_accounts = R"({"event":"text", "id":"text", "results":[{
    "account_id":"text", "first_name":"text|null", "last_name":"text|null",
    "email_address?":"text|null", "last_active?":"text|null", "created?":"text|null",
    "banned?":"boolean|null", "email_address_verified?":"object|null"}]})";

constexpr contract_row rows[] = {
    {api::hub, "system.test", "[{}]", R"({"account_id":"text", "server_time":"number"})"},
    {api::hub, "system.ping", "[{}]", R"({"now":"number"})"},
    {api::hub, "system.getCustomize", R"([["siteName"]])", R"({"siteName?":"text"})", "", true},
    {api::hub, "system.getNames", R"([["$account"]])", name_of_account},
    {api::hub, "system.userSearch", R"([{"query":"$account", "limit":1}])", found_accounts},
    {api::hub, "system.userSearch", R"([{"query":"a", "limit":5}])", found_accounts},
    {api::hub, "system.manageApiKeys", R"([{"action":"get"}])", api_keys, "", true},
    {api::hub,
     "db.userQuery",
     R"([{"query":{"accounts":{"account_id":null, "first_name":null, "last_name":null}}}])",
     R"({"accounts":{"account_id":"text", "first_name":"text|null", "last_name":"text|null"}})",
     "",
     true},
    {api::hub,
     "db.userQuery",
     R"([{"query":{"projects":[{"project_id":null, "title":null}]}, "options":[{"limit":3}]}])",
     R"({"projects":[{"project_id":"text", "title":"text|null"}]})",
     "",
     true},
    {api::hub, "messages.get", R"([{"limit":3}])", mail},
    {api::hub, "purchases.getBalance", "[{}]", R"("number")"},
    {api::hub, "purchases.getMinBalance", "[{}]", R"("number")"},
    {api::hub, "org.getAll", "[{}]", organizations, "forbidden"},
    {api::hub, "jupyter.kernels", "[{}]", kernels, "api_error unavailable"},
    {api::hub, "system.cohubAsksForNothing", "[]", "", "not_found"},
    {api::v2, "accounts/profile", "{}", own_profile},
    {api::v2, "accounts/search", R"({"query":"$account"})", found_accounts},
    {api::v2,
     "accounts/get-names",
     R"({"account_ids":["$account"]})",
     R"({"names":{"*":{"first_name":"text|null", "last_name":"text|null",
         "profile?":"object|null"}}})"},
    {api::v2, "cohub/asks-for-nothing", "{}", "", "not_found"},
    // Today's servers have API v1 no more.
    {api::v1, "user_search", R"({"query":"a", "limit":3})", v1_accounts, "not_found"},
};

}  // namespace

std::span<contract_row const> contract_rows() { return rows; }

}  // namespace cli
