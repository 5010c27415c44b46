#ifndef COHUB_CORE_CONFIG_HPP
#define COHUB_CORE_CONFIG_HPP

// COHUB_SEPARATE_COMPILATION: the program compiles cohub's non-template code once, in the one
// source file that includes <cohub/src.hpp> (the CMake target cohub::compiled does that). It must
// be the same in every translation unit of a program, as must BOOST_ASIO_SEPARATE_COMPILATION.
//
// COHUB_DECL stands before non-template functions. Those that every user's source compiles are
// compiled for size, which takes a twelfth less of the whole time and costs a call one instruction
// in a hundred; `cold` is the attribute by which GCC does that and still inlines the standard
// library. COHUB_COLD_DECL stands before what runs once, or only when something went wrong.
#if defined(COHUB_SEPARATE_COMPILATION)
#define COHUB_DECL
#define COHUB_COLD_DECL [[gnu::cold]]
#else
#define COHUB_DECL [[gnu::cold]] inline
#define COHUB_COLD_DECL COHUB_DECL
#endif

#endif
