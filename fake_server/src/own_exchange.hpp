#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "message.hpp"
#include "own_routes.hpp"

namespace cohub::inline abi_0_2::fake {

/// A request about the server itself, and where its answer goes.
struct own_exchange
{
    service& s;  ///< whose world it is about
    session_list& all;
    request const& r;
    reply& out;

    void answer_json(std::string text) const;
    void answer_json(boost::json::value const& v) const;
    void answer_text(int status, std::string text) const;
    void done() const;
    /// The part of the path that stands for the last part of the route's path.
    std::string_view last_part() const;
    /// The same part as a number. @throws std::invalid_argument
    std::uint64_t last_number(std::string_view name) const;
};

/// Refuses parameters that a route does not have, and those that come twice.
/// @param known the names, separated by blanks
/// @throws std::invalid_argument
void check_query(request const& r, std::string_view known);

/// The parameters after a path's question mark, which were checked. Invalid ones throw
/// std::invalid_argument.
class own_query
{
public:
    explicit own_query(request const& r);

    std::optional<std::string> text(std::string_view name) const;
    std::optional<std::uint64_t> number(std::string_view name) const;
    bool flag(std::string_view name) const;
    /// `wait_ms`, at most a minute; 0 when absent.
    std::chrono::milliseconds wait() const;

private:
    std::vector<std::pair<std::string, std::string>> given_;
};

/// One route, as it is listed, described and called.
struct own_route
{
    std::string_view method;
    std::string_view path;  ///< after the prefix; the last part may be `{id}` or `{name}`
    std::string_view summary;
    void (*run)(own_exchange const&);
    /// The type of the answer; empty: a page. `X` is a schema of `own_schemas` or a JSON type,
    /// `X[]` a list, `X|Y` one of them.
    std::string_view gives;
    std::string_view query = {};    ///< names of parameters, separated by blanks
    std::string_view takes = {};    ///< the type of the body
    std::string_view example = {};  ///< for a body; `$account` stands for the id of an account
    bool needs_body = false;
};

/// The schemas of the types, by name.
boost::json::object own_schemas();

/// The routes of `GET /__fake__/openapi.json`.
std::string describe_own_routes(own_route const* begin, own_route const* end, std::string account);

// own_journal.cpp
void show_requests(own_exchange const& x);
void clear_requests(own_exchange const& x);
void count_requests(own_exchange const& x);
void show_connections(own_exchange const& x);
void show_frames(own_exchange const& x);
void show_problems(own_exchange const& x);
// own_world.cpp
void show_users(own_exchange const& x);
void add_accounts(own_exchange const& x);
void show_keys(own_exchange const& x);
void add_keys(own_exchange const& x);
void show_tokens(own_exchange const& x);
void show_mails(own_exchange const& x);
void show_projects(own_exchange const& x);
void add_projects(own_exchange const& x);
void show_organizations(own_exchange const& x);
void add_organizations(own_exchange const& x);
void remove_organization(own_exchange const& x);
void show_messages(own_exchange const& x);
void add_messages(own_exchange const& x);
void change_message(own_exchange const& x);
void queue_random(own_exchange const& x);
void show_pieces(own_exchange const& x);
void use_pieces(own_exchange const& x);
// own_control.cpp
void show_server(own_exchange const& x);
void show_settings(own_exchange const& x);
void change_settings(own_exchange const& x);
void show_faults(own_exchange const& x);
void show_fault(own_exchange const& x);
void replace_faults(own_exchange const& x);
void append_faults(own_exchange const& x);
void remove_fault(own_exchange const& x);
void show_clock(own_exchange const& x);
void move_clock(own_exchange const& x);
void reset_all(own_exchange const& x);
void release_held(own_exchange const& x);
void show_recording(own_exchange const& x);
void show_sessions(own_exchange const& x);
void make_session(own_exchange const& x);
void end_session(own_exchange const& x);

}  // namespace cohub::inline abi_0_2::fake
