#pragma once

#include <cohub/fake/pieces.hpp>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "message.hpp"
#include "pieces_population.hpp"
#include "websocket_session.hpp"

namespace cohub::inline abi_0_2::fake {

/// Pieces OS in the fake server: its only user record, and the streams that show it.
class pieces_world
{
public:
    pieces_world(std::uint64_t seed, std::int64_t now);

    pieces_os handle() { return pieces_os(*this); }

    /// Restores the state of the start. Streams stay open and are told.
    void reset(std::uint64_t seed, std::int64_t now);

    // The routes. Each answers and may change the state.
    void snapshot(reply& out) const;
    void providers(reply& out) const;
    void refresh(std::int64_t now, reply& out);
    void select(std::string_view body, std::int64_t now, reply& out);
    void update(std::string_view body, std::int64_t now, reply& out);
    void clear(reply& out);
    void beta_status(std::string_view body, reply& out);
    void update_vanity(std::string_view body, std::int64_t now, reply& out);

    // The knobs.
    std::optional<std::string> profile() const;
    void set_profile(std::string json);
    void sign_in();
    void sign_out();
    void set_envelope(std::string schema, bool null_user);
    void connect_cloud(bool on);
    void make_dns_ready(bool on);
    void set_providers(provider_source where);
    void take_vanity_name(std::string_view name);
    void free_vanity_name(std::string_view name);
    std::vector<std::string> taken_vanity_names() const;
    std::string health() const;
    /// The whole state as JSON.
    std::string state_json() const;

    // The streams. The threads of the connections run the sessions, which may outlive their place
    // in this list.
    void begun(websocket_session& s);
    void go_live(websocket_session& s);
    void ended(websocket_session& s);
    /// The text with which an ordinary stream would begin.
    std::string present() const;
    std::size_t streams() const;
    bool wait_for_streams(std::size_t n, std::chrono::milliseconds limit) const;
    void for_each_stream(std::function<void(websocket_session&)> const& what);

private:
    struct stream
    {
        websocket_session* session;
        bool live;
    };

    void restart(std::uint64_t seed, std::int64_t now);
    void begin_session(std::string record, std::int64_t now);
    void store(std::optional<std::string> next);
    std::string enveloped() const;
    std::string own_vanity_name() const;
    bool is_taken(std::string_view vanity_name) const;

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::vector<pieces_person> people_;
    std::optional<std::string> profile_;
    std::string last_profile_;  ///< of the person who was signed in last
    std::optional<std::string> beta_;
    std::string schema_;
    bool null_user_ = false;
    bool cloud_ = true;
    bool dns_ready_ = true;
    provider_source providers_ = provider_source::local;
    std::set<std::string> taken_;  ///< vanity names, in lower case
    std::string health_;
    std::vector<stream> streams_;
};

/// A request to Pieces OS.
class pieces_call
{
public:
    static bool serves(std::string_view path);
    /// No other server here has a path below this one.
    static bool is_of_user(std::string_view path);

    static void add_names(std::vector<std::string>& to);
    explicit pieces_call(request const& r);

    /// `pieces.user_snapshot` and so on, for the journal and the script; empty when there is no
    /// such route.
    std::string_view name() const { return name_; }
    bool is_routed() const { return !name_.empty(); }
    /// A request for one of the WebSockets, not a plain GET.
    bool is_stream() const;
    bool is_health_stream() const;

    void run(pieces_world& w, std::int64_t now, reply& out) const;

private:
    request const& request_;
    std::string_view name_;
};

/// Adds the headers that the server's framework adds to every answer except an upgrade.
void add_shelf_headers(reply& out);

/// Answers `/__fake__/pieces` and `/__fake__/pieces/streams`.
/// @return false: there is no such request
bool answer_about_pieces(pieces_world& w, request const& r, std::string_view what, reply& out);

}  // namespace cohub::inline abi_0_2::fake
