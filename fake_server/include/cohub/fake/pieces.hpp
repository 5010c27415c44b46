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

/// @brief The Pieces OS that a fake server also contains: its state, and its open streams.
///
/// `fake_server::pieces` returns it; it is valid as long as the server. Profiles are JSON texts,
/// which are kept and returned byte for byte. A change of the profile is sent to every open stream.
///
/// @par Thread safety
/// All members may be called from any thread.
class pieces_os
{
public:
    /// @brief The `UserProfile` of the signed-in user; nothing if nobody is signed in.
    std::optional<std::string> profile() const;
    /// @brief Signs in the user of this profile.
    /// @throws std::invalid_argument if it is not a JSON object; its members are not checked
    void set_profile(std::string json);
    /// @brief Signs in the user who was signed in last.
    void sign_in();
    /// @brief Signs the user out.
    void sign_out();

    /// @brief Sets the form of the answer to `GET /user`, around the user.
    /// @param schema JSON of that member; empty: there is none
    /// @param null_user if nobody is signed in: true gives `"user":null`, false leaves the member
    /// out
    void set_envelope(std::string schema, bool null_user);
    /// @brief Connects or disconnects the cloud; connected by default. Without it, a vanity name is
    /// refused with 511.
    void connect_cloud(bool on = true);
    /// @brief Whether the DNS is ready; true by default. Until then, a vanity name is refused with
    /// 404.
    void make_dns_ready(bool on = true);
    /// @brief Where `user_providers` finds the providers; `local` by default.
    void set_providers(provider_source where);
    /// @brief Gives a vanity name to somebody else. It is then refused with 409, in any case of
    /// letters.
    void take_vanity_name(std::string name);
    /// @brief Makes a vanity name free again.
    void free_vanity_name(std::string const& name);
    /// @brief The names that belong to somebody else.
    std::vector<std::string> taken_vanity_names() const;
    /// @brief The body of the health route: `OK:` and an id.
    std::string health() const;

    /// @brief Open WebSocket streams, scripted ones included.
    std::size_t streams() const;
    /// @brief Waits until exactly `n` streams are open. @return false: not in time
    bool wait_for_streams(std::size_t n, std::chrono::milliseconds limit = std::chrono::seconds(10))
        const;
    /// @brief Sends this text frame to every open stream, whatever the text is.
    void push_text(std::string payload);
    /// @brief The same as a binary frame.
    void push_binary(std::string payload);
    /// @brief The same as a ping.
    void push_ping(std::string payload = {});
    /// @brief Closes every open stream. @param code 1005: a close frame without a code
    void close_streams(int code = 1000, std::string reason = {});
    /// @brief Ends the connection of every open stream without a close frame.
    /// @param reset true: with a TCP reset
    void drop_streams(bool reset = false);

private:
    friend class pieces_world;
    explicit pieces_os(class pieces_world& world) : world_(&world) {}

    class pieces_world* world_;
};

}  // namespace cohub::inline abi_0_2::fake
