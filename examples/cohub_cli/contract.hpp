#pragma once

#include <cohub/core/error.hpp>

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "method_commands.hpp"

namespace cli {

/// One call that reads and changes nothing, and what this release knows of its answer.
struct contract_row
{
    cli::api api{};
    /// As on the wire; of v2 the path.
    char const* method = nullptr;
    /// JSON as it is sent; $account stands for the id of the key's account.
    char const* args = nullptr;
    /// @brief The answer's shape: JSON with the names of types in the place of values.
    ///
    /// `"text|null"` is one of several, `"any"` whatever it is; a member `"x?"` may be absent; a
    /// member `"*"` stands for all names; a list has the shape of its elements. Empty: it is
    /// refused.
    char const* answer = nullptr;
    /// The short names of errors that a server may give in place of the answer, with blanks
    /// between.
    char const* refusals = "";
};

/// All rows. The first one tells the account.
std::span<contract_row const> contract_rows();

/// What a server answered, now or once.
struct contract_answer
{
    /// 0: there was none.
    int http_status = 0;
    cohub::result<std::string> json;
};

/// Where answers come from. A row that nothing is known of has none.
using contract_source = std::function<boost::asio::awaitable<std::optional<contract_answer>>(
    contract_row const& row, std::string args
)>;

/// One thing that is not as this release knows it.
struct difference
{
    /// `missing`, `new`, `type`, `status`, `refusal`, `answered`
    std::string kind;
    /// Where in the answer: `/*/last_active`; empty: all of it.
    std::string path;
    std::string known, seen;

    bool operator==(difference const&) const = default;
};

/// @param shape as in `contract_row`
/// @param json is JSON
std::vector<difference> differences_between(std::string_view shape, std::string_view json);

struct contract_result
{
    contract_row const* row = nullptr;
    int http_status = 0;
    /// The short name of the error, if it was refused; or `not asked`.
    std::string refusal;
    std::vector<difference> differences;
};

/// Asks for all rows, one after the other.
/// @return the failure of the way to the server, or of the key, if there is one
boost::asio::awaitable<cohub::result<std::vector<contract_result>>> check_contract(
    contract_source source
);

/// For people: a line for each call, and one for each difference.
std::string contract_text(std::vector<contract_result> const& all, bool colours);
/// For programs: all of it, one object.
std::string contract_json(std::vector<contract_result> const& all, std::string const& host);
/// For tables: the differences alone, a list.
std::string contract_rows_json(std::vector<contract_result> const& all);

}  // namespace cli
