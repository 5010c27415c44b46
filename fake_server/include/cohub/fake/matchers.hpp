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
// Failures show requests with their secrets masked. Unless `unmasked_journal` is set, what is
// matched is masked as well.

namespace cohub::inline abi_0_2::fake {

// GoogleMock's own matchers are named so.
// NOLINTBEGIN(readability-identifier-naming)

/// @brief A call of this name, `system.userSearch`; or of one that a matcher takes.
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
/// `WithArgs(R"([{"query": "ada"}])")`. Neither blanks nor the order of members count.
/// @throws std::exception when `json` is none
MATCHER_P(
    WithArgs,
    json,
    std::string(negation ? "has not" : "has") + " the arguments " + std::string(json)
)
{
    return boost::json::value(arg.args()) == boost::json::parse(std::string(json));
}

/// @brief A request with a header of this name, in any case of letters, and of this value, or of
/// one that a matcher takes. A value is not shown in a failure, but for masked ones.
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

/// @brief A request with this body, or with one that a matcher takes.
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
