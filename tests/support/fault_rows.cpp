#include "support/fault_rows.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

namespace cohub::faults {
namespace {

struct row
{
    std::string id;
    std::size_t needed = 0;
    std::string title;
    bool expected = false;
    std::size_t cases = 0;
    bool failed = false;

    bool covered() const { return !failed && cases >= needed; }
    bool touched() const { return failed || cases > 0; }
};

std::vector<row> read_rows()
{
    std::vector<row> rows;
    std::ifstream in(COHUB_FAULT_ROWS);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string mark;
        std::string how;
        row r;
        if (line.empty() || line[0] == '#' || !(words >> mark >> r.id >> how >> r.needed)) continue;
        std::getline(words >> std::ws, r.title);
        r.expected = mark == "+";
        rows.push_back(std::move(r));
    }
    return rows;
}

row* find(std::vector<row>& rows, std::string_view id)
{
    for (row& r : rows)
        if (r.id == id) return &r;
    return nullptr;
}

/// `HTTP_01_CutAtEveryOffset/tls` -> `HTTP-01`; nothing if the name has no row at its beginning.
std::string row_of(std::string_view test)
{
    std::size_t const first = test.find('_');
    if (first == std::string_view::npos || first < 2 || test.size() < first + 3) return {};
    for (char const c : test.substr(0, first))
        if (!std::isupper(static_cast<unsigned char>(c))) return {};
    std::string_view const number = test.substr(first + 1, 2);
    for (char const c : number)
        if (!std::isdigit(static_cast<unsigned char>(c))) return {};
    return std::string(test.substr(0, first)) + "-" + std::string(number);
}

std::size_t report(std::vector<row> const& rows, std::ostream& out, bool with_names)
{
    std::size_t covered = 0;
    for (row const& r : rows) covered += r.covered() ? 1 : 0;
    out << "fault rows covered: " << covered << " of " << rows.size() << "\n";
    if (!with_names) return covered;
    for (row const& r : rows) {
        if (r.covered() && !r.expected)
            out << "  not marked in rows.txt: " << r.id << " " << r.title << "\n";
        if (r.covered()) continue;
        out << (r.failed      ? "  FAILED  "
                : r.touched() ? "  partly  "
                              : "  open    ")
            << std::left << std::setw(8) << r.id << " " << r.cases << "/" << r.needed << "  "
            << r.title << "\n";
    }
    return covered;
}

class counter : public ::testing::EmptyTestEventListener
{
public:
    static counter& instance()
    {
        // gtest deletes the listeners that it gets.
        static auto* const one = new counter;
        return *one;
    }

    void note(std::string_view id, std::size_t cases)
    {
        if (find(rows_, id) == nullptr)
            ADD_FAILURE() << "no such row in rows.txt: " << id;
        else
            now_[std::string(id)] += cases;
    }

private:
    counter() : rows_(read_rows()) {}

    void OnTestStart(::testing::TestInfo const&) override { now_.clear(); }

    void OnTestEnd(::testing::TestInfo const& test) override
    {
        if (test.result()->Failed()) {
            if (row* r = find(rows_, row_of(test.name()))) r->failed = true;
            for (auto const& [id, cases] : now_) find(rows_, id)->failed = true;
        } else if (test.result()->Passed()) {
            for (auto const& [id, cases] : now_) find(rows_, id)->cases += cases;
        }
    }

    void OnTestProgramEnd(::testing::UnitTest const&) override
    {
        report(rows_, std::cout, false);
        char const* const file = std::getenv("COHUB_FAULT_REPORT");
        if (file == nullptr) return;
        std::ofstream out(file, std::ios::trunc);
        for (row const& r : rows_)
            if (r.touched()) out << r.id << " " << r.cases << " " << (r.failed ? 1 : 0) << "\n";
    }

    std::vector<row> rows_;
    std::map<std::string, std::size_t> now_;
};

/// Adds up the counts that the runs of single families wrote.
int summarize(char const* folder)
{
    std::vector<row> rows = read_rows();
    std::size_t files = 0;
    for (auto const& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".rows") continue;
        ++files;
        std::ifstream in(entry.path());
        std::string id;
        std::size_t cases = 0;
        bool failed = false;
        while (in >> id >> cases >> failed) {
            row* const r = find(rows, id);
            if (r == nullptr) continue;
            r->cases += cases;
            r->failed = r->failed || failed;
        }
    }
    report(rows, std::cout, true);
    std::size_t lost = 0;
    for (row const& r : rows) lost += r.expected && !r.covered() ? 1 : 0;
    if (lost > 0) std::cout << lost << " rows marked '+' in rows.txt are not covered\n";
    return files > 0 && lost == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

void covers(std::string_view row, std::size_t cases) { counter::instance().note(row, cases); }

}  // namespace cohub::faults

int main(int argc, char** argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--summarize")
        return cohub::faults::summarize(argv[2]);
    // The counts of an earlier run do not remain if this run does not reach its end.
    if (char const* const file = std::getenv("COHUB_FAULT_REPORT")) std::filesystem::remove(file);
    ::testing::InitGoogleTest(&argc, argv);
    ::testing::UnitTest::GetInstance()->listeners().Append(&cohub::faults::counter::instance());
    return RUN_ALL_TESTS();
}
