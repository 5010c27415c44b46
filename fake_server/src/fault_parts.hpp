#pragma once

// What the two spellings of a fault share.

#include <boost/json/array.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "fault.hpp"

namespace cohub::inline abi_0_2::fake::detail {

[[noreturn]] void refuse_fault(std::string const& what);
int fault_status(std::size_t n);
std::chrono::milliseconds fault_milliseconds(
    std::string_view word, std::size_t n, std::int64_t unit = 1
);
/// @throws std::invalid_argument for a range whose end is before its begin
fault_time fault_range(
    std::string_view word, std::chrono::milliseconds least, std::chrono::milliseconds most
);
double fault_chance(double p);
void set_fault_end(fault& f, bool reset, std::string_view word, std::string_view value);
void set_drip(fault& f, std::size_t bytes, std::chrono::milliseconds every);
std::string fault_error_answer(std::string_view text);
std::size_t fault_number(std::string_view word, std::string_view value);
boost::json::array fault_args(std::string_view word, boost::json::value const& v);
/// Adds a step, to which the parts that follow belong.
fault& add_step(fault_plan& plan);
/// Notes that the last step has this part.
/// @throws std::invalid_argument when it has the part already, by this word or by another one
void note_part(fault_plan& plan, std::string_view word);
/// @throws std::invalid_argument when a plan has this condition already
void check_condition_is_new(bool is_there, std::string_view word);
/// @param where begins the message
/// @throws std::invalid_argument when a part of the step has no effect because of another part
void check_step(fault const& f, std::string const& where);
/// In double quotes, as in the text grammar.
std::string in_fault_quotes(std::string_view s);

}  // namespace cohub::inline abi_0_2::fake::detail
