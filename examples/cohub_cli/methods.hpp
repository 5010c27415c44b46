#pragma once

#include <span>

namespace cli {

/// How an argument is given, and what it is on the wire.
enum class kind
{
    text,
    secret,  ///< text, or `@FILE`, or `-`
    integer,
    boolean,
    texts,  ///< one or more
    json,   ///< JSON, or `@FILE`, or `-`
};

/// One argument of a method; `name` is upstream's, and with dashes for underscores the option's.
struct parameter
{
    char const* name;
    cli::kind kind;
    char const* help;
    bool required = false;
    /// May be given without its name, in the order of the table.
    bool positional = false;
};

/// What the arguments become in the request's `args`.
enum class shape
{
    nothing,    ///< []
    object,     ///< [{...}], with those that were given
    value,      ///< [the one argument]
    optional_,  ///< [the one argument], or [] without it
};

enum class repeat
{
    safe,
    never,
    /// Safe, but for `--action create`.
    unless_create,
};

/// A row is all that a new method needs: the command, its help and the request come from it.
struct method
{
    char const* group;
    char const* name;
    char const* wire;
    cli::shape shape;
    cli::repeat repeat;
    char const* help;
    std::span<parameter const> parameters;
};

std::span<method const> all_methods();

}  // namespace cli
