#include "examples.hpp"

#include <algorithm>
#include <iterator>

namespace cli {

namespace {

constexpr char const* account = "6aae57c6-08f1-4bb5-848b-3ceb53e61ede";
constexpr char const* project = "0b9f2c3e-7d1a-4c53-9a5e-2f6d8e1b4c70";

struct words
{
    std::string_view of;
    std::string_view text;
};

template <std::size_t N>
std::string_view look_up(words const (&table)[N], std::string_view of)
{
    auto const* const found = std::find_if(
        std::begin(table), std::end(table), [of](words const& w) { return w.of == of; }
    );
    return found == std::end(table) ? std::string_view() : found->text;
}

/// Commands whose example says more than what they need.
constexpr words by_command[] = {
    {"call", "system.getCustomize '[[\"siteName\"]]'"},
    {"project call", "system.version --project-id 0b9f2c3e-7d1a-4c53-9a5e-2f6d8e1b4c70"},
    {"v1 call", "ping"},
    {"v2 call", "accounts/search '{\"query\":\"ada\"}'"},
    {"system user-search", "ada --limit 5"},
    {"system get-customize", "siteName"},
    {"org set", "acme --title 'Acme, Inc.'"},
    {"org create-user", "acme --email ada@example.com --first-name Ada"},
    {"org create-token", "ada@example.com --expire 2030-01-01T00:00:00Z"},
    {"projects create", "--title Thesis --start"},
    {"projects get", "--state running -o table"},
    {"projects set-quotas", "0b9f2c3e-7d1a-4c53-9a5e-2f6d8e1b4c70 --memory 4000"},
    {"projects add-collaborator",
     "--project-id 0b9f2c3e-7d1a-4c53-9a5e-2f6d8e1b4c70 "
     "--account-id 6aae57c6-08f1-4bb5-848b-3ceb53e61ede"},
    {"project exec",
     "--project-id 0b9f2c3e-7d1a-4c53-9a5e-2f6d8e1b4c70 --bash 'ls | wc -l' --pass-through"},
    {"project signal", "--project-id 0b9f2c3e-7d1a-4c53-9a5e-2f6d8e1b4c70 15 4711"},
    {"db query", "'{\"accounts\":{\"first_name\":null}}'"},
    {"db set", "accounts '{\"first_name\":\"Ada\"}'"},
    {"db touch", "--project-id 0b9f2c3e-7d1a-4c53-9a5e-2f6d8e1b4c70"},
    {"messages get", "--type new -o table"},
    {"v1 user-search", "'ada,grace@example.com' --limit 3"},
    {"v2 set-name", "--first-name Ada"},
    {"v2 sign-out", "--all"},
    {"pieces update-user", "--user-profile @profile.json"},
    {"pieces user-update-vanity", "--user-profile @profile.json"},
    {"pieces stream-user", "--count 1"},
};

/// What such an argument may be.
constexpr words by_parameter[] = {
    {"account_id", account},
    {"account_ids", account},
    {"user_account_id", account},
    {"target_account_id", account},
    {"to_ids", "ada@example.com"},
    {"user", "ada@example.com"},
    {"email", "ada@example.com"},
    {"email_address", "ada@example.com"},
    {"to", "ada@example.com"},
    {"project_id", project},
    {"src_project_id", project},
    {"uuid", "9d3a6c1e-52b7-4e0f-8a44-d1c0b7f3e215"},
    {"uuids", "9d3a6c1e-52b7-4e0f-8a44-d1c0b7f3e215"},
    {"hash", "0a4d55a8d778e5022fab701977c5d840bbc486d0"},
    {"name", "acme"},
    {"query", "ada"},
    {"path", "notes.md"},
    {"src_path", "notes.md"},
    {"paths", "notes.md"},
    {"src", "draft.md"},
    {"dest", "archive"},
    {"term_path", "a.term"},
    {"title", "Thesis"},
    {"subject", "Hello"},
    {"body", "See you at ten."},
    {"link2proj", "https://cocalc.com/projects"},
    {"kernel", "python3"},
    {"input", "2+3"},
    {"table", "accounts"},
    {"fields", "{\"first_name\":null}"},
    {"strategy", "google"},
    {"id", "1"},
    {"event", "opened"},
    {"error", "out of memory"},
    {"pid", "4711"},
    {"content", "@notes.md"},
    {"str", "@code.py"},
    {"token", "@token.txt"},
    {"auth_token", "@token.txt"},
};

std::string value_for(parameter const& p)
{
    if (p.words != nullptr) {
        std::string_view const all = p.words;
        return std::string(all.substr(0, all.find('|')));
    }
    if (auto const known = look_up(by_parameter, p.name); !known.empty()) return std::string(known);
    std::string_view const help = p.help;
    if (auto const at = help.find("e.g. {"); at != std::string_view::npos)
        return std::string(help.substr(at + 5));
    switch (p.kind) {
        case kind::integer:
        case kind::integers:
        case kind::number:
        case kind::seconds:
            return "1";
        case kind::time:
            return "2030-01-01T00:00:00Z";
        case kind::secret:
            return "@password.txt";
        case kind::json:
        case kind::json_text:
            return "{}";
        default:
            return "text";
    }
}

std::string quoted(std::string const& text)
{
    bool const plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-_./:@+,").find(c) != std::string_view::npos;
    });
    return plain ? text : '\'' + text + '\'';
}

}  // namespace

std::string example_of(method const& m)
{
    std::string const names = m.name;
    std::string const command = std::string(m.group) + ' ' + names.substr(0, names.find(','));
    if (std::string own = example_of(command); !own.empty()) return own;
    std::string line = "cohub " + command;
    if (std::string_view(m.group) == "project") line += std::string(" --project-id ") + project;
    for (parameter const& p : m.parameters) {
        if (!p.required) continue;
        if (!p.positional) line += " --" + with_dashes(p.name);
        line += ' ' + quoted(value_for(p));
    }
    return line;
}

std::string example_of(std::string_view command)
{
    auto const arguments = look_up(by_command, command);
    if (arguments.empty()) return {};
    return "cohub " + std::string(command) + ' ' + std::string(arguments);
}

}  // namespace cli
