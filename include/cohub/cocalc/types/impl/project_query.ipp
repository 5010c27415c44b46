#ifndef COHUB_COCALC_TYPES_IMPL_PROJECT_QUERY_IPP
#define COHUB_COCALC_TYPES_IMPL_PROJECT_QUERY_IPP

#include <cohub/cocalc/types/project_query.hpp>
#include <cohub/core/text.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace cohub::inline abi_0_2 {

namespace detail {

/// Compares two texts; ASCII letters in upper and lower case are equal. Returns a value less than,
/// equal to or greater than 0.
inline int compare_lower(std::string_view a, std::string_view b) noexcept
{
    std::size_t const n = std::min(a.size(), b.size());
    for (std::size_t i = 0; i != n; ++i) {
        auto const x = static_cast<unsigned char>(cohub::detail::ascii_lower(a[i]));
        auto const y = static_cast<unsigned char>(cohub::detail::ascii_lower(b[i]));
        if (x != y) return x < y ? -1 : 1;
    }
    return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

template <class Row>
bool comes_before(Row const& a, Row const& b) noexcept
{
    sys_ms const never{};
    auto const edited_a = a.last_edited.value_or(never), edited_b = b.last_edited.value_or(never);
    if (edited_a != edited_b) return edited_a > edited_b;
    auto const made_a = a.created.value_or(never), made_b = b.created.value_or(never);
    if (made_a != made_b) return made_a > made_b;
    std::string_view title_a, title_b;
    if (a.title) title_a = *a.title;
    if (b.title) title_b = *b.title;
    if (int const c = compare_lower(title_a, title_b); c != 0) return c > 0;
    return a.project_id > b.project_id;
}

}  // namespace detail

template <class Row>
bool project_query::excludes(Row const& p) const noexcept
{
    if (title_ && p.title != title_) return true;
    if (deleted_ && p.deleted.value_or(false) != *deleted_) return true;
    if (state_) {
        std::string_view word;
        if (p.state && p.state->state) word = *p.state->state;
        if (detail::compare_lower(word, *state_) != 0) return true;
    }
    if (hidden_) {
        bool hides = false;
        if (p.users)
            if (auto const at = p.users->find(account_id_for_hidden_); at != p.users->end())
                hides = at->second.hide.value_or(false);
        if (hides != *hidden_) return true;
    }
    return false;
}

template <std::same_as<project_info> Row>
void project_query::apply(std::vector<Row>& rows) const noexcept
{
    std::erase_if(rows, [this](Row const& p) { return excludes(p); });
    std::sort(rows.begin(), rows.end(), detail::comes_before<Row>);
    if (limit_ && rows.size() > *limit_)
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(*limit_), rows.end());
}

template <class Writer>
void project_query::write(Writer& w) const
{
    static constexpr std::string_view usual[] = {
        "project_id", "title", "last_edited", "created", "state", "deleted", "users"};
    std::vector<std::string_view> names(fields_.begin(), fields_.end());
    if (names.empty()) names.assign(std::begin(usual), std::end(usual));
    auto const needs = [&](std::string_view name, bool yes) {
        if (yes && std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    };
    needs("project_id", project_id_.has_value());
    needs("title", title_.has_value());
    needs("deleted", deleted_.has_value());
    needs("state", state_.has_value());
    needs("users", hidden_.has_value());
    w.raw(all_ ? R"({"query":{"projects_all":[{)" : R"({"query":{"projects":[{)");
    bool first = true, wants = false;
    for (std::string_view const name : names) {
        if (!first) w.raw(",");
        first = false;
        w.text(name);
        w.raw(":");
        if (name == "project_id" && project_id_)
            w.text(*project_id_);
        else if (name == "title" && title_)
            w.text(*title_);
        else {
            w.raw("null");
            wants = true;
        }
    }
    w.raw("}]}}");
    // Without a null, the server would treat the query as one that changes the project.
    if (!wants) w.refuse("a field is needed besides those that select; add last_edited");
}

#if defined(COHUB_SEPARATE_COMPILATION)
template void project_query::apply(std::vector<project_info>&) const noexcept;
template void project_query::write(json::writer&) const;
#endif

}  // namespace cohub::inline abi_0_2

#endif
