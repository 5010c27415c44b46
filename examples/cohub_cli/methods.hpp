#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "typed_calls.hpp"

namespace cli {

/// How an argument is given, and what it is on the wire.
enum class kind
{
    text,
    content,  ///< text, or `@FILE`, or `-`
    secret,   ///< the same, without blanks around it
    integer,
    number,
    boolean,
    bit,          ///< a boolean that is 0 or 1 on the wire
    texts,        ///< one or more
    one_or_many,  ///< the same, but one alone is no list
    integers,
    json,       ///< JSON, or `@FILE`, or `-`
    json_text,  ///< the same, sent as it is given
    time,       ///< ISO 8601, or ms since 1970, which it is on the wire
    seconds,    ///< with a unit it is the global option of that name
};

/// One argument of a method; `name` is upstream's, and with dashes for underscores the option's.
struct parameter
{
    char const* name = nullptr;
    cli::kind kind{};
    char const* help = nullptr;
    bool required = false;
    /// May be given without its name, in the order of the table.
    bool positional = false;
    /// The words it may be, for help and completion: `a|b`.
    char const* words = nullptr;
};

/// What the arguments become in the request's `args`.
enum class shape
{
    nothing,          ///< []
    object,           ///< [{...}], with those that were given
    optional_object,  ///< the same, or [] if none were
    opts,             ///< [{"opts": {...}}]
    list,             ///< [...], those that were given
    then_object,      ///< [the first, {the others}], or [the first]
    typed,            ///< what the typed function makes of them
};

enum class repeat
{
    safe,
    never,
    /// Safe, but for `--action create`.
    unless_create,
    /// Safe, but with `--email`.
    unless_mail,
    /// The typed function knows.
    typed,
};

/// Whether it takes something away that does not come back by itself.
enum class deletes
{
    no,
    yes,
    /// With `--action delete`, which needs `--id`.
    by_action,
};

/// A row is all that a new method needs: the command, its help, its completion and the request come
/// from it. The groups `project`, `v1`, `v2` and `pieces` are APIs of their own, all others are the
/// hub's.
struct method
{
    char const* group;
    /// A second name stands behind a comma.
    char const* name;
    char const* wire;
    cli::shape shape;
    cli::repeat repeat;
    char const* help;
    std::span<parameter const> parameters;
    typed_call* typed = nullptr;
    /// A person is asked before it is sent.
    cli::deletes deletes = cli::deletes::no;
    /// What the names of members are, where the answer is an object of rows; null: not known.
    char const* key = nullptr;
};

/// As commands and options are spelled: `project_id` and `projectId` are `project-id`.
std::string with_dashes(std::string_view name);

/// The row of a method; null if there is none of this wire name. `api` is the group of an API of
/// its own, and empty for the hub.
method const* method_called(std::string_view api, std::string_view wire);

/// The wire names that such an API has.
std::vector<std::string> wire_names(std::string_view api);

std::span<method const> system_methods();
std::span<method const> org_methods();
std::span<method const> projects_methods();
/// jupyter, sync, db, messages and purchases.
std::span<method const> other_methods();
std::span<method const> project_methods();
std::span<method const> v1_methods();
std::span<method const> v2_methods();
std::span<method const> pieces_methods();

inline std::array<std::span<method const>, 8> all_methods()
{
    return {
        system_methods(),
        org_methods(),
        projects_methods(),
        other_methods(),
        project_methods(),
        v1_methods(),
        v2_methods(),
        pieces_methods()};
}

}  // namespace cli
