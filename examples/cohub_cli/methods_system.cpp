#include "methods.hpp"

namespace cli {

namespace {

constexpr bool required = true;
constexpr bool positional = true;

constexpr parameter account_ids[] = {
    {"account_ids", kind::texts, "Account ids", required, positional},
};
constexpr parameter user_search[] = {
    {"query",
     kind::text,
     "Parts of names, an e-mail address, or account ids; several with commas",
     required,
     positional},
    {"limit", kind::integer, "How many at most; the server has 20, and caps at 50"},
    {"admin", kind::boolean, "Search as a site admin"},
    {"only_email", kind::boolean, "Take the query's e-mail addresses alone"},
};
constexpr parameter customize_fields[] = {
    {"fields",
     kind::texts,
     "Names of settings, e.g. siteName; without them: all",
     false,
     positional},
};
constexpr parameter user_tracking[] = {
    {"event", kind::text, "What happened", required, positional},
    {"value", kind::json, "Further data, an object", required, positional},
};
constexpr parameter log_client_error[] = {
    {"event", kind::text, "Where", required, positional},
    {"error", kind::text, "What", required, positional},
};
constexpr parameter webapp_error[] = {
    {"details", kind::json, "Free form, an object", required, positional},
};
constexpr parameter manage_api_keys[] = {
    {"action", kind::text, "What to do", required, positional, "get|create|edit|delete"},
    {"project_id", kind::text, "The project's keys and not the account's"},
    {"name", kind::text, "Name of the key"},
    {"expire", kind::text, "When it ends, as ISO 8601: 2030-01-01T00:00:00.000Z"},
    {"id", kind::integer, "Which key"},
};
constexpr parameter generate_token[] = {
    {"user_account_id", kind::text, "Whose account", required, positional},
    {"password", kind::secret, "The account's password, if you are no site admin"},
};
constexpr parameter revoke_token[] = {
    {"auth_token", kind::secret, "The token", required, positional},
};
constexpr parameter reset_link[] = {
    {"user_account_id", kind::text, "Whose password", required, positional},
};
constexpr parameter send_verification[] = {
    {"only_verify", kind::boolean, "No welcome text along with it"},
};
constexpr parameter delete_passport[] = {
    {"strategy", kind::text, "e.g. google", required, positional},
    {"id", kind::text, "The passport's id", required, positional},
};

constexpr method table[] = {
    {"system",
     "ping",
     "system.ping",
     shape::object,
     repeat::safe,
     "Ask for the server's time; shows that host and key work",
     {}},
    {"system", "test", "system.test", shape::object, repeat::safe, "Tell whose key it is", {}},
    {"system",
     "get-names",
     "system.getNames",
     shape::list,
     repeat::safe,
     "Give the names of accounts",
     account_ids,
     nullptr,
     deletes::no,
     "account_id"},
    {"system",
     "user-search",
     "system.userSearch",
     shape::object,
     repeat::safe,
     "Find accounts by name, e-mail address or account id",
     user_search},
    {"system",
     "get-customize",
     "system.getCustomize",
     shape::list,
     repeat::safe,
     "Read the site's public settings",
     customize_fields},
    {"system",
     "user-tracking",
     "system.userTracking",
     shape::object,
     repeat::never,
     "Record an event of the user's",
     user_tracking},
    {"system",
     "log-client-error",
     "system.logClientError",
     shape::object,
     repeat::never,
     "Record an error that happened in a client",
     log_client_error},
    {"system",
     "webapp-error",
     "system.webappError",
     shape::list,
     repeat::never,
     "Record an error of a web application",
     webapp_error},
    {"system",
     "manage-api-keys",
     "system.manageApiKeys",
     shape::object,
     repeat::unless_create,
     "List, make, change or remove API keys",
     manage_api_keys,
     nullptr,
     deletes::by_action},
    {"system",
     "generate-user-auth-token",
     "system.generateUserAuthToken",
     shape::object,
     repeat::never,
     "Make a token that signs an account in by URL",
     generate_token},
    {"system",
     "revoke-user-auth-token",
     "system.revokeUserAuthToken",
     shape::list,
     repeat::safe,
     "End such a token's life",
     revoke_token},
    {"system",
     "admin-reset-password-link",
     "system.adminResetPasswordLink",
     shape::object,
     repeat::never,
     "Make a link with which an account's password is reset; for site admins",
     reset_link},
    {"system",
     "send-email-verification",
     "system.sendEmailVerification",
     shape::object,
     repeat::never,
     "Send the mail that verifies the account's own address",
     send_verification},
    {"system",
     "delete-passport",
     "system.deletePassport",
     shape::object,
     repeat::safe,
     "Unlink a way to sign in",
     delete_passport,
     nullptr,
     deletes::yes},
    {"system",
     "admin-salesloft-sync",
     "system.adminSalesloftSync",
     shape::object,
     repeat::safe,
     "Copy accounts to the site's CRM; for site admins",
     account_ids},
    {"system",
     "user-salesloft-sync",
     "system.userSalesloftSync",
     shape::object,
     repeat::safe,
     "Copy the own account to the site's CRM",
     {}},
};

}  // namespace

std::span<method const> system_methods() { return table; }

}  // namespace cli
