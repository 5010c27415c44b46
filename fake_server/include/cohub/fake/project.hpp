#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::fake {

/// @brief A project of the fake hub, as a test wants it: what `fake_server::add_project` takes.
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
    /// @param id UUID; when left empty the server draws one
    explicit project(std::string id = {}) : project_id(std::move(id)) {}

    project& title(std::string value) { return set(title_text, std::move(value)); }
    project& description(std::string value) { return set(description_text, std::move(value)); }
    /// @brief Puts an account on the project, as one of its owners.
    project& owner(std::string account_id) { return add(users, std::move(account_id), true); }
    project& collaborator(std::string account_id)
    {
        return add(users, std::move(account_id), false);
    }
    /// @brief Only owners may add and remove collaborators.
    project& owners_manage(bool on = true) { return set(owners_only, on); }
    /// @brief A token that lets its holder join.
    /// @param uses how many may; none: as many as come
    /// @param expires when it ends; none: never
    project& invite_token(
        std::string secret, std::optional<int> uses = {}, std::optional<std::int64_t> expires = {}
    )
    {
        tokens.push_back({std::move(secret), uses, expires});
        return *this;
    }
    /// @brief The server's clock when not given.
    project& created_at(std::int64_t ms) { return set(created, ms); }
    /// @brief The server's clock when not given. The table `projects` holds what was edited within
    /// six weeks.
    project& edited_at(std::int64_t ms) { return set(edited, ms); }
    project& make_deleted(bool value = true) { return set(deleted, value); }

    /// @brief It runs since then; otherwise it is stopped (`opened`).
    project& running_since(std::int64_t ms)
    {
        state_name = "running";
        return set(state_time, ms);
    }
    /// @brief In any state, such as `archived`.
    project& state(std::string name) { return set(state_name, std::move(name)); }
    /// @brief Its state is not known: `projects.state` answers `{}`.
    project& without_state() { return set(state_name, std::string()); }
    /// @brief Opened and not able to run: `projects.state` answers an object with this `error`.
    project& broken(std::string error) { return set(state_error, std::move(error)); }
    /// @brief How long a start takes by the server's clock. Calls that wait for it and whose
    /// `timeout` is shorter get the 408 text, and the project is `starting` until the clock has
    /// moved that far.
    project& starts_in(std::chrono::milliseconds time) { return set(start_time, time); }
    /// @brief Members that `projects.status` adds while it runs: the text of a JSON object.
    project& status(std::string json) { return set(status_json, std::move(json)); }

    project& file(std::string path, std::string content)
    {
        entries.push_back({'f', std::move(path), std::move(content), {}});
        return *this;
    }
    project& file(std::string path, std::string content, std::int64_t modified)
    {
        entries.push_back({'f', std::move(path), std::move(content), modified});
        return *this;
    }
    project& directory(std::string path)
    {
        entries.push_back({'d', std::move(path), {}, {}});
        return *this;
    }
    /// @brief A symbolic link.
    project& link(std::string path, std::string target)
    {
        entries.push_back({'l', std::move(path), std::move(target), {}});
        return *this;
    }

    /// @brief A Jupyter kernel that runs. An empty name is one that nobody knows any more.
    project& kernel(std::int64_t pid, std::string connection_file, std::string name = {})
    {
        kernels.push_back({pid, std::move(connection_file), std::move(name)});
        return *this;
    }
    /// @brief A change in the edit history of a file, by the project's first account.
    /// @param change what the client stored, usually a JSON text
    project& edit(std::string path, std::int64_t time, std::string change = "[]")
    {
        edits.push_back({std::move(path), time, std::move(change)});
        return *this;
    }
    /// @brief An account had a file open.
    project& opened(std::string path, std::string account_id, std::int64_t time)
    {
        opens.push_back({std::move(path), std::move(account_id), time});
        return *this;
    }
    /// @brief The edit history of a file as old servers kept it.
    /// @param id UUID of the text; @param patches the text
    project& legacy_history(std::string path, std::string id, std::string patches)
    {
        legacy.push_back({std::move(path), std::move(id), std::move(patches)});
        return *this;
    }

    struct user
    {
        std::string account_id;
        bool is_owner;
    };
    struct token
    {
        std::string text;
        std::optional<int> uses;
        std::optional<std::int64_t> expires;
    };
    struct entry
    {
        char kind;  ///< file, directory, link
        std::string path, content;
        std::optional<std::int64_t> modified;
    };
    struct running_kernel
    {
        std::int64_t pid;
        std::string connection_file, name;
    };
    struct patch
    {
        std::string path;
        std::int64_t time;
        std::string text;
    };
    struct visit
    {
        std::string path, account_id;
        std::int64_t time;
    };
    struct old_history
    {
        std::string path, id, text;
    };

    std::string project_id;
    std::string title_text, description_text;
    std::vector<user> users;
    bool owners_only = false;
    std::vector<token> tokens;
    std::optional<std::int64_t> created, edited, state_time;
    bool deleted = false;
    std::string state_name = "opened";
    std::optional<std::string> state_error;
    std::chrono::milliseconds start_time{0};
    std::string status_json;
    std::vector<entry> entries;
    std::vector<running_kernel> kernels;
    std::vector<patch> edits;
    std::vector<visit> opens;
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

}  // namespace cohub::fake
