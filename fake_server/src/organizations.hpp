#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text.hpp"

namespace cohub::fake {

struct organization_row
{
    std::string organization_id;
    std::optional<std::string> name;  ///< the hub makes nameless ones when it is asked to
    std::optional<std::string> title, description, link, email_address;
    std::optional<std::vector<std::string>> admins;  ///< null before the first

    bool has_admin(std::string_view account_id) const
    {
        return admins && std::find(admins->begin(), admins->end(), account_id) != admins->end();
    }
};

/// The table of organizations, in the order of their making.
class organization_table
{
public:
    std::vector<organization_row>& rows() { return rows_; }

    organization_row* find(std::string_view name)
    {
        auto const at = std::find_if(rows_.begin(), rows_.end(), [name](auto const& row) {
            return row.name == name;
        });
        return at == rows_.end() ? nullptr : &*at;
    }
    /// What the index on the lower-case name sees.
    bool holds_in_any_case(std::string_view name) const
    {
        std::string const lower = to_lower(name);
        return std::any_of(rows_.begin(), rows_.end(), [&lower](auto const& row) {
            return row.name && to_lower(*row.name) == lower;
        });
    }
    /// Adds, or replaces the one of that name.
    void put(organization_row row)
    {
        if (organization_row* const old = row.name ? find(*row.name) : nullptr) {
            *old = std::move(row);
        } else {
            rows_.push_back(std::move(row));
        }
    }
    void erase(std::string_view name)
    {
        std::erase_if(rows_, [name](auto const& row) { return row.name == name; });
    }

private:
    std::vector<organization_row> rows_;
};

}  // namespace cohub::fake
