#include <string>
#include <string_view>

#include "command_tree.hpp"
#include "completion.hpp"

namespace cli {

namespace {

// What does not depend on the commands.
constexpr std::string_view frame = R"zsh(
_cohub() {
    local command= word= skip= place=1 i cur=${words[CURRENT]} prev=${words[CURRENT-1]}
    local -a reply

    for ((i = 2; i < CURRENT; ++i)); do
        word=${words[i]}
        if [[ -n $skip ]]; then
            skip=
        elif [[ $word == -* ]]; then
            _cohub_is_flag $word || skip=yes
        elif _cohub_commands "${command:+$command }$word"; then
            command=${command:+$command }$word
            place=1
        else
            place=$((place + 1))
        fi
    done

    if [[ -n $skip ]]; then
        word=$(_cohub_values "$command $prev")
        if [[ $word == FILE ]]; then
            _files
        elif [[ $word == PROFILE ]]; then
            compadd -- ${(f)"$(${words[1]} completion profiles 2>/dev/null)"}
        else
            compadd -- ${=word}
        fi
        return
    fi
    if compset -P '@'; then
        _files
        return
    fi
    if [[ $cur == -* ]]; then
        _cohub_options "$command"
        _describe -o option reply
    else
        word=$(_cohub_words_at "$command $place")
        [[ -z $word ]] || compadd -- ${=word}
        _cohub_commands "$command"
        _describe command reply
    fi
}

if [[ ${funcstack[1]} == _cohub ]]; then
    _cohub "$@"
else
    compdef _cohub cohub
fi
)zsh";

/// NAME:WHAT FOR, as _describe takes it.
std::string described(std::string const& name, std::string const& about)
{
    return ' ' + shell_quoted(name + ':' + about);
}

std::string described(std::vector<option_entry> const& options)
{
    std::string text;
    for (auto const& o : options)
        for (auto const& name : o.names) text += described(name, o.about);
    return text;
}

}  // namespace

std::string zsh_completion(CLI::App const& app)
{
    auto const tree = command_tree(app);
    std::string commands;
    std::string options;
    for (auto const& c : tree) {
        std::string below;
        for (auto const& sub : c.commands) below += described(sub.name, sub.about);
        std::string const path = "    " + shell_quoted(c.path) + ") ";
        commands += path + "reply=(" + below + " ) ;;\n";
        if (!c.path.empty())
            options +=
                path + "reply+=(" + described(c.options) + described(c.inherited) + " ) ;;\n";
    }
    return "#compdef cohub\n"
           "# Completion of cohub's commands for zsh, made by: cohub completion zsh\n\n"
           "# The commands below one, in reply; fails if there is no such command.\n"
           "_cohub_commands() {\n    reply=()\n    case $1 in\n" +
           commands +
           "    *) return 1 ;;\n    esac\n}\n\n"
           "# The options of a command, in reply.\n"
           "_cohub_options() {\n    reply=(" +
           described(tree[0].options) + " )\n    case $1 in\n" + options + "    esac\n}\n\n" +
           option_functions(tree) + std::string(frame);
}

}  // namespace cli
