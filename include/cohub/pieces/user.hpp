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

/// @brief The user of Pieces OS, over any channel. Users call these methods through
/// `cohub::pieces::client`.
///
/// If the server answers with null, nobody is signed in, and the result is empty. Every method may
/// fail with `errc::http_status` and the server's text, even if this is not documented for the
/// method.
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
    /// @param application_id the id that the application got from `POST /connect`; sent as
    /// `X-Application-ID`. Empty: no id
    /// @param open opens streams to the server of `c`; empty: there are no streams
    /// @throws cohub::error errc::invalid_argument if the id cannot be part of a header
    /// @internal
    explicit user_api(
        call::channel_ptr c, std::string_view application_id = {}, stream_opener open = {}
    )
        : channel_(std::move(c)),
          open_(std::move(open)),
          fields_(detail::application_field(application_id))
    {
    }

    /// @brief Returns the signed-in user.
    /// @return the answer; its `user` is empty if nobody is signed in
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

    /// @brief Makes Pieces OS request the user's data from the identity provider again.
    /// @return the new profile; empty if nobody is signed in
    /// @errors errc::http_status with 500 if Pieces OS cannot query the provider; transport errors
    /// @retry safe
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.refresh_user
    template <class... Args>
    requires(is_tail<Args...>) auto refresh_user(Args&&... args) const
    {
        return end<std::optional<user_profile>>(
            requests::refresh_user(fields_), std::forward<Args>(args)...
        );
    }

    /// @brief Makes `auth0_user` the current user. This is the only method that sends the access
    /// token (`options::api_key`), as `Authorization: Bearer`.
    /// @param auth0_user the user, as described by Auth0
    /// @return the profile of the user who is signed in after the call; empty if nobody is signed
    /// in
    /// @errors errc::unauthorized; transport errors
    /// @retry never: the last writer wins
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
    /// @brief The same for the user that the access token belongs to.
    /// @errors as above
    /// @retry never: the last writer wins
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.select_user
    template <class... Args>
    requires(is_tail<Args...>) auto select_user(Args&&... args) const
    {
        return end<std::optional<user_profile>>(
            requests::select_user(nullptr), std::forward<Args>(args)...
        );
    }

    /// @brief Replaces the whole profile of the user.
    /// @param user_profile the new profile. Use a profile that came from the server: then the parts
    /// that this library does not know are sent back unchanged
    /// @return the new profile
    /// @errors errc::invalid_argument if a text is not UTF-8 (nothing is sent); transport errors
    /// @retry never: a late repetition could undo a change by another program
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

    /// @brief Signs the user out, on this machine only.
    /// @errors transport errors. If the answer was lost, `user_snapshot` shows whether the user is
    /// signed out
    /// @retry never: a repetition could sign out another user who has signed in meanwhile
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.clear_user
    template <class... Args>
    requires(is_tail<Args...>) auto clear_user(Args&&... args) const
    {
        return end<void>(requests::clear_user(fields_), std::forward<Args>(args)...);
    }

    /// @brief Grants or removes access to trials. It takes effect at once.
    /// @param user_beta_status the user and the trials
    /// @return the new status; empty if the server returns none
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

    /// @brief Returns the external accounts that the user signs in with, in `user->providers`. They
    /// may contain access tokens.
    /// @return the answer; its `user` is empty if nobody is signed in
    /// @errors errc::not_implemented from every local Pieces OS: only the cloud has this method;
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

    /// @brief Changes the vanity name, which is part of the address of the user's cloud.
    ///
    /// If the answer was lost (`failure::maybe_sent`), call `user_snapshot` and compare
    /// `vanityname`. A second `user_update_vanity` would conflict with the first one.
    /// @param user_profile the profile with the new `vanityname`
    /// @return the new profile; empty if the server returns none
    /// @errors errc::conflict if the name is taken; errc::not_found if the cloud has no DNS record
    /// yet (try again some minutes later); errc::sign_in_required if nobody is signed in, or if the
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

    /// @brief Returns a stream that receives the user after each change.
    ///
    /// Usually the first event is the present state, but the server does not promise this. If you
    /// need the present state, call `user_snapshot` too. The stream connects at the first `next()`.
    ///
    ///     cohub::pieces::user_stream stream = client.user().stream_user();
    ///     while (auto const event = co_await stream.next()) use(event->user);
    ///
    /// @param options when the stream is opened again, and how many messages it keeps
    /// @return the stream; its destructor closes it
    /// @errors as for `user_stream::next`
    /// @retry safe; see `stream_options::reconnect`
    /// @throws cohub::error errc::not_implemented if this channel has no streams
    /// @source pieces_os_client 5.0.1, api/user_api.py, UserApi.stream_user
    user_stream stream_user(stream_options const& options = stream_options()) const
    {
        return user_stream(detail::open_user_stream(open_, fields_, options));
    }

    /// @brief Calls any of these methods except `stream_user`, with a JSON text as argument and
    /// result.
    ///
    /// The answer is checked as by the typed method. It may contain secrets.
    /// @param method the name of the method, for example `update_user`
    /// @param json the argument; empty: no argument. It is sent unchecked
    /// @return the JSON of the answer; empty for `clear_user`
    /// @errors errc::invalid_argument for an unknown method, or for an argument to a method that
    /// takes none; the errors of the method
    /// @retry as for the method
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
