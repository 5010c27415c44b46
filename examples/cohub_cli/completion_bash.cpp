#include <string>
#include <string_view>

#include "command_tree.hpp"
#include "completion.hpp"

namespace cli {

namespace {

// What does not depend on the commands.
constexpr std::string_view frame = R"bash(
_cohub() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    local command= word before=${COMP_LINE:0:COMP_POINT} skip= file= i
    COMPREPLY=()

    # bash takes '@' for a word of its own, unless told otherwise.
    if [[ $before =~ [[:space:]]@([^[:space:]]*)$ ]]; then
        file=${BASH_REMATCH[1]}
        mapfile -t COMPREPLY < <(compgen -f -- "$file")
        if [[ $cur == @?* || ( $cur == @ && $COMP_WORDBREAKS != *@* ) ]]; then
            COMPREPLY=("${COMPREPLY[@]/#/@}")
        fi
        compopt -o filenames 2>/dev/null
        return
    fi

    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        if [[ -n $skip ]]; then
            skip=
        elif [[ $word == -* ]]; then
            _cohub_is_flag "$word" || skip=yes
        elif [[ -n $(_cohub_words "${command:+$command }$word") ]]; then
            command=${command:+$command }$word
        fi
    done

    if [[ -n $skip ]]; then
        word=$(_cohub_values "$command $prev")
        if [[ $word == FILE ]]; then
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            compopt -o filenames 2>/dev/null
        else
            mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
        fi
        return
    fi
    mapfile -t COMPREPLY < <(compgen -W "$(_cohub_words "$command")" -- "$cur")
}

complete -F _cohub cohub
)bash";

void append(std::string& words, std::string const& word)
{
    if (!words.empty()) words += ' ';
    words += word;
}

}  // namespace

std::string bash_completion(CLI::App const& app)
{
    auto const tree = command_tree(app);
    std::string words;
    for (auto const& c : tree) {
        std::string names;
        for (auto const& sub : c.commands) append(names, sub.name);
        for (auto const* const options : {&c.options, &c.inherited, &tree[0].options}) {
            if (options == &tree[0].options && c.path.empty()) continue;
            for (auto const& o : *options)
                for (auto const& name : o.names) append(names, name);
        }
        words += "    '" + c.path + "') echo '" + names + "' ;;\n";
    }
    return "# Completion of cohub's commands for bash, made by: cohub completion bash\n\n"
           "# What may follow a command.\n"
           "_cohub_words() {\n    case $1 in\n" +
           words + "    esac\n}\n\n" + option_functions(tree) + std::string(frame);
}

}  // namespace cli
