# Writes FOLDER/NAME.1 from what PROGRAM prints for --help, and for each of COMMANDS with --help.
cmake_minimum_required(VERSION 3.25)

function(help_of variable)
    execute_process(
        COMMAND "${PROGRAM}" ${ARGN} --help
        OUTPUT_VARIABLE text
        COMMAND_ERROR_IS_FATAL ANY
    )
    # troff reads a backslash anywhere, and a dot or an apostrophe at the beginning of a line.
    string(REPLACE "\\" "\\e" text "${text}")
    string(REPLACE "-" "\\-" text "${text}")
    string(REGEX REPLACE "(^|\n)([.'])" "\\1\\\\&\\2" text "${text}")
    string(REGEX REPLACE "\n+$" "" text "${text}")
    set(${variable} "${text}" PARENT_SCOPE)
endfunction()

string(REPLACE "-" "\\-" name "${NAME}")
string(TOUPPER "${name}" title)
help_of(text)
# The sentences in front of the usage say what the program is for.
if(NOT text MATCHES "^(.*)\nUsage: ([^\n]*)\n(.*)$")
    message(FATAL_ERROR "${PROGRAM} --help has no line that begins with 'Usage: '")
endif()
set(about "${CMAKE_MATCH_1}")
set(usage "${CMAKE_MATCH_2}")
set(rest "${CMAKE_MATCH_3}")
string(REGEX MATCH "^[^.]*" summary "${about}")
string(REPLACE "\n" " " summary "${summary}")

set(page ".TH ${title} 1 \"\" \"cohub ${VERSION}\" \"User commands\"\n.nh\n.ad l\n")
string(APPEND page ".SH NAME\n${name} \\- ${summary}\n")
string(APPEND page ".SH SYNOPSIS\n${usage}\n")
string(APPEND page ".SH DESCRIPTION\n${about}\n.PP\n.nf\n${rest}\n.fi\n")
foreach(command IN LISTS COMMANDS)
    help_of(text ${command})
    string(TOUPPER "${command}" title)
    string(APPEND page ".SH ${title}\n.nf\n${text}\n.fi\n")
endforeach()
string(APPEND page ".SH SEE ALSO\n.BR cohub (1)\n")
file(MAKE_DIRECTORY "${FOLDER}")
file(WRITE "${FOLDER}/${NAME}.1" "${page}")
