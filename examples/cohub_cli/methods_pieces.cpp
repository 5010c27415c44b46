#include "methods.hpp"

namespace cli {

namespace {

constexpr parameter profile[] = {
    {"user_profile", kind::json_text, "The whole profile; sent as it is given"},
};
constexpr parameter auth0[] = {
    {"auth0_user", kind::json_text, "The user as Auth0 knows them; else whom the token is of"},
};
constexpr parameter beta_status[] = {
    {"user_beta_status", kind::json_text, "Whose access to trials, and which"},
};
constexpr parameter stream[] = {
    {"count", kind::integer, "End after so many changes; else never"},
};

constexpr method row(
    char const* name,
    char const* wire,
    repeat again,
    char const* help,
    std::span<parameter const> parameters = {}
)
{
    return {"pieces", name, wire, shape::typed, again, help, parameters};
}

constexpr method pieces_rows[] = {
    row("user-snapshot", "user_snapshot", repeat::safe, "Who is signed in"),
    row("refresh-user", "refresh_user", repeat::safe, "Ask the identity provider again"),
    row("select-user", "select_user", repeat::never, "Make someone the current user", auth0),
    row("update-user", "update_user", repeat::never, "Replace the profile", profile),
    row("clear-user", "clear_user", repeat::never, "Sign out"),
    row("user-beta-status",
        "user_beta_status",
        repeat::never,
        "Grant or remove access to trials",
        beta_status),
    row("user-providers", "user_providers", repeat::safe, "The accounts that one signs in with"),
    row("user-update-vanity",
        "user_update_vanity",
        repeat::never,
        "Change the name in the cloud's address",
        profile),
    row("stream-user",
        "stream_user",
        repeat::safe,
        "Print the user now and at each change, one per line; null: nobody is signed in",
        stream),
};

}  // namespace

std::span<method const> pieces_methods() { return pieces_rows; }

}  // namespace cli
