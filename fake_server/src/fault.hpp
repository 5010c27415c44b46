#pragma once

#include <boost/json/array.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "asked_call.hpp"
#include "websocket_script.hpp"

namespace cohub::inline abi_0_2::fake::detail {

/// A time, or a range from which each call draws its own time.
struct fault_time
{
    std::chrono::milliseconds least{0};
    std::chrono::milliseconds most{0};

    bool is_set() const { return most.count() > 0; }
    /// `20ms`, `20..50ms`
    std::string text() const;
};

/// What happens to one call, or to several in a row.
struct fault
{
    enum class place
    {
        none,
        before,
        after_bytes,
        after
    };

    std::optional<int> status;
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<std::string> without_headers;
    std::optional<std::string> body;
    std::optional<std::string> json;
    fault_time delay;
    fault_time stall;
    bool hold = false;
    std::size_t drip_bytes = 0;  ///< 0: all at once
    std::chrono::milliseconds drip_every{0};
    place end = place::none;
    bool end_is_reset = false;
    std::size_t end_bytes = 0;
    bool close_notify = true;
    bool no_subscriber = false;
    bool bridge_timeout = false;
    bool effect = false;
    std::shared_ptr<websocket_plan const> websocket;  ///< what follows an upgrade
    bool ok = false;
    std::size_t times = 1;  ///< 0: for ever
    double chance = 1;      ///< for each call that matches

    bool replaces_answer() const
    {
        return status || body || json || end == place::before || no_subscriber;
    }
    bool runs_function() const { return effect || !replaces_answer(); }
    bool empty() const;
    /// The step in the text grammar.
    std::string text() const;
};

/// What a call must have in addition to matching the pattern.
struct fault_condition
{
    /// The argument at the same place has to cover each of these. An object is covered by one with
    /// at least these members, a list by one of the same length.
    std::optional<boost::json::array> args;
    /// Name and value. Without a value, the call must not have this header.
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
    std::optional<std::string> key;
    std::optional<std::string> caller;  ///< account or project

    bool is_met_by(asked_call const& call) const;
    /// In the text grammar, with a blank before each word.
    std::string text() const;
};

/// Steps for the calls that match a pattern.
struct fault_plan
{
    std::string pattern;
    fault_condition when;
    std::vector<fault> steps;
    /// The parts of the last step, as they are spelled.
    std::vector<std::string> parts;
};

/// @throws std::invalid_argument
fault_plan parse_fault_text(std::string_view spec);
/// A list whose elements are objects, or texts as above.
/// @throws std::invalid_argument
std::vector<fault_plan> parse_fault_json(std::string_view text);
/// The same for a list that is parsed already.
std::vector<fault_plan> read_faults(boost::json::array const& list);
/// @throws std::invalid_argument when the pattern or a step makes no sense
void check_plan(fault_plan const& plan);

/// The grammar in a few lines, for `--help`.
std::string_view fault_help();

}  // namespace cohub::inline abi_0_2::fake::detail
