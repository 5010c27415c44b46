# offered.zsh <completion> <line>: the words that a completion of zsh offers at the end of a line. It
# stands in for the line editor, which needs a terminal: what is handed to it is printed.
compdef() { }
_files() { print FILES }
typeset -a offered
_describe() {
    [[ $1 == -o ]] && shift
    local entry
    for entry in "${(@P)2}"; do offered+=("${entry%%:*}"); done
}
compadd() { [[ $1 == -- ]] && shift; offered+=("$@"); }
compset() { return 1 }
source $1
typeset -a words=("${(@s: :)2}")
CURRENT=$#words
_cohub
print -r -- ${(o)${(M)offered:#${words[CURRENT]}*}}
