#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text.hpp"

namespace cohub::inline abi_0_2::fake {

struct organization_row
{
    std::string organization_id;
    std::optional<std::string> name;  ///< the hub can make organizations without a name
    std::optional<std::string> title, description, link, email_address;
    std::optional<std::vector<std::string>> admins;  ///< null before the first

    bool has_admin(std::string_view account_id) const
    {
        return admins && std::find(admins->begin(), admins->end(), account_id) != admins->end();
    }
};

/// The table of organizations, in the order in which they were made.
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
    /// Whether a name like this exists, without regard to case, as the index on lower-case names
    /// sees it.
    bool holds_in_any_case(std::string_view name) const
    {
        std::string const lower = to_lower(name);
        return std::any_of(rows_.begin(), rows_.end(), [&lower](auto const& row) {
            return row.name && to_lower(*row.name) == lower;
        });
    }
    /// Adds an organization, or replaces the one with the same name.
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

}  // namespace cohub::inline abi_0_2::fake
