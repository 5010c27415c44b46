#ifndef COHUB_TRANSPORT_IMPL_OPTIONS_IPP
#define COHUB_TRANSPORT_IMPL_OPTIONS_IPP

#include <cohub/transport/options.hpp>

#include <cstdlib>

namespace cohub {

COHUB_DECL options options::from_env()
{
    options o;
    auto const read = [](char const* name) -> std::optional<std::string> {
        char const* const value = std::getenv(name);
        if (value == nullptr || *value == '\0') return std::nullopt;
        return std::string(value);
    };
    if (auto host = read("COCALC_HOST")) o.host = std::move(*host);
    if (auto key = read("COCALC_API_KEY")) {
        o.api_key = secret(*key);
        detail::wipe(*key);
    }
    if (auto file = read("SSL_CERT_FILE")) o.tls.ca_file = std::move(*file);
    return o;
}

}  // namespace cohub

#endif
