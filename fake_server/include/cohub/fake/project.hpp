#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2::fake {

/// @brief A project of the fake hub, which `fake_server::add_project` takes.
///
///     server.add_project(
///         fake::project(id).title("Thesis").owner(ada).collaborator(alan).file("a.txt", "x\n")
///     );
///
/// Times are milliseconds since the epoch. Paths are relative to the project's home, `/home/user`,
/// unless they begin with a slash.
class project
{
public:
    /// @param id UUID; if it is left empty, the server chooses one at random
    explicit project(std::string id = {}) : project_id(std::move(id)) {}

    /// @brief The title that people see.
    project& title(std::string value) { return set(title_text, std::move(value)); }
    /// @brief More about it, for people.
    project& description(std::string value) { return set(description_text, std::move(value)); }
    /// @brief Adds an account to the project, as one of its owners.
    project& owner(std::string account_id) { return add(users, std::move(account_id), true); }
    /// @brief Adds an account to the project, as a collaborator.
    project& collaborator(std::string account_id)
    {
        return add(users, std::move(account_id), false);
    }
    /// @brief If true, only owners may add and remove collaborators.
    project& owners_manage(bool on = true) { return set(owners_only, on); }
    /// @brief Adds a token with which an account can join.
    /// @param uses how many accounts may use it; none: any number
    /// @param expires when it expires; none: never
    project& invite_token(
        std::string secret, std::optional<int> uses = {}, std::optional<std::int64_t> expires = {}
    )
    {
        tokens.push_back({std::move(secret), uses, expires});
        return *this;
    }
    /// @brief When it was made; by default the time of the server's clock.
    project& created_at(std::int64_t ms) { return set(created, ms); }
    /// @brief When it was last edited; by default the time of the server's clock. The table
    /// `projects` contains projects that were edited within six weeks.
    project& edited_at(std::int64_t ms) { return set(edited, ms); }
    /// @brief Marks it as deleted.
    project& make_deleted(bool value = true) { return set(deleted, value); }

    /// @brief It has been running since then; by default it is stopped (`opened`).
    project& running_since(std::int64_t ms)
    {
        state_name = "running";
        return set(state_time, ms);
    }
    /// @brief Sets any state, such as `archived`.
    project& state(std::string name) { return set(state_name, std::move(name)); }
    /// @brief Its state is unknown: `projects.state` answers `{}`.
    project& without_state() { return set(state_name, std::string()); }
    /// @brief It is opened, but cannot run: `projects.state` answers an object with this `error`.
    project& broken(std::string error) { return set(state_error, std::move(error)); }
    /// @brief How long a start takes by the server's clock. A call that waits for the start with a
    /// shorter `timeout` gets the 408 text, and the project is `starting` until the clock has moved
    /// that far.
    project& starts_in(std::chrono::milliseconds time) { return set(start_time, time); }
    /// @brief Members that `projects.status` adds while the project runs: the text of a JSON
    /// object.
    project& status(std::string json) { return set(status_json, std::move(json)); }

    /// @brief Adds a file, last changed when the project was made.
    project& file(std::string path, std::string content)
    {
        entries.push_back({'f', std::move(path), std::move(content), {}});
        return *this;
    }
    /// @brief Adds a file.
    /// @param modified when it was last changed, in milliseconds since the epoch
    project& file(std::string path, std::string content, std::int64_t modified)
    {
        entries.push_back({'f', std::move(path), std::move(content), modified});
        return *this;
    }
    /// @brief Adds an empty directory.
    project& directory(std::string path)
    {
        entries.push_back({'d', std::move(path), {}, {}});
        return *this;
    }
    /// @brief Adds a symbolic link.
    project& link(std::string path, std::string target)
    {
        entries.push_back({'l', std::move(path), std::move(target), {}});
        return *this;
    }

