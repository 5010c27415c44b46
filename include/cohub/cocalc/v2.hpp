#ifndef COHUB_COCALC_V2_HPP
#define COHUB_COCALC_V2_HPP

#include <cohub/cocalc/hub.hpp>
#include <cohub/cocalc/v2_api.hpp>

namespace cohub::inline abi_0_2 {

inline v2_api hub::v2() const { return v2_api(client_.channel()); }

}  // namespace cohub::inline abi_0_2

#endif
