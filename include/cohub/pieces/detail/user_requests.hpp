#ifndef COHUB_PIECES_DETAIL_USER_REQUESTS_HPP
#define COHUB_PIECES_DETAIL_USER_REQUESTS_HPP

#include <cohub/call/operation.hpp>
#include <cohub/pieces/types/auth0_user.hpp>
#include <cohub/pieces/types/beta_status.hpp>
#include <cohub/pieces/types/user_profile.hpp>

#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::pieces::detail {

/// @brief What the user's methods send.
struct user_requests
{
    /// @param fields the client's own header lines
    COHUB_DECL static call::request user_snapshot(std::string const& fields);
    COHUB_DECL static call::request refresh_user(std::string const& fields);
    COHUB_DECL static call::request user_providers(std::string const& fields);
    COHUB_DECL static call::request clear_user(std::string const& fields);
    /// Null: no body.
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
    /// Any of them by its name, with a body as it is given.
    COHUB_DECL static call::request by_name(
        std::string const& fields, std::string_view method, std::string_view body
    );
};

/// @brief The header line that names the application; empty without an id.
/// @throws cohub::error errc::invalid_argument if no header can hold the id
COHUB_DECL std::string application_field(std::string_view application_id);

}  // namespace cohub::inline abi_0_2::pieces::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/pieces/impl/user.ipp>
#endif

#endif
