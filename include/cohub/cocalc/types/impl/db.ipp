#ifndef COHUB_COCALC_TYPES_IMPL_DB_IPP
#define COHUB_COCALC_TYPES_IMPL_DB_IPP

#include <cohub/cocalc/types/db.hpp>

namespace cohub::inline abi_0_2 {

COHUB_DECL query_options& query_options::add(std::string_view name, boost::json::value value)
{
    boost::json::object one;
    one[boost::json::string_view(name.data(), name.size())] = std::move(value);
    all_.push_back(std::move(one));
    return *this;
}

}  // namespace cohub::inline abi_0_2

#endif
