#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cohub::faults {

/// @brief Says that the running test has carried out `cases` cases of a row of rows.txt.
///
/// It counts when the test passes, and only then. A row is covered when its passing tests add up to
/// the least number of cases and none of its tests failed; a test belongs to the rows that it names
/// here and to the one that its own name begins with (`HTTP_01_...`).
void covers(std::string_view row, std::size_t cases);

/// @brief Counts the cases of a loop and reports them when it goes.
class case_counter
{
public:
    explicit case_counter(std::string row) : row_(std::move(row)) {}
    ~case_counter() { covers(row_, cases_); }
    case_counter(case_counter const&) = delete;
    case_counter& operator=(case_counter const&) = delete;

    void operator++() { ++cases_; }

private:
    std::string row_;
    std::size_t cases_ = 0;
};

}  // namespace cohub::faults
