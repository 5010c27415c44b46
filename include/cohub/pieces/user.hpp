#ifndef COHUB_PIECES_USER_HPP
#define COHUB_PIECES_USER_HPP

#include <cohub/call/completion.hpp>
#include <cohub/call/operation.hpp>
#include <cohub/pieces/detail/user_requests.hpp>
#include <cohub/pieces/types/auth0_user.hpp>
#include <cohub/pieces/types/beta_status.hpp>
#include <cohub/pieces/types/user_profile.hpp>
#include <cohub/pieces/user_stream.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace cohub::inline abi_0_2::pieces {

/// @brief The user of Pieces OS, over any channel; `cohub::pieces::client` is the front door.
///
/// An answer that is null means that nobody is signed in: such a result is empty. Any method may
/// fail with `errc::http_status` and the server's text, be that documented or not.
/// @par Thread safety
/// Distinct and shared objects: safe.
class user_api
{
    template <class T>
    static constexpr bool is_argument = std::is_convertible_v<T, user_profile const&> ||
                                        std::is_convertible_v<T, auth0_user const&> ||
                                        std::is_convertible_v<T, pieces::user_beta_status const&> ||
                                        std::is_convertible_v<T, stream_options const&>;
    template <class... Args>
    static constexpr bool is_tail = sizeof...(Args) <= 2 && (!is_argument<Args> && ...);
    using requests = detail::user_requests;

public:
    /// @param application_id what `POST /connect` gave the application; goes along as
    /// `X-Application-ID`. Empty: none
    /// @param open opens streams beside the calls of `c`; empty: there are none
    /// @throws cohub::error errc::invalid_argument if no header can hold the id
    /// @internal
    explicit user_api(
        call::channel_ptr c, std::string_view application_id = {}, stream_opener open = {}
    )
        : channel_(std::move(c)),
          open_(std::move(open)),
          fields_(detail::application_field(application_id))
    {
    }

    /// @brief Who is signed in.
    /// @return `user` is empty if nobody is
    /// @errors transport errors
    /// @retry safe
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.user_snapshot
    template <class... Args>
    requires(is_tail<Args...>) auto user_snapshot(Args&&... args) const
    {
        return end<returned_user_profile>(
            requests::user_snapshot(fields_), std::forward<Args>(args)...
        );
    }

    /// @brief Has Pieces OS ask the identity provider about the user anew.
    /// @return the profile as it is then; empty if nobody is signed in
    /// @errors errc::http_status with 500 if the provider cannot be asked; transport errors
    /// @retry safe
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.refresh_user
    template <class... Args>
    requires(is_tail<Args...>) auto refresh_user(Args&&... args) const
    {
        return end<std::optional<user_profile>>(
            requests::refresh_user(fields_), std::forward<Args>(args)...
        );
    }

    /// @brief Makes someone the current user. The one method that sends the access token
    /// (`options::api_key`), as `Authorization: Bearer`.
    /// @param auth0_user who, as Auth0 knows them
    /// @return the profile of who is signed in then; empty if nobody is
    /// @errors errc::unauthorized; transport errors
    /// @retry never; the last writer wins
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.select_user
    template <class... Args>
    requires(is_tail<Args...>) auto select_user(
        pieces::auth0_user const& auth0_user, Args&&... args
    ) const
    {
        return end<std::optional<user_profile>>(
            requests::select_user(&auth0_user), std::forward<Args>(args)...
        );
    }
    /// @brief The same for whom the access token belongs to.
    /// @errors as above
    /// @retry never; the last writer wins
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.select_user
    template <class... Args>
    requires(is_tail<Args...>) auto select_user(Args&&... args) const
    {
        return end<std::optional<user_profile>>(
            requests::select_user(nullptr), std::forward<Args>(args)...
        );
    }

    /// @brief Replaces the user's profile as a whole.
    /// @param user_profile best one that came from the server: what this library does not know of
    /// it is sent back as it came
    /// @return the profile as it is then
    /// @errors errc::invalid_argument if a text is not UTF-8; transport errors
    /// @retry never: a late repetition could undo somebody else's change
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.update_user
    template <class... Args>
    requires(is_tail<Args...>) auto update_user(
        pieces::user_profile const& user_profile, Args&&... args
    ) const
    {
        return end<std::optional<pieces::user_profile>>(
            requests::update_user(fields_, &user_profile), std::forward<Args>(args)...
        );
    }
    /// @brief The same without a profile, as upstream allows.
    /// @errors as above
    /// @retry never
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.update_user
    template <class... Args>
    requires(is_tail<Args...>) auto update_user(Args&&... args) const
    {
        return end<std::optional<user_profile>>(
            requests::update_user(fields_, nullptr), std::forward<Args>(args)...
        );
    }

