// The table of docs/errors.md, against what the library does.
#include <cohub/core/error.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace cohub::tests {
namespace {

std::map<std::string, errc> codes_by_name()
{
    std::map<std::string, errc> codes;
    for (int i = 1; i <= static_cast<int>(errc::proxy_refused); ++i) {
        auto const e = static_cast<errc>(i);
        codes.emplace(to_string(e), e);
    }
    return codes;
}

std::vector<std::string> cells_of(std::string const& line)
{
    std::vector<std::string> cells;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, '|');) cells.push_back(cell);
    return cells;
}

/// What stands between backticks.
std::vector<std::string> names_in(std::string const& cell)
{
    std::vector<std::string> names;
    std::istringstream in(cell);
    std::string text;
    for (bool name = false; std::getline(in, text, '`'); name = !name)
        if (name) names.push_back(text);
    return names;
}

bool says_yes(std::string const& cell) { return cell.find_first_not_of(' ') != cell.npos; }

TEST(ErrorsPage, HasEachCodeWithItsGroups)
{
    auto const codes = codes_by_name();
    auto missing = codes;
    std::ifstream page(COHUB_ERRORS_PAGE);
    ASSERT_TRUE(page) << COHUB_ERRORS_PAGE;
    for (std::string line; std::getline(page, line);) {
        auto const cells = cells_of(line);
        if (cells.size() != 7) continue;
        for (auto const& name : names_in(cells[2])) {
            auto const found = codes.find(name);
            if (found == codes.end()) continue;
            missing.erase(name);
            failure f(found->second);
            if (cells[1].find("503") != cells[1].npos) f.http_status = 503;
            EXPECT_EQ(f.is(condition::transient), says_yes(cells[3])) << line;
            EXPECT_EQ(f.is(condition::transport), says_yes(cells[4])) << line;
            EXPECT_EQ(f.is(condition::refused), says_yes(cells[5])) << line;
            bool const is_bad = cells[2].find("bad_answer") != cells[2].npos;
            EXPECT_EQ(f.is(condition::bad_answer), is_bad) << line;
        }
    }
    for (auto const& [name, e] : missing) ADD_FAILURE() << "docs/errors.md has no row for " << name;
}

}  // namespace
}  // namespace cohub::tests
