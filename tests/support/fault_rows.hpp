#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cohub::faults {

/// @brief Records that the running test has carried out `cases` cases of a row of rows.txt.
///
/// They count only if the test passes. A row is covered when its passing tests together have at
/// least the required number of cases and none of its tests failed. A test belongs to the rows that
/// it names here and to the row at the beginning of its name (`HTTP_01_...`).
void covers(std::string_view row, std::size_t cases);

/// @brief Counts the cases of a loop, and records them in its destructor.
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