    /// @brief Signs the user out, here and on this machine only.
    /// @errors transport errors; after a lost answer `user_snapshot` tells whether it happened
    /// @retry never: a repetition could sign out who signed in meanwhile
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.clear_user
    template <class... Args>
    requires(is_tail<Args...>) auto clear_user(Args&&... args) const
    {
        return end<void>(requests::clear_user(fields_), std::forward<Args>(args)...);
    }

    /// @brief Grants or removes access to trials, at once.
    /// @param user_beta_status whose, and which
    /// @return the status as it is then; empty if the server says none
    /// @errors errc::sign_in_required; errc::http_status with 500; transport errors
    /// @retry never
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.user_beta_status
    template <class... Args>
    requires(is_tail<Args...>) auto user_beta_status(
        pieces::user_beta_status const& user_beta_status, Args&&... args
    ) const
    {
        return end<std::optional<pieces::user_beta_status>>(
            requests::user_beta_status(fields_, &user_beta_status), std::forward<Args>(args)...
        );
    }
    /// @brief The same without a status, as upstream allows.
    /// @errors as above
    /// @retry never
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.user_beta_status
    template <class... Args>
    requires(is_tail<Args...>) auto user_beta_status(Args&&... args) const
    {
        return end<std::optional<pieces::user_beta_status>>(
            requests::user_beta_status(fields_, nullptr), std::forward<Args>(args)...
        );
    }

    /// @brief The accounts elsewhere that the user signs in with, in `user->providers`. They may
    /// have access tokens.
    /// @return `user` is empty if nobody is signed in
    /// @errors errc::not_implemented from every local Pieces OS, for good: only the cloud has it;
    /// errc::http_status with 500; transport errors
    /// @retry safe
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.user_providers
    template <class... Args>
    requires(is_tail<Args...>) auto user_providers(Args&&... args) const
    {
        return end<returned_user_profile>(
            requests::user_providers(fields_), std::forward<Args>(args)...
        );
    }

    /// @brief Changes the name in the address of the user's cloud.
    ///
    /// When the answer is lost (`failure::maybe_sent`), ask `user_snapshot` and compare
    /// `vanityname`: a second try would meet a conflict with the first one.
    /// @param user_profile with the new `vanityname`
    /// @return the profile as it is then; empty if the server gives none
    /// @errors errc::conflict if the name is taken; errc::not_found while the cloud's DNS record is
    /// not there yet: try again in minutes; errc::sign_in_required if nobody is signed in, or the
    /// cloud is not connected; errc::http_status with 500; transport errors
    /// @retry never
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.user_update_vanity
    template <class... Args>
    requires(is_tail<Args...>) auto user_update_vanity(
        pieces::user_profile const& user_profile, Args&&... args
    ) const
    {
        return end<std::optional<pieces::user_profile>>(
            requests::user_update_vanity(fields_, &user_profile), std::forward<Args>(args)...
        );
    }
    /// @brief The same without a profile, as upstream allows.
    /// @errors as above
    /// @retry never
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.user_update_vanity
    template <class... Args>
    requires(is_tail<Args...>) auto user_update_vanity(Args&&... args) const
    {
        return end<std::optional<user_profile>>(
            requests::user_update_vanity(fields_, nullptr), std::forward<Args>(args)...
        );
    }

    /// @brief The user whenever something changes, and usually at the beginning: the server does
    /// not promise that, so who needs the present state asks `user_snapshot` too. Nothing is opened
    /// before the first `next()`.
    ///
    ///     cohub::pieces::user_stream stream = client.user().stream_user();
    ///     while (auto const event = co_await stream.next()) use(event->user);
    ///
    /// @param options when it is opened again, and how much it holds
    /// @return the stream, which is closed with its last owner
    /// @errors those of `user_stream::next`
    /// @retry safe; see `stream_options::reconnect`
    /// @throws cohub::error errc::not_implemented if this channel has no streams
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.stream_user
    user_stream stream_user(stream_options const& options = stream_options()) const
    {
        return user_stream(detail::open_user_stream(open_, fields_, options));
    }

    /// @brief Any of these methods but `stream_user`, with JSON as it is given, and as it comes.
    ///
    /// What comes is checked as the typed method would, and may hold secrets.
    /// @param method e.g. `update_user`
    /// @param json the argument; empty: none. It is not looked at
    /// @return JSON; empty for `clear_user`
    /// @errors errc::invalid_argument for an unknown method; those of the method
    /// @retry as the method
    /// @source pieces_os_client 5.0.1, api/user_api.py
    template <class... Args>
    auto call(std::string_view method, std::string_view json = {}, Args&&... args) const
    {
        return end<std::string>(
            requests::by_name(fields_, method, json), std::forward<Args>(args)...
        );
    }

private:
    template <class T, class... Args>
    auto end(call::request&& req, Args&&... args) const
    {
        return call::initiate<T>(channel_, std::move(req), std::forward<Args>(args)...);
    }

    call::channel_ptr channel_;
    stream_opener open_;
    std::string fields_;
};

}  // namespace cohub::inline abi_0_2::pieces

#endif
