#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "websocket_script.hpp"

namespace cohub::fake::detail {

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
    std::chrono::milliseconds delay{0};
    std::chrono::milliseconds stall{0};
    bool hold = false;
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

    bool replaces_answer() const
    {
        return status || body || json || end == place::before || no_subscriber;
    }
    bool runs_function() const { return effect || !replaces_answer(); }
    bool empty() const;
    /// The step in the text grammar.
    std::string text() const;
};

/// Steps for the calls that match a pattern.
struct fault_plan
{
    std::string pattern;
    std::vector<fault> steps;
};

/// @throws std::invalid_argument
fault_plan parse_fault_text(std::string_view spec);
/// A list whose elements are objects, or texts as above.
/// @throws std::invalid_argument
std::vector<fault_plan> parse_fault_json(std::string_view text);
/// @throws std::invalid_argument when the pattern or a step makes no sense
void check_plan(fault_plan const& plan);

/// The grammar in a few lines, for `--help`.
std::string_view fault_help();

}  // namespace cohub::fake::detail
