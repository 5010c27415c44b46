#include "own_commands.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "completion.hpp"
#include "config_command.hpp"
#include "contract_command.hpp"
#include "doctor.hpp"
#include "manual.hpp"
#include "outcome.hpp"
#include "print.hpp"
#include "suggestions.hpp"
#include "values.hpp"

namespace cli {

namespace {

void write_pages(std::vector<manual_page> const& pages, std::string const& directory)
{
    std::error_code failed;
    std::filesystem::create_directories(directory, failed);
    for (auto const& page : pages) {
        std::string const file = directory + '/' + page.name + ".1";
        std::ofstream out(file, std::ios::binary);
        out << page.text;
        out.close();
        if (out) continue;
        throw system_failure(
            "cannot write '" + file + '\'' + (failed ? ": " + failed.message() : "")
        );
    }
}

/// `system`, or `cohub-system`; nothing is the program's own.
std::string page_called(std::vector<manual_page> const& pages, std::string const& name)
{
    if (name.empty()) return pages[0].text;
    std::vector<std::string> names;
    names.reserve(pages.size());
    for (auto const& page : pages) {
        std::string const group =
            page.name.substr(std::min(pages[0].name.size() + 1, page.name.size()));
        if (name == page.name || name == group) return page.text;
        names.push_back(group);
    }
    throw usage_error("there is no page '" + name + "'" + did_you_mean(name, names));
}

}  // namespace

CLI::App* own_commands::add(
    CLI::App& to,
    char const* name,
    char const* about,
    char const* example,
    work does,
    char const* details
)
{
    CLI::App* const app = to.add_subcommand(name, about);
    std::string footer = std::string("Example: ") + example;
    if (*details != '\0') footer += std::string("\n\n") + details;
    app->fallthrough()->footer(footer);
    if (does) commands_.push_back({app, std::move(does)});
    return app;
}

void own_commands::add_completions()
{
    CLI::App* const all =
        add(app_,
            "completion",
            "Print a script that completes commands in a shell",
            "eval \"$(cohub completion bash)\"",
            nullptr);
    all->require_subcommand(1);
    auto const script = [this](std::string (*make)(CLI::App const&)) {
        return [this, make](settings&) {
            print(make(app_));
            return static_cast<int>(done);
        };
    };
    add(*all, "bash", "For bash", "eval \"$(cohub completion bash)\"", script(bash_completion));
    add(*all, "zsh", "For zsh", "eval \"$(cohub completion zsh)\"", script(zsh_completion));
    add(*all, "fish", "For fish", "cohub completion fish | source", script(fish_completion));
    // What the scripts ask for. CLI11 hides what has no group.
    add(*all,
        "profiles",
        "The profiles of the config file",
        "cohub completion profiles",
        [](settings&) {
            std::string lines;
            for (auto const& name : profiles_of_user()) lines += name + '\n';
            print(lines);
            return static_cast<int>(done);
        }
    )->group("");
}

void own_commands::add_manual()
{
    CLI::App* const man =
        add(app_,
            "man",
            "Print a page of the manual, as man reads it",
            "cohub man system",
            [this](settings&) {
                auto const pages = manual(app_);
                if (directory_.empty())
                    print(page_called(pages, page_));
                else
                    write_pages(pages, directory_);
                return static_cast<int>(done);
            });
    man->add_option("page", page_, "A command; else the program's own page")->type_name("NAME");
    man->add_option(
           "--directory", directory_, "Write all pages there, one a file; the folder is made"
    )
        ->type_name("DIR");
}

void own_commands::add_doctor()
{
    CLI::App* const doctor = add(
        app_,
        "doctor",
        "Look for what keeps calls from working: name, way, TLS, key, clock",
        "cohub doctor --timeout 10s",
        [this](settings& s) {
            std::string problem;
            try {
                s.complete(app_);
            } catch (usage_error const& e) {
                problem = e.what();
            }
            return pieces_ ? run_pieces_doctor(s, problem) : run_doctor(s, problem);
        },
        "Exit status: 0 nothing is wrong; else by what was wrong first: 2 the settings, or a host "
        "that\n"
        "is misspelt or not allowed; 3 the way to the server, or what answers; 1 the key or the\n"
        "clock."
    );
    doctor->add_flag(
        "--pieces",
        pieces_,
        "Look at Pieces OS on this machine: where it is, its version, its stream"
    );
}

void own_commands::add_contract()
{
    CLI::App* const contract = add(
        app_,
        "contract",
        "Compare a host's answers to reading calls with what this release knows",
        "cohub contract -o table",
        [this](settings& s) {
            s.complete(app_);
            return run_contract(s, contract_);
        },
        "No call is sent that changes anything. Exit status: 0 nothing differs, 1 something "
        "does.\n"
        "-o json has all calls; jsonl, csv and table have the differences."
    );
    CLI::Option* const recorded =
        contract
            ->add_option(
                "--recorded",
                contract_.recorded,
                "Judge the answers in a file of cohub-fake-server --record, and ask no host"
            )
            ->type_name("FILE")
            ->check(CLI::ExistingFile);
    contract
        ->add_flag(
            "--live",
            contract_.live,
            "Ask the host all the same, and compare its answers with the recorded ones too"
        )
        ->needs(recorded);
}

own_commands::own_commands(CLI::App& app) : app_(app)
{
    add(
        app,
        "config",
        "Show each setting, and where it came from",
        "cohub config -o json",
        [this](settings& s) {
            s.complete(app_);
            print(config_report(s));
            return static_cast<int>(done);
        },
        "An option counts more than the environment, that more than the config file, and that "
        "more\n"
        "than the default. A profile that --profile names counts more than the environment."
    );
    add_doctor();
    add_contract();
    add_completions();
    add_manual();
}

bool own_commands::chosen() const
{
    return std::any_of(commands_.begin(), commands_.end(), [](command const& c) {
        return c.app->parsed();
    });
}

int own_commands::run(settings& s) const
{
    for (auto const& c : commands_)
        if (c.app->parsed()) return c.does(s);
    return done;
}

}  // namespace cli
