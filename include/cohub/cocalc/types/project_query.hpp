#ifndef COHUB_COCALC_TYPES_PROJECT_QUERY_HPP
#define COHUB_COCALC_TYPES_PROJECT_QUERY_HPP

#include <cohub/cocalc/types/project.hpp>
#include <cohub/core/config.hpp>
#include <cohub/json/encode.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief Which projects to list, and which fields of them; `hub.projects().get`.
///
/// The server selects by `all`, `project_id` and `title`. This library applies `deleted`, `hidden`,
/// `state` and `limit` to the server's answer. It also requests the fields that it needs for this.
/// Without `fields`, the fields are `project_id`, `title`, `last_edited`, `created`, `state`,
/// `deleted` and `users`.
/// @source cocalc python/cocalc-api/src/cocalc_api/hub.py, Projects.get
class project_query
{
public:
    project_query() = default;

    /// @brief Sets the columns of the projects table to read, instead of the default ones.
    project_query& fields(std::vector<std::string> names)
    {
        fields_ = std::move(names);
        return *this;
    }
    /// @brief Adds a column to those set by `fields`. Without `fields`, it replaces the default
    /// columns.
    project_query& field(std::string name)
    {
        fields_.push_back(std::move(name));
        return *this;
    }
    /// @brief Lists all projects, and not only recent ones.
    project_query& all(bool yes = true)
    {
        all_ = yes;
        return *this;
    }
    /// @brief Lists only this project.
    project_query& project_id(std::string id)
    {
        project_id_ = std::move(id);
        return *this;
    }
    /// @brief Lists only projects with exactly this title.
    project_query& title(std::string text)
    {
        title_ = std::move(text);
        return *this;
    }
    /// @brief Lists only deleted projects (true), or only projects that are not deleted (false).
    project_query& deleted(bool yes)
    {
        deleted_ = yes;
        return *this;
    }
    /// @brief Lists only projects that the account `account_id_for_hidden` hides from its list
    /// (true), or only the other projects (false).
    project_query& hidden(bool yes, std::string account_id_for_hidden)
    {
        hidden_ = yes;
        account_id_for_hidden_ = std::move(account_id_for_hidden);
        return *this;
    }
    /// @brief Lists only projects in this state, for example `running`; in upper or lower case.
    project_query& state(std::string word)
    {
        state_ = std::move(word);
        return *this;
    }
    /// @brief Sets the maximum number of projects. The limit is applied after all other conditions.
    project_query& limit(std::size_t n)
    {
        limit_ = n;
        return *this;
    }

    /// @brief Applies the part of the query that the server does not apply: removes rows that do
    /// not match, sorts the rows (by `last_edited`, time of creation, title and id, all
    /// descending), and cuts the list at `limit`.
    template <std::same_as<project_info> Row>
    void apply(std::vector<Row>& rows) const noexcept;

    /// @brief Writes the user query that reads the rows.
    template <std::same_as<json::writer> Writer>
    friend void encode(Writer& w, project_query const& q)
    {
        q.write(w);
    }

private:
    // These are templates, as `apply` is, so that only programs that list projects compile them.
    template <class Writer>
    void write(Writer& w) const;
    template <class Row>
    bool excludes(Row const& p) const noexcept;

    std::vector<std::string> fields_;
    std::optional<std::string> project_id_, title_, state_;
    std::string account_id_for_hidden_;
    std::optional<bool> deleted_, hidden_;
    std::optional<std::size_t> limit_;
    bool all_ = false;
};

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/cocalc/types/impl/project_query.ipp>
#endif

#endif
