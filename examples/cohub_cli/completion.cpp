#include "completion.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

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

struct lines
{
    std::string words, values;
    std::set<std::string> flags;
};

void append(std::string& words, std::string const& word)
{
    if (!words.empty()) words += ' ';
    words += word;
}

/// The words of `a|b`; none of what only names a kind of value.
std::string choices(std::string text)
{
    text.erase(std::min(text.find(':'), text.size()));  // where CLI11 appends what it checks
    if (text.find('|') == std::string::npos) return {};
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') return {};
        if (c == '|') c = ' ';
    }
    return text;
}

/// `path` without the program's name: "", "system", "system ping".
void describe(lines& out, CLI::App const& app, std::string const& path, std::string inherited)
{
    std::string own;
    for (CLI::Option const* const o : app.get_options()) {
        for (auto const& name : o->get_lnames()) append(own, "--" + name);
        for (auto const& name : o->get_snames()) append(own, "-" + name);
        if (o->get_lnames().empty() && o->get_snames().empty()) continue;

        bool const flag = o->get_items_expected_max() == 0;
        std::string const type = o->get_type_name();
        std::string const values = type == "FILE" || type == "PEM" ? "FILE" : choices(type);
        std::string pattern;
        for (auto const& name : o->get_lnames()) {
            if (flag) out.flags.insert("--" + name);
            pattern += (pattern.empty() ? "'" : "|'") + path + "'*' --" + name + "'";
        }
        for (auto const& name : o->get_snames()) {
            if (flag) out.flags.insert("-" + name);
            pattern += (pattern.empty() ? "'" : "|'") + path + "'*' -" + name + "'";
        }
        if (!values.empty()) out.values += "    " + pattern + ") echo '" + values + "' ;;\n";
    }
    append(own, inherited);

    std::string names;
    for (CLI::App const* const sub : app.get_subcommands([](CLI::App const*) { return true; })) {
        append(names, sub->get_name());
        for (auto const& alias : sub->get_aliases()) append(names, alias);
        std::string const below = path.empty() ? "" : path + ' ';
        describe(out, *sub, below + sub->get_name(), own);
        for (auto const& alias : sub->get_aliases()) describe(out, *sub, below + alias, own);
    }
    append(names, own);
    out.words += "    '" + path + "') echo '" + names + "' ;;\n";
}

}  // namespace

std::string bash_completion(CLI::App const& app)
{
    lines all;
    describe(all, app, "", "");
    std::string flags;
    for (auto const& name : all.flags) flags += (flags.empty() ? "" : "|") + name;
    return "# Completion of cohub's commands for bash, made by: cohub completion bash\n\n"
           "# What may follow a command.\n"
           "_cohub_words() {\n    case $1 in\n" +
           all.words +
           "    esac\n}\n\n"
           "# What an option of a command takes: words, or FILE.\n"
           "_cohub_values() {\n    case $1 in\n" +
           all.values +
           "    esac\n}\n\n"
           "# Options that take nothing.\n"
           "_cohub_is_flag() {\n    case $1 in\n    " +
           flags + "|--*=*) return 0 ;;\n    *) return 1 ;;\n    esac\n}\n" + std::string(frame);
}

}  // namespace cli
