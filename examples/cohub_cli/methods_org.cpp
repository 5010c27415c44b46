#include "methods.hpp"

namespace cli {

namespace {

constexpr bool required = true;
constexpr bool positional = true;

constexpr parameter organization[] = {
    {"name", kind::text, "The organization", required, positional},
};
constexpr parameter organization_and_user[] = {
    {"name", kind::text, "The organization", required, positional},
    {"user", kind::text, "Account id or e-mail address", required, positional},
};
constexpr parameter set_[] = {
    {"name", kind::text, "The organization", required, positional},
    {"title", kind::text, "Title"},
    {"description", kind::text, "Description"},
    {"email_address", kind::text, "Address"},
    {"link", kind::text, "URL"},
};
constexpr parameter create_user[] = {
    {"name", kind::text, "The organization", required, positional},
    {"email",
     kind::text,
     "E-mail address; sent in lower case, as the server looks for it",
     required},
    {"firstName", kind::text, "First name"},
    {"lastName", kind::text, "Last name"},
    {"password", kind::secret, "Password; without it the server makes one up"},
};
constexpr parameter create_token[] = {
    {"user", kind::text, "Account id or e-mail address", required, positional},
    {"expire", kind::time, "When it ends; the server has 24 hours"},
};
constexpr parameter expire_token[] = {
    {"token", kind::secret, "The token", required, positional},
};
constexpr parameter message_[] = {
    {"name", kind::text, "The organization", required, positional},
    {"subject", kind::text, "Subject", required},
    {"body", kind::text, "Text, as Markdown", required},
};

constexpr method org_rows[] = {
    {"org",
     "get-all",
     "org.getAll",
     shape::object,
     repeat::safe,
     "List all organizations; for site admins",
     {}},
    {"org",
     "create",
     "org.create",
     shape::typed,
     repeat::typed,
     "Make an organization; for site admins",
     organization,
     typed::org_create},
    {"org", "get", "org.get", shape::object, repeat::safe, "Show an organization", organization},
    {"org",
     "find",
     "org.get",
     shape::typed,
     repeat::typed,
     "The same, or null if there is none; for site admins",
     organization,
     typed::org_find},
    {"org",
     "set",
     "org.set",
     shape::typed,
     repeat::typed,
     "Change what is known of an organization",
     set_,
     typed::org_set},
    {"org",
     "add-admin",
     "org.addAdmin",
     shape::object,
     repeat::safe,
     "Make a user an admin; for site admins",
     organization_and_user},
    {"org",
     "add-user",
     "org.addUser",
     shape::object,
     repeat::safe,
     "Make a user a member of this organization alone; for site admins",
     organization_and_user},
    {"org",
     "create-user",
     "org.createUser",
     shape::typed,
     repeat::typed,
     "Make an account in the organization",
     create_user,
     typed::org_create_user},
    {"org",
     "create-token",
     "org.createToken",
     shape::object,
     repeat::never,
     "Make a token and URL that sign a member in",
     create_token},
    {"org",
     "expire-token",
     "org.expireToken",
     shape::object,
     repeat::safe,
     "End such a token's life",
     expire_token},
    {"org",
     "get-users",
     "org.getUsers",
     shape::object,
     repeat::safe,
     "List the members",
     organization},
    {"org",
     "find-user",
     "org.getUsers",
     shape::typed,
     repeat::typed,
     "Show one member, or null if there is none",
     organization_and_user,
     typed::org_find_user},
    {"org",
     "remove-user",
     "org.removeUser",
     shape::object,
     repeat::safe,
     "Take a user out of its organization",
     organization_and_user},
    {"org",
     "remove-admin",
     "org.removeAdmin",
     shape::object,
     repeat::safe,
     "Make an admin an ordinary member",
     organization_and_user},
    {"org",
     "message",
     "org.message",
     shape::object,
     repeat::never,
     "Send a message to all members",
     message_},
};

}  // namespace

std::span<method const> org_methods() { return org_rows; }

}  // namespace cli