    /// @brief Adds a Jupyter kernel that runs. An empty name stands for a kernel whose name is
    /// unknown.
    project& kernel(std::int64_t pid, std::string connection_file, std::string name = {})
    {
        kernels.push_back({pid, std::move(connection_file), std::move(name)});
        return *this;
    }
    /// @brief Adds a change to the edit history of a file, by the project's first account.
    /// @param change what the client stored, usually a JSON text
    project& edit(std::string path, std::int64_t time, std::string change = "[]")
    {
        edits.push_back({std::move(path), time, std::move(change)});
        return *this;
    }
    /// @brief Adds to the log that an account had a file open.
    project& opened(std::string path, std::string account_id, std::int64_t time)
    {
        opens.push_back({std::move(path), std::move(account_id), time});
        return *this;
    }
    /// @brief The edit history of a file in the form of old servers.
    /// @param id UUID of the text; @param patches the text
    project& legacy_history(std::string path, std::string id, std::string patches)
    {
        legacy.push_back({std::move(path), std::move(id), std::move(patches)});
        return *this;
    }

    /// An account on the project.
    struct user
    {
        /// UUID of the account.
        std::string account_id;
        /// True: an owner. False: a collaborator.
        bool is_owner;
    };
    /// An invite token.
    struct token
    {
        /// The token itself.
        std::string text;
        /// How many accounts may use it; not set: any number.
        std::optional<int> uses;
        /// When it expires, in milliseconds since the epoch; not set: never.
        std::optional<std::int64_t> expires;
    };
    /// A file, a directory or a link.
    struct entry
    {
        char kind;  ///< file, directory, link
        /// Its path, and its bytes; of a link: the target.
        std::string path, content;
        /// When it was last changed, in milliseconds since the epoch.
        std::optional<std::int64_t> modified;
    };
    /// A Jupyter kernel.
    struct running_kernel
    {
        /// Number of its process.
        std::int64_t pid;
        /// Its connection file, and its name.
        std::string connection_file, name;
    };
    /// One edit.
    struct patch
    {
        /// The file.
        std::string path;
        /// Milliseconds since the epoch.
        std::int64_t time;
        /// What the client stored.
        std::string text;
    };
    /// An account had a file open.
    struct visit
    {
        /// The file, and UUID of the account.
        std::string path, account_id;
        /// Milliseconds since the epoch.
        std::int64_t time;
    };
    /// An edit history in the form of old servers.
    struct old_history
    {
        /// The file, the UUID of the text, and the text.
        std::string path, id, text;
    };

    /// UUID; empty: the server chooses one at random.
    std::string project_id;
    /// The title that people see, and the description.
    std::string title_text, description_text;
    /// The accounts on the project.
    std::vector<user> users;
    /// Whether only owners manage collaborators.
    bool owners_only = false;
    /// The invite tokens.
    std::vector<token> tokens;
    /// Milliseconds since the epoch; not set: the server's clock.
    std::optional<std::int64_t> created, edited, state_time;
    /// Whether it is marked as deleted.
    bool deleted = false;
    /// `opened`, `running` and so on; empty: not known.
    std::string state_name = "opened";
    /// The problem of the project; not set: there is none.
    std::optional<std::string> state_error;
    /// How long a start takes by the server's clock.
    std::chrono::milliseconds start_time{0};
    /// Further members of `projects.status`: the text of a JSON object.
    std::string status_json;
    /// Files, directories and links.
    std::vector<entry> entries;
    /// The Jupyter kernels that run.
    std::vector<running_kernel> kernels;
    /// The edit history of its files.
    std::vector<patch> edits;
    /// Which account had which file open, and when.
    std::vector<visit> opens;
    /// Edit histories in the form of old servers.
    std::vector<old_history> legacy;

private:
    template <class Member, class Value>
    project& set(Member& member, Value&& value)
    {
        member = std::forward<Value>(value);
        return *this;
    }
    project& add(std::vector<user>& to, std::string account_id, bool is_owner)
    {
        to.push_back({std::move(account_id), is_owner});
        return *this;
    }
};

}  // namespace cohub::inline abi_0_2::fake
