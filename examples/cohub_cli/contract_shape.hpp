#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// One thing that is not as it is known.
struct difference
{
    /// `missing`, `new`, `type`, `status`, `refusal`, `answered`
    std::string kind;
    /// Where in the answer: `/*/last_active`; empty: all of it.
    std::string path;
    std::string known, seen;
    /// Who knows it otherwise: `release` or `recording`.
    std::string against = "release";

    bool operator==(difference const&) const = default;
};

/// Adds it, unless it is there: once for all elements of a list, and for all answers.
void add_once(std::vector<difference>& all, difference d);

/// Whether a word is one of those that `separator` parts.
bool is_among(std::string_view word, std::string_view all, char separator);

/// An answer beside a shape.
/// @param shape as in `contract_row`
/// @param json is JSON
std::vector<difference> differences_between(std::string_view shape, std::string_view json);

/// @brief An answer beside earlier ones of the same call.
///
/// Values differ from account to account, so that this is no difference: a null, then or now; a
/// member that may be absent, as the release knows; another one of several types that the release
/// knows; whatever is inside a value of which the release knows the type alone.
/// @param recorded at least one; each is JSON
std::vector<difference> drift_between(
    std::string_view shape, std::vector<std::string> const& recorded, std::string_view json
);

}  // namespace cli
