#pragma once

// What the functions of a project share.

#include <boost/json/array.hpp>

#include <string>
#include <string_view>

#include "call.hpp"
#include "projects.hpp"

namespace cohub::inline abi_0_2::fake {

/// The project that is called. It runs.
project_row& project_of(call const& c);

/// The error that Node throws for a failed access: `Error: ENOENT: no such file or directory, open
/// 'a'`.
[[noreturn]] void fail_file(
    file_error const& error, std::string_view action, std::string_view path
);
std::string const& read_file(project_row const& p, std::string const& path);
/// A text among the arguments. @throws call_error like Node's for a value that is no path
std::string path_argument(boost::json::value const* v, std::string_view name = "path");

std::string execute_command(call& c);

/// The kernels that a notebook can use.
boost::json::array kernel_specs();
/// Runs a cell after those before it, in a kernel that it starts if needed. Adds the time that this
/// takes to the call.
boost::json::array run_cell(
    call& c,
    project_row& p,
    std::string_view kernel,
    boost::json::value const* history,
    std::string_view input
);

}  // namespace cohub::inline abi_0_2::fake
