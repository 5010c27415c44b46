#include <string>
#include <string_view>

#include "command_tree.hpp"
#include "completion.hpp"

namespace cli {

namespace {

// What does not depend on the commands.
constexpr std::string_view frame = R"fish(
# The command that the words before the cursor make, and the place of the next argument.
function __cohub_place
    set -l path
    set -l skip no
    set -l place 1
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case '-*=*'
            case '-*'
                contains -- $word $__cohub_flags; or set skip yes
            case '*'
                set -l next (string trim -- "$path $word")
                if contains -- $next $__cohub_commands
                    set path $next
                    set place 1
                else
                    set place (math $place + 1)
                end
        end
    end
    echo "$path"
    echo $place
end

function __cohub_path
    set -l at (__cohub_place)
    echo $at[1]
end

function __cohub_is_place
    set -l at (__cohub_place)
    test "$at[1] $at[2]" = "$argv[1]"
end

function __cohub_profiles
    set -l words (commandline -opc)
    $words[1] completion profiles 2>/dev/null
end

function __cohub_at
    set -l path (__cohub_path)
    test "$path" = "$argv[1]"
end

function __cohub_under
    set -l path (__cohub_path)
    test "$path" = "$argv[1]"; or string match -q -- "$argv[1] *" $path
end

complete -c cohub -f
)fish";

/// In single quotes, as fish reads them.
std::string quoted(std::string const& text)
{
    std::string out = "'";
    for (char const c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + '\'';
}

std::string line_of(option_entry const& o, std::string const& condition)
{
    std::string line = "complete -c cohub" + condition;
    for (auto const& name : o.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (o.values == "FILE")
        line += " -r -F";
    else if (o.values == "PROFILE")
        line += " -x -a '(__cohub_profiles)'";
    else if (!o.values.empty())
        line += " -x -a " + quoted(o.values);
    else if (!o.is_flag)
        line += " -x";
    return line + " -d " + quoted(o.about) + '\n';
}

}  // namespace

std::string fish_completion(CLI::App const& app)
{
    auto const tree = command_tree(app);
    std::string text =
        "# Completion of cohub's commands for fish, made by: cohub completion fish\n\n"
        "set -g __cohub_flags";
    for (auto const& name : flags_of(tree)) text += ' ' + name;
    text += "\nset -g __cohub_commands";
    for (auto const& c : tree)
        if (!c.path.empty()) text += ' ' + quoted(c.path);
    text += '\n' + std::string(frame);
    for (auto const& c : tree) {
        std::string const at = " -n \"__cohub_at " + quoted(c.path) + '"';
        std::string const under = " -n \"__cohub_under " + quoted(c.path) + '"';
        for (auto const& sub : c.commands)
            text +=
                "complete -c cohub" + at + " -a " + sub.name + " -d " + quoted(sub.about) + '\n';
        for (auto const& o : c.word_arguments())
            text += "complete -c cohub -n \"__cohub_is_place " +
                    quoted(c.path + ' ' + std::to_string(o.place)) + "\" -a " + quoted(o.values) +
                    " -d " + quoted(o.about) + '\n';
        for (auto const& o : c.options) text += line_of(o, c.path.empty() ? "" : under);
    }
    return text;
}

}  // namespace cli
