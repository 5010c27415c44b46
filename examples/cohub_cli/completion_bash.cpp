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
    local command= word before=${COMP_LINE:0:COMP_POINT} skip= option= place=1 i
    COMPREPLY=()

    # bash may show '@' as a word of its own here, but it replaces it together with what follows.
    if [[ $before =~ [[:space:]]@([^[:space:]]*)$ ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "${BASH_REMATCH[1]}")
        for i in "${!COMPREPLY[@]}"; do
            word=${COMPREPLY[i]}
            if [[ -d $word ]]; then
                word+=/
                compopt -o nospace 2>/dev/null
            fi
            printf -v 'COMPREPLY[i]' '@%q' "$word"
        done
        return
    fi

    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        if [[ $word == = || $word == : ]]; then
            skip=yes  # bash splits --host=https://a into words
        elif [[ -n $skip ]]; then
            skip=
        elif [[ $word == -* ]]; then
            _cohub_is_flag "$word" || skip=yes
        elif [[ -n $(_cohub_words "${command:+$command }$word") ]]; then
            command=${command:+$command }$word
            place=1
        else
            place=$((place + 1))
        fi
    done

    option=$prev
    if [[ $prev == = ]]; then
        option=${COMP_WORDS[COMP_CWORD-2]}
    elif [[ $cur == = ]]; then
        cur=
    elif [[ $cur =~ ^-[[:alpha:]]. && -n $(_cohub_values "$command ${cur:0:2}") ]]; then
        word=$(_cohub_values "$command ${cur:0:2}")
        mapfile -t COMPREPLY < <(compgen -P "${cur:0:2}" -W "$word" -- "${cur:2}")
        return
    fi

    if [[ -n $skip ]]; then
        word=$(_cohub_values "$command $option")
        if [[ $word == FILE ]]; then
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            compopt -o filenames 2>/dev/null
        elif [[ $word == PROFILE ]]; then
            while IFS= read -r word; do
                [[ $word != "$cur"* ]] || COMPREPLY+=("$(printf %q "$word")")
            done < <("${1:-cohub}" completion profiles 2>/dev/null)
        else
            mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
        fi
        return
    fi
    word="$(_cohub_words_at "$command $place") $(_cohub_words "$command")"
    mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
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
