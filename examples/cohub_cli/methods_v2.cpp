#include "methods.hpp"

namespace cli {

namespace {

constexpr bool required = true;
constexpr bool positional = true;

constexpr parameter search[] = {
    {"query",
     kind::text,
     "Parts of names or e-mail addresses, several with commas, or one account id",
     required,
     positional},
};
constexpr parameter get_names[] = {
    {"account_ids", kind::texts, "Account ids", required, positional},
};
constexpr parameter profile[] = {
    {"account_id", kind::text, "Whose; else your own", false, positional},
    {"noCache", kind::boolean, "Read it from the server, not a copy that may be half a minute old"},
};
constexpr parameter set_name[] = {
    {"username", kind::text, "User name, without the @"},
    {"first_name", kind::text, "First name"},
    {"last_name", kind::text, "Last name"},
    {"account_id", kind::text, "Of this account and not of your own; for site admins"},
};
constexpr parameter account[] = {
    {"account_id", kind::text, "The account", required, positional},
};
constexpr parameter set_email_address[] = {
    {"email_address", kind::text, "The new address", required, positional},
    {"password", kind::secret, "The account's password; if it has none, its new one", required},
};
constexpr parameter set_password[] = {
    {"currentPassword", kind::secret, "The password as it is", required},
    {"newPassword", kind::secret, "The new password", required},
};
constexpr parameter send_verification_email[] = {
    {"email_address", kind::text, "For servers that want it named; the mail goes to your own"},
};
constexpr parameter sign_out[] = {
    {"all", kind::boolean, "All sessions; without it a key ends none"},
};

constexpr method rows[] = {
    {"v2",
     "search",
     "accounts/search",
     shape::typed,
     repeat::typed,
     "Find accounts, 20 at most",
     search,
     typed::v2_search},
    {"v2",
     "get-names",
     "accounts/get-names",
     shape::typed,
     repeat::typed,
     "Give the names of accounts",
     get_names,
     typed::v2_get_names,
     deletes::no,
     "account_id"},
    {"v2",
     "profile",
     "accounts/profile",
     shape::typed,
     repeat::typed,
     "Show a profile",
     profile,
     typed::v2_profile},
    {"v2",
     "set-name",
     "accounts/set-name",
     shape::typed,
     repeat::typed,
     "Set the user name, first or last name",
     set_name,
     typed::v2_set_name},
    {"v2",
     "get-email-address",
     "accounts/get-email-address",
     shape::typed,
     repeat::typed,
     "Tell an account's e-mail address; for site admins and partners",
     account,
     typed::v2_get_email_address},
    {"v2",
     "set-email-address",
     "accounts/set-email-address",
     shape::typed,
     repeat::typed,
     "Set your e-mail address",
     set_email_address,
     typed::v2_set_email_address},
    {"v2",
     "set-password",
     "accounts/set-password",
     shape::typed,
     repeat::typed,
     "Set your password",
     set_password,
     typed::v2_set_password},
    {"v2",
     "send-verification-email",
     "accounts/send-verification-email",
     shape::typed,
     repeat::typed,
     "Send the mail that verifies your e-mail address",
     send_verification_email,
     typed::v2_send_verification_email},
    {"v2",
     "ban",
     "accounts/ban",
     shape::typed,
     repeat::typed,
     "Ban an account; for site admins",
     account,
     typed::v2_ban},
    {"v2",
     "remove-ban",
     "accounts/remove-ban",
     shape::typed,
     repeat::typed,
     "Lift a ban; for site admins",
     account,
     typed::v2_remove_ban},
    {"v2",
     "delete",
     "accounts/delete",
     shape::typed,
     repeat::typed,
     "Delete your account; there is no way back",
     {},
     typed::v2_delete,
     deletes::yes},
    {"v2",
     "sign-out",
     "accounts/sign-out",
     shape::typed,
     repeat::typed,
     "End your sessions in browsers",
     sign_out,
     typed::v2_sign_out},
};

}  // namespace

std::span<method const> v2_methods() { return rows; }

}  // namespace cli
