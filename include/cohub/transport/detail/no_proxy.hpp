#ifndef COHUB_TRANSPORT_DETAIL_NO_PROXY_HPP
#define COHUB_TRANSPORT_DETAIL_NO_PROXY_HPP

#include <cohub/core/config.hpp>
#include <cohub/http/url.hpp>

#include <string_view>

namespace cohub::inline abi_0_2::transport::detail {

/// @brief Whether `list`, in the form of `NO_PROXY`, contains a server; see
/// `proxy_options::no_proxy`. Entries without a meaning are ignored, as other programs that read
/// the variable do.
COHUB_DECL bool is_reached_directly(std::string_view list, http::origin const& server);

}  // namespace cohub::inline abi_0_2::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/no_proxy.ipp>
#endif

#endif
