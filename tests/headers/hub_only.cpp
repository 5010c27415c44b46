// hub.hpp includes nothing of API v2. A program that does not include v2.hpp does not compile it.

#include <cohub/hub.hpp>

#if defined(COHUB_COCALC_V2_API_HPP)
#error "hub.hpp includes API v2"
#endif

// Everything else of the hub is there.
static_assert(requires(cohub::hub const& h) { h.system().user_search("ada"); });
