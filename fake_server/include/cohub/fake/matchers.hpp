#pragma once

#include <cohub/fake/journal.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

// Matchers of GoogleMock for requests that the fake server recorded.
//
//     using namespace cohub::fake;
//     EXPECT_THAT(server.journal().requests(), Contains(CallTo("system.userSearch")));
//     EXPECT_THAT(
//         server.journal().requests(),
//         ElementsAre(AllOf(CallTo("system.ping"), WithHeader("X-Request-Id", Not(IsEmpty()))))
//     );
//
// Failures show requests with their secrets masked. Unless `unmasked_journal` is set, the matched
// text is masked, too.

namespace cohub::inline abi_0_2::fake {

// The names follow those of GoogleMock's own matchers.
// NOLINTBEGIN(readability-identifier-naming)

/// @brief A call of this name, `system.userSearch`, or of a name that a matcher accepts.
MATCHER_P(
    CallTo,
    name,
    std::string(negation ? "is no" : "is a") + " call whose name " +
        testing::DescribeMatcher<std::string>(name)
)
{
    return testing::ExplainMatchResult(name, arg.name, result_listener);
}

/// @brief A call of the hub or a project whose positional arguments are this list, as JSON text:
/// `WithArgs(R"([{"query": "ada"}])")`. Blanks and the order of members do not matter.
/// @throws std::exception if `json` is not JSON
MATCHER_P(
    WithArgs,
    json,
    std::string(negation ? "has not" : "has") + " the arguments " + std::string(json)
)
{
    return boost::json::value(arg.args()) == boost::json::parse(std::string(json));
}

/// @brief A request with a header of this name, in any case of letters, and of this value, or of a
/// value that a matcher accepts. A failure shows only masked values.
MATCHER_P2(
    WithHeader,
    header,
    value,
    std::string(negation ? "has no" : "has a") + " header " + std::string(header) +
        " whose value " + testing::DescribeMatcher<std::string>(value)
)
{
    return std::any_of(arg.headers.begin(), arg.headers.end(), [this](auto const& h) {
        recorded_request one;
        one.headers.push_back(h);
        return !one.header(header).empty() && testing::Value(h.second, value);
    });
}

/// @brief A request with this body, or with a body that a matcher accepts.
MATCHER_P(
    WithBody,
    body,
    std::string(negation ? "has no" : "has a") + " body that " +
        testing::DescribeMatcher<std::string>(body)
)
{
    return testing::Value(arg.body, body);
}

// NOLINTEND(readability-identifier-naming)

}  // namespace cohub::inline abi_0_2::fake
