#ifndef COHUB_BATCHING_DETAIL_CACHED_LOOKUPS_HPP
#define COHUB_BATCHING_DETAIL_CACHED_LOOKUPS_HPP

#include <cohub/batching/detail/name_lookups.hpp>
#include <cohub/cocalc/types/user.hpp>
#include <cohub/core/clock.hpp>
#include <cohub/core/config.hpp>
#include <cohub/core/linked_list.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <string>
#include <string_view>
#include <unordered_map>

namespace cohub::inline abi_0_2::batching::detail {

/// @brief Lookups of names with a memory of the names that the server gave.
class cached_lookups final : public name_lookups
{
public:
    COHUB_DECL explicit cached_lookups(boost::intrusive_ptr<transport::client> client);
    COHUB_DECL ~cached_lookups() override;

    /// @param account_id empty: all
    COHUB_DECL void forget(std::string_view account_id) override;

private:
    struct entry : cohub::detail::list_node<entry>
    {
        account_names names;
        clock::time_point until;
        std::string const* id = nullptr;  // its place in the map
    };
    using entries = std::unordered_map<std::string, entry>;

    COHUB_DECL bool knows(std::string const& id, account_names& to) override;
    COHUB_DECL void learned(
        names_by_account const& names, clock::time_point asked, unsigned key, unsigned state
    ) override;
    unsigned state() const noexcept override { return state_; }

    void keep(std::string const& id, account_names const& names, clock::time_point until);
    void erase(entry& e) noexcept;
    void clear() noexcept;
    void look_at_key() noexcept;

    entries entries_;
    cohub::detail::linked_list<entry, entry> by_use_;  // asked for the longest ago in front
    unsigned key_;        // which of the client's keys all of them came by
    unsigned state_ = 0;  // what was asked for before it changed is not kept
};

}  // namespace cohub::inline abi_0_2::batching::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/batching/detail/impl/cached_lookups.ipp>
#endif

#endif
