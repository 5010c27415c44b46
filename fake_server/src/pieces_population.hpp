#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "random.hpp"

namespace cohub::inline abi_0_2::fake {

/// A person who can sign in to Pieces OS here.
struct pieces_person
{
    std::string email;
    std::string user_id;  ///< at the identity provider
    std::string vanity_name;
    std::string profile;  ///< a UserProfile
};

/// The first is signed in at the start.
std::vector<pieces_person> draw_pieces_people(random_source& random, std::int64_t now);

}  // namespace cohub::inline abi_0_2::fake
