#ifndef COHUB_PIECES_DETAIL_USER_REQUESTS_HPP
#define COHUB_PIECES_DETAIL_USER_REQUESTS_HPP

#include <cohub/call/operation.hpp>
#include <cohub/pieces/types/auth0_user.hpp>
#include <cohub/pieces/types/beta_status.hpp>
#include <cohub/pieces/types/user_profile.hpp>

#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::pieces::detail {

/// @brief The requests of the user's methods.
struct user_requests
{
    /// @param fields the client's own header lines
    COHUB_DECL static call::request user_snapshot(std::string const& fields);
    COHUB_DECL static call::request refresh_user(std::string const& fields);
    COHUB_DECL static call::request user_providers(std::string const& fields);
    COHUB_DECL static call::request clear_user(std::string const& fields);
    /// @param user the user to select; null: no body
    COHUB_DECL static call::request select_user(auth0_user const* user);
    COHUB_DECL static call::request update_user(
        std::string const& fields, user_profile const* profile
    );
    COHUB_DECL static call::request user_update_vanity(
        std::string const& fields, user_profile const* profile
    );
    COHUB_DECL static call::request user_beta_status(
        std::string const& fields, pieces::user_beta_status const* status
    );
    /// Any of these requests by its name, with the given body.
    COHUB_DECL static call::request by_name(
        std::string const& fields, std::string_view method, std::string_view body
    );
};

/// @brief The header line with the application id; empty without an id.
/// @throws cohub::error errc::invalid_argument if the id cannot be part of a header
COHUB_DECL std::string application_field(std::string_view application_id);

}  // namespace cohub::inline abi_0_2::pieces::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/pieces/impl/user.ipp>
#endif

#endif
