#ifndef COHUB_CORE_CONFIG_HPP
#define COHUB_CORE_CONFIG_HPP

// COHUB_SEPARATE_COMPILATION: the program compiles cohub's non-template code once, in the one
// source file that includes <cohub/src.hpp> (the CMake target cohub::compiled does that). It must
// be the same in every translation unit of a program, as must BOOST_ASIO_SEPARATE_COMPILATION.
//
// COHUB_DECL stands before functions that are no templates. COHUB_COLD_DECL: what runs once, or
// only when something went wrong. COHUB_INNER_DECL: what is reached through a virtual function
// alone, or by a branch that few answers take. Where every user's source compiles the latter, they
// are compiled for size; `cold` is the attribute by which GCC does that and still inlines the
// standard library. It takes the callers of a cold function for cold, too: whatever a user's code
// calls by its name, and calls each time, must not be cold, nor call what is.
#if defined(COHUB_SEPARATE_COMPILATION)
#define COHUB_DECL
#define COHUB_INNER_DECL
#else
#define COHUB_DECL inline
#define COHUB_INNER_DECL [[gnu::cold]] inline
#endif
#define COHUB_COLD_DECL [[gnu::cold]] COHUB_DECL

#endif
