#include "command_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>

namespace cli {

namespace {

/// What may follow, by the name of its type.
std::string values_of(std::string text)
{
    text.erase(std::min(text.find(':'), text.size()));  // where CLI11 appends what it checks
    if (text == "FILE" || text == "PEM" || text == "PATH" || text == "DIR" || text == "FILE|-")
        return "FILE";
    if (text == "PROFILE") return text;
    if (text.find('|') == std::string::npos) return {};
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') return {};
        if (c == '|') c = ' ';
    }
    return text;
}

std::string one_line(std::string text)
{
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

void append(
    std::vector<command_entry>& tree,
    CLI::App const& app,
    std::string const& path,
    std::vector<option_entry> const& inherited
)
{
    std::size_t const at = tree.size();
    tree.emplace_back();
    tree[at].path = path;
    tree[at].about = one_line(app.get_description());
    tree[at].inherited = inherited;
    int place = 0;
    for (CLI::Option const* const o : app.get_options()) {
        option_entry e;
        e.names.reserve(o->get_lnames().size() + o->get_snames().size());
        for (auto const& name : o->get_lnames()) e.names.push_back("--" + name);
        for (auto const& name : o->get_snames()) e.names.push_back("-" + name);
        if (e.names.empty()) continue;
        e.about = one_line(o->get_description());
        e.is_flag = o->get_items_expected_max() == 0;
        if (!e.is_flag) e.values = values_of(o->get_type_name());
        if (o->get_positional()) e.place = ++place;
        tree[at].options.push_back(std::move(e));
    }
    std::vector<option_entry> below = inherited;
    if (!path.empty()) below.insert(below.end(), tree[at].options.begin(), tree[at].options.end());
    for (CLI::App const* const sub : commands_for_people(app)) {
        std::vector<std::string> names{sub->get_name()};
        for (auto const& alias : sub->get_aliases()) names.push_back(alias);
        for (auto const& name : names) {
            tree[at].commands.push_back({name, one_line(sub->get_description())});
            append(tree, *sub, path.empty() ? name : path + ' ' + name, below);
        }
    }
}

/// A pattern for an option of a command and of those below it, under each of its names.
std::string pattern_of(std::string const& path, option_entry const& o)
{
    std::string pattern;
    for (auto const& name : o.names)
        pattern +=
            (pattern.empty() ? "" : "|") + shell_quoted(path) + '*' + shell_quoted(' ' + name);
    return pattern;
}

}  // namespace

std::vector<CLI::App const*> commands_for_people(CLI::App const& app)
{
    return app.get_subcommands([](CLI::App const* sub) { return !sub->get_group().empty(); });
}

std::vector<option_entry> command_entry::word_arguments() const
{
    std::vector<option_entry> some;
    for (auto const& o : options)
        if (o.place != 0 && !o.values.empty() && o.values != "FILE" && o.values != "PROFILE")
            some.push_back(o);
    return some;
}

std::vector<command_entry> command_tree(CLI::App const& app)
{
    std::vector<command_entry> tree;
    append(tree, app, "", {});
    return tree;
}

std::string shell_quoted(std::string const& text)
{
    std::string out = "'";
    for (char const c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + '\'';
}

std::vector<std::string> flags_of(std::vector<command_entry> const& tree)
{
    std::set<std::string> names;
    for (auto const& c : tree)
        for (auto const& o : c.options)
            if (o.is_flag) names.insert(o.names.begin(), o.names.end());
    return {names.begin(), names.end()};
}

std::string option_functions(std::vector<command_entry> const& tree)
{
    std::string values;
    // A command that stands further down the tree is more specific, so its pattern comes first.
    for (auto c = tree.rbegin(); c != tree.rend(); ++c)
        for (auto const& o : c->options)
            if (!o.values.empty())
                values +=
                    "    " + pattern_of(c->path, o) + ") echo " + shell_quoted(o.values) + " ;;\n";
    std::string places;
    for (auto const& c : tree)
        for (auto const& o : c.word_arguments())
            places += "    " + shell_quoted(c.path + ' ' + std::to_string(o.place)) + ") echo " +
                      shell_quoted(o.values) + " ;;\n";
    std::string flags;
    for (auto const& name : flags_of(tree)) flags += (flags.empty() ? "" : "|") + name;
    return "# What an option of a command takes: words, FILE or PROFILE.\n"
           "_cohub_values() {\n    case $1 in\n" +
           values +
           "    esac\n}\n\n"
           "# The words for the argument at a place of a command.\n"
           "_cohub_words_at() {\n    case $1 in\n" +
           places +
           "    esac\n}\n\n"
           "# Options that take nothing.\n"
           "_cohub_is_flag() {\n    case $1 in\n    " +
           flags + "|--*=*) return 0 ;;\n    *) return 1 ;;\n    esac\n}\n";
}

}  // namespace cli
