#ifndef COHUB_BATCHING_DETAIL_IMPL_CACHED_LOOKUPS_IPP
#define COHUB_BATCHING_DETAIL_IMPL_CACHED_LOOKUPS_IPP

#include <cohub/batching/detail/cached_lookups.hpp>
#include <cohub/cocalc/names.hpp>
#include <cohub/core/text.hpp>

#include <utility>

namespace cohub::inline abi_0_2::batching::detail {

COHUB_DECL cached_lookups::cached_lookups(boost::intrusive_ptr<transport::client> client)
    : name_lookups(std::move(client)), key_(client_->key_number())
{
}

COHUB_DECL cached_lookups::~cached_lookups() { clear(); }

COHUB_DECL bool cached_lookups::knows(std::string const& id, account_names& to)
{
    look_at_key();
    auto const found = entries_.find(id);
    if (found == entries_.end()) return false;
    entry& e = found->second;
    if (e.until <= now_) {
        erase(e);
        return false;
    }
    to = e.names;
    by_use_.erase(e);
    by_use_.push_back(e);
    ++client_->counts().cached;
    return true;
}

COHUB_DECL void cached_lookups::learned(
    names_by_account const& names, clock::time_point asked, unsigned key, unsigned state
)
{
    look_at_key();
    if (key != key_ || state != state_) return;
    for (auto const& [id, name] : names)
        if (!cocalc::is_nobody(name)) keep(id, name, asked + options_.coalesce.ttl());
}

inline void cached_lookups::keep(
    std::string const& id, account_names const& names, clock::time_point until
)
{
    if (until <= now_) return;
    if (auto const found = entries_.find(id); found != entries_.end()) erase(found->second);
    while (entries_.size() >= options_.coalesce.max_entries()) erase(by_use_.front());
    auto const made = entries_.try_emplace(id).first;
    entry& e = made->second;
    e.id = &made->first;
    by_use_.push_back(e);
    try {
        e.names = names;
    } catch (...) {
        erase(e);
        throw;
    }
    e.until = until;
}

inline void cached_lookups::erase(entry& e) noexcept
{
    by_use_.erase(e);
    entries_.erase(entries_.find(*e.id));
}

inline void cached_lookups::clear() noexcept
{
    while (!by_use_.empty()) by_use_.pop_front();
    entries_.clear();
}

/// Another key may see other names.
inline void cached_lookups::look_at_key() noexcept
{
    if (key_ == client_->key_number()) return;
    key_ = client_->key_number();
    clear();
}

COHUB_DECL void cached_lookups::forget(std::string_view account_id)
{
    std::string id(account_id);
    for (char& c : id) c = cohub::detail::ascii_lower(c);
    core_lock lock(*this);
    ++state_;
    if (id.empty())
        clear();
    else if (auto const found = entries_.find(id); found != entries_.end())
        erase(found->second);
    lock.dispatch(core_lock::from::elsewhere);
}

}  // namespace cohub::inline abi_0_2::batching::detail

#endif
