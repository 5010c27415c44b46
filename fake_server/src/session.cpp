#include <cohub/fake/session.hpp>

#include <utility>

#include "sessions.hpp"

namespace cohub::inline abi_0_2::fake {

void session_options::apply_to(world_options& o) const
{
    o.seed = seed_.value_or(o.seed);
    o.users = users_.value_or(o.users);
    o.user_key = api_key_;
    o.v1 = v1_.value_or(o.v1);
}

session::session(std::shared_ptr<service> const& s, session_list& all)
    : served_world(s), all_(&all), id_(s->options().session)
{
}

session::session(session&& other) noexcept
    : served_world(std::move(other)),
      all_(std::exchange(other.all_, nullptr)),
      id_(std::move(other.id_))
{
}

session::~session()
{
    if (all_ != nullptr) all_->remove(id_);
}

}  // namespace cohub::inline abi_0_2::fake
