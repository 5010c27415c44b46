#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace cohub::inline abi_0_2::fake {

class pieces_os;

/// @brief Where a Pieces OS looks for a user's providers.
enum class provider_source
{
    local,  ///< nowhere: 501, as on every local installation
    cloud   ///< in the profile
};

/// @brief The Pieces OS that a fake server also is: what it knows, and its open streams.
///
/// Got from `fake_server::pieces`; valid as long as the server. Profiles are JSON texts, kept and
/// given back byte for byte. Whatever changes the profile pushes it to every open stream.
///
/// @par Thread safety
/// All members may be called from any thread.
class pieces_os
{
public:
    /// @brief The `UserProfile` of who is signed in; nothing when nobody is.
    std::optional<std::string> profile() const;
    /// @brief Signs in the person that this profile describes.
    /// @throws std::invalid_argument when it is no JSON object; its members are not looked at
    void set_profile(std::string json);
    /// @brief Signs in who was signed in last.
    void sign_in();
    /// @brief Signs the user out.
    void sign_out();

    /// @brief What stands around the user in `GET /user`.
    /// @param schema JSON of that member; empty: there is none
    /// @param null_user signed out is `"user":null`, else the member is absent
    void set_envelope(std::string schema, bool null_user);
    /// @brief Connected at first; without it, a vanity name is refused with 511.
    void connect_cloud(bool on = true);
    /// @brief Ready at first; until it is, a vanity name is refused with 404.
    void make_dns_ready(bool on = true);
    /// @brief Where `user_providers` finds them; `local` at first.
    void set_providers(provider_source where);
    /// @brief Makes a vanity name somebody else's, to be refused with 409 in any case of letters.
    void take_vanity_name(std::string name);
    /// @brief Gives a name that was taken back.
    void free_vanity_name(std::string const& name);
    /// @brief The names that are somebody else's.
    std::vector<std::string> taken_vanity_names() const;
    /// @brief The body of the health route: `OK:` and an id.
    std::string health() const;

    /// @brief Open WebSocket streams, scripted ones included.
    std::size_t streams() const;
    /// @brief Waits until exactly `n` streams are open. @return false: too late
    bool wait_for_streams(std::size_t n, std::chrono::milliseconds limit = std::chrono::seconds(10))
        const;
    /// @brief Sends this text frame to every open stream, whatever it says.
    void push_text(std::string payload);
    /// @brief The same as a binary frame.
    void push_binary(std::string payload);
    /// @brief The same as a ping.
    void push_ping(std::string payload = {});
    /// @brief Closes every open stream. @param code 1005: a close frame without one
    void close_streams(int code = 1000, std::string reason = {});
    /// @brief Ends the connection of every open stream without a close frame.
    /// @param reset by a TCP reset
    void drop_streams(bool reset = false);

private:
    friend class pieces_world;
    explicit pieces_os(class pieces_world& world) : world_(&world) {}

    class pieces_world* world_;
};

}  // namespace cohub::inline abi_0_2::fake
