#ifndef COHUB_CORE_CONFIG_HPP
#define COHUB_CORE_CONFIG_HPP

/// @file
/// @internal Small parts of the library.

// If COHUB_SEPARATE_COMPILATION is defined, the program compiles cohub's non-template code once, in
// the one source file that includes <cohub/src.hpp> (the CMake target cohub::compiled does that).
// It must be the same in every translation unit of a program, and so must
// BOOST_ASIO_SEPARATE_COMPILATION.
//
// COHUB_DECL stands before functions that are not templates.
#if defined(COHUB_SEPARATE_COMPILATION)
#define COHUB_DECL
#else
#define COHUB_DECL inline
#endif

#endif
