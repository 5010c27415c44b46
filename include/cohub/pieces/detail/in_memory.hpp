#ifndef COHUB_PIECES_DETAIL_IN_MEMORY_HPP
#define COHUB_PIECES_DETAIL_IN_MEMORY_HPP

#include <cohub/json/decode.hpp>

#include <exception>

namespace cohub::inline abi_0_2::pieces::detail {

/// Calls `read`. If `read` throws, for example because memory runs out, returns an outcome with an
/// error, as `json::decode` does.
inline json::outcome in_memory(auto const& read) noexcept
try {
    return read();
} catch (std::exception const& x) {
    json::outcome o;
    o.status = json::outcome::code::bad_json;
    o.text = x.what();
    return o;
}

}  // namespace cohub::inline abi_0_2::pieces::detail

#endif
