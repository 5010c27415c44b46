// The hub's door brings nothing of API v2: who does not name it compiles none of it.

#include <cohub/hub.hpp>

#if defined(COHUB_COCALC_V2_API_HPP)
#error "hub.hpp includes API v2"
#endif

// All of the hub but that is there.
static_assert(requires(cohub::hub const& h) { h.system().user_search("ada"); });
