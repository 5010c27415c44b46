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

/// @brief Which projects to list, and what of them; `hub.projects().get`.
///
/// The server selects by `all` and `project_id`; what `deleted`, `hidden` and `state` exclude is
/// left out on this side, and a field they need is asked for along with the others. Without
/// `fields` there are `project_id`, `title`, `last_edited`, `created`, `state`, `deleted` and
/// `users`.
/// @source cocalc python/cocalc-api/src/cocalc_api/hub.py, Projects.get
class project_query
{
public:
    project_query() = default;

    /// @brief Columns of the projects table, in place of the usual ones.
    project_query& fields(std::vector<std::string> names)
    {
        fields_ = std::move(names);
        return *this;
    }
    /// @brief One more column.
    project_query& field(std::string name)
    {
        fields_.push_back(std::move(name));
        return *this;
    }
    /// @brief Every project, and not only recent ones.
    project_query& all(bool yes = true)
    {
        all_ = yes;
        return *this;
    }
    /// @brief This project alone.
    project_query& project_id(std::string id)
    {
        project_id_ = std::move(id);
        return *this;
    }
    /// @brief This title exactly.
    project_query& title(std::string text)
    {
        title_ = std::move(text);
        return *this;
    }
    /// @brief Only deleted projects, or only others.
    project_query& deleted(bool yes)
    {
        deleted_ = yes;
        return *this;
    }
    /// @brief Only projects that `account_id_for_hidden` hides from its list, or only others.
    project_query& hidden(bool yes, std::string account_id_for_hidden)
    {
        hidden_ = yes;
        account_id_for_hidden_ = std::move(account_id_for_hidden);
        return *this;
    }
    /// @brief Only projects in this state, e.g. `running`; upper or lower case.
    project_query& state(std::string word)
    {
        state_ = std::move(word);
        return *this;
    }
    /// @brief How many projects at most, after all else.
    project_query& limit(std::size_t n)
    {
        limit_ = n;
        return *this;
    }

    /// @brief What this side does to the server's rows: leave out, sort (last edited first, then by
    /// time of creation, title and id, all descending), cut.
    template <std::same_as<project_info> Row>
    void apply(std::vector<Row>& rows) const noexcept;

    /// @brief Writes the user query that gets the rows.
    template <std::same_as<json::writer> Writer>
    friend void encode(Writer& w, project_query const& q)
    {
        q.write(w);
    }

private:
    // Templates, as is `apply`, so that only those compile them who list projects.
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
