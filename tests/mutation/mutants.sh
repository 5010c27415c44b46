# Lists of mutants, for run.sh and programs.sh, which source this file.
#
# A mutant begins with a line "= name", or "= name *" if random worlds have to find it. These lines
# follow: "file" and the file, "-" and the text that is replaced, "+" and the new text; and in the
# lists of programs.sh "tests" and a regular expression for ctest, of the tests that have to notice.

# every_mutant <list> <command>: calls it with each mutant's name, file, old text, new text, mark and
# tests.
every_mutant() {
    local name='' file='' old='' new='' marked='' tests='' line
    while IFS= read -r line; do
        case $line in
        '= '*)
            if [ -n "$name" ]; then
                "$2" "$name" "$file" "$old" "$new" "$marked" "$tests" </dev/null
            fi
            old='' new='' marked=''
            name=${line#= }
            if [[ $name == *' *' ]]; then marked=1; fi
            name=${name% \*}
            ;;
        'file '*) file=${line#file } ;;
        'tests '*) tests=${line#tests } ;;
        '- '*) old+=${old:+$'\n'}${line#- } ;;
        '+ '*) new+=${new:+$'\n'}${line#+ } ;;
        esac
    done <"$1"
    "$2" "$name" "$file" "$old" "$new" "$marked" "$tests" </dev/null
}

# has_a_word_of <name> <word>...: whether the name contains one of the words, or there are none
has_a_word_of() {
    local name=$1 word
    shift
    if [ $# = 0 ]; then return 0; fi
    for word; do if [[ $name == *"$word"* ]]; then return 0; fi; done
    return 1
}

# is_there_once <text> <file>
is_there_once() {
    OLD=$1 perl -0777 -ne '$n = () = /\Q$ENV{OLD}\E/g; exit($n == 1 ? 0 : 1)' "$2"
}

# replace_in <file> <old> <new>: the old text must be there exactly once.
replace_in() {
    OLD=$2 NEW=$3 perl -0777 -i -pe '
        $n = () = /\Q$ENV{OLD}\E/g; die "found $n times: $ENV{OLD}\n" if $n != 1;
        s/\Q$ENV{OLD}\E/$ENV{NEW}/' "$1"
}
