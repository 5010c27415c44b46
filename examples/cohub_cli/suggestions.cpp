#include "suggestions.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string_view>
#include <utility>

#include "command_tree.hpp"

namespace cli {

namespace {

/// As commands and options are spelled: user_search and userSearch are user-search.
std::string spelled(std::string_view word)
{
    std::string text;
    for (char const c : word) {
        bool const capital = c >= 'A' && c <= 'Z';
        if (capital && !text.empty() && text.back() >= 'a' && text.back() <= 'z') text += '-';
        text += capital ? static_cast<char>(c - 'A' + 'a') : c == '_' ? '-' : c;
    }
    return text;
}

/// Letters to be added, left out, changed or swapped with the next to come from one to the other.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before, last(b.size() + 1), now(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t(0));
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t const change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = std::min(now[j], before[j - 2] + 1);
        }
        before = std::exchange(last, now);
    }
    return last[b.size()];
}

struct candidate
{
    std::string shown;
    std::string word;
};

/// Those that are nearest, three at most, if any is near.
std::string nearest(std::string const& word, std::vector<candidate> const& all)
{
    // With more than a third of its letters wrong it is another word.
    std::size_t least = std::max<std::size_t>(1, word.size() / 3);
    std::vector<std::string> found;
    for (auto const& c : all) {
        bool const begins = word.size() > 2 && c.word.starts_with(word);
        std::size_t const d = begins ? 1 : distance(word, c.word);
        if (d > least) continue;
        if (d < least) found.clear();
        least = d;
        if (found.size() < 3) found.push_back(c.shown);
    }
    std::string text;
    for (std::size_t i = 0; i != found.size(); ++i)
        text += (i == 0 ? "; did you mean " : i + 1 == found.size() ? " or " : ", ") + found[i];
    return text;
}

std::vector<CLI::App const*> commands_of(CLI::App const& app)
{
    return app.get_subcommands([](CLI::App const*) { return true; });
}

bool is_called(CLI::App const& app, std::string_view name)
{
    auto const& aliases = app.get_aliases();
    return app.get_name() == name ||
           std::find(aliases.begin(), aliases.end(), name) != aliases.end();
}

CLI::App const* command_called(CLI::App const& app, std::string_view name)
{
    for (CLI::App const* const sub : commands_of(app))
        if (is_called(*sub, name)) return sub;
    return nullptr;
}

/// Options are those of a command and of all above it.
CLI::Option const* option_called(CLI::App const* app, std::string const& name)
{
    for (; app != nullptr; app = app->get_parent())
        for (CLI::Option const* const o : app->get_options())
            if (o->check_name(name)) return o;
    return nullptr;
}

std::string about_option(CLI::App const& at, std::string const& name, std::string const& command)
{
    std::vector<candidate> all;
    for (CLI::App const* app = &at; app != nullptr; app = app->get_parent())
        for (CLI::Option const* const o : app->get_options())
            for (auto const& known : o->get_lnames()) all.push_back({"--" + known, known});
    std::string const word =
        spelled(name.substr(std::min(name.find_first_not_of('-'), name.size())));
    std::string text = "'" + name + "' is no option of '" + command + "'" + nearest(word, all);
    if (at.get_name() == "exec")
        text += "; what belongs to the command comes after --: " + command + " -- ls -la";
    return text;
}

std::string about_word(CLI::App const& at, std::string const& word, std::string const& command)
{
    std::string const name = spelled(word);
    std::string text = "'" + word + "' is no command of '" + command + "'";
    if (word.find('.') != std::string::npos && command_called(at, "call") != nullptr)
        return text + "; a method's wire name takes call: " + command + " call " + word;
    std::vector<candidate> all, below;
    for (CLI::App const* const sub : commands_for_people(at)) {
        all.push_back({sub->get_name(), sub->get_name()});
        for (auto const& alias : sub->get_aliases()) all.push_back({alias, alias});
        if (command_called(*sub, name) != nullptr)
            below.push_back({"'" + sub->get_name() + ' ' + name + "'", name});
    }
    // The group may have been forgotten.
    return text + nearest(name, below.empty() ? all : below);
}

}  // namespace

std::string did_you_mean(std::string const& word, std::vector<std::string> const& known)
{
    std::vector<candidate> all;
    all.reserve(known.size());
    for (auto const& k : known) all.push_back({k, k});
    return nearest(word, all);
}

complaint find_wrong_word(CLI::App const& app, std::vector<std::string> const& arguments)
{
    CLI::App const* at = &app;
    std::string command = app.get_name();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string const& word = arguments[i];
        if (word == "--") break;
        bool const number = word.size() > 1 && word[1] >= '0' && word[1] <= '9';
        if (word.size() > 1 && word[0] == '-' && !number) {
            bool const is_long = word[1] == '-';
            std::string const name = is_long ? word.substr(0, word.find('=')) : word.substr(0, 2);
            CLI::Option const* const option = option_called(at, name);
            if (option == nullptr) return {about_option(*at, name, command), command};
            bool const has_value = is_long ? name.size() != word.size() : word.size() > 2;
            if (option->get_items_expected_max() != 0 && !has_value) ++i;
            continue;
        }
        if (commands_of(*at).empty()) continue;
        CLI::App const* const sub = command_called(*at, word);
        if (sub == nullptr) return {about_word(*at, word, command), command};
        at = sub;
        command += ' ' + sub->get_name();
    }
    return {"", command};
}

}  // namespace cli
