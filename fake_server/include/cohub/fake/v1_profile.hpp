#pragma once

namespace cohub::inline abi_0_2::fake {

/// @brief Which server's API v1 a fake server imitates.
enum class v1_profile
{
    manual,     ///< as its manual said: names and address only, one limit for the whole list
    code_2020,  ///< as the code of September 2020 answered: more fields, duplicates, its own limit
    removed     ///< as today's servers: a page with status 404
};

}  // namespace cohub::inline abi_0_2::fake
