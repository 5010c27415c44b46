#pragma once

// What the programs of the fake shell share.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "project_shell.hpp"

namespace cohub::inline abi_0_2::fake {

using words_t = std::vector<std::string>;

struct run_of
{
    shell& s;
    words_t const& words;
    shell_io io;

    void out(std::string_view text) { s.write(io.out, text); }
    int complain(std::string_view text, int code = 1)
    {
        s.write(io.err, words[0] + ": " + std::string(text) + "\n");
        return code;
    }
    int bad_option(char option, int code)
    {
        s.write(
            io.err,
            words[0] + ": invalid option -- '" + std::string(1, option) + "'\nTry '" + words[0] +
                " --help' for more information.\n"
        );
        return code;
    }
};

using program = int (*)(run_of&);
using named_program = std::pair<std::string_view, program>;

/// The programs that write and read text.
std::span<named_program const> text_programs();
/// The programs that handle files.
std::span<named_program const> file_programs();

struct arguments
{
    std::string flags;
    words_t rest;
};

/// Reads single-letter options before the operands. @return the first letter that is not allowed,
/// or 0
char read_flags(words_t const& words, std::string_view allowed, arguments& to);

inline bool has_flag(arguments const& a, char c) { return a.flags.find(c) != std::string::npos; }

/// The time as `date` prints it in this format.
std::string shown_time(std::int64_t ms, std::string_view format);

}  // namespace cohub::inline abi_0_2::fake
