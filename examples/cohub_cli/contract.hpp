#pragma once

#include <cohub/core/error.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contract_shape.hpp"
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
    /// The answer's shape depends on the arguments, so that it is known for these alone.
    bool for_these_args = false;
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

/// Where answers come from: of a host one for each row, of a recording any number. A row that is
/// not asked, or not recorded, has none. Fails if there can be none at all, of no row.
using contract_source = std::function<
    boost::asio::awaitable<cohub::result<std::vector<contract_answer>>>(contract_row const& row)>;

struct contract_result
{
    contract_row const* row = nullptr;
    /// How many there were to judge.
    std::size_t answers = 0;
    /// Of the last answer.
    int http_status = 0;
    /// The short name of the last answer's error, if it was refused; or `not asked`.
    std::string refusal;
    std::vector<difference> differences;
};

/// Nothing on the way went wrong: the server itself has answered, or refused.
bool is_an_answer(cohub::failure const& f);

/// Judges the answers of all rows, one after the other.
/// @param recorded earlier answers, which those of `source` are compared with too; may be empty
/// @return the failure of `source`, if it has failed
boost::asio::awaitable<cohub::result<std::vector<contract_result>>> check_contract(
    contract_source source, contract_source recorded
);

/// What is judged.
struct contract_subject
{
    /// Whose answers they are.
    std::string host;
    /// The file with earlier answers; empty: there is none.
    std::string recording;
    /// How many exchanges the file has, and how many of them are of these calls.
    std::size_t exchanges = 0, judged = 0;
    /// The host was asked.
    bool live = true;
};

/// For people: a line for each call, and one for each difference.
std::string contract_text(
    std::vector<contract_result> const& all, contract_subject const& what, bool colours
);
/// For programs: all of it, one object.
std::string contract_json(std::vector<contract_result> const& all, contract_subject const& what);
/// For tables: the differences alone, a list.
std::string contract_rows_json(std::vector<contract_result> const& all);

}  // namespace cli
