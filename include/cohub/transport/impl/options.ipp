#ifndef COHUB_TRANSPORT_IMPL_OPTIONS_IPP
#define COHUB_TRANSPORT_IMPL_OPTIONS_IPP

#include <cohub/core/text.hpp>
#include <cohub/transport/detail/request_rules.hpp>
#include <cohub/transport/options.hpp>

#include <cstdlib>

namespace cohub::inline abi_0_2 {

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
    o.proxy = proxy_options::from_env();
    return o;
}

COHUB_DECL std::string to_string(options const& o)
{
    std::string text;
    auto const add = [&text](std::string_view name, std::string_view value) {
        if (value.empty()) return;
        detail::append(text, {text.empty() ? "" : ", ", name, "=", value});
    };
    auto const add_ms = [&add](std::string_view name, std::chrono::milliseconds t) {
        add(name, std::to_string(t.count()) + "ms");
    };
    // A name and password in the URL are refused when a client is made. They are not shown either.
    auto const at = o.host.rfind('@');
    add("host", at == std::string::npos ? o.host : "***" + o.host.substr(at));
    add("api_key", o.api_key.empty() ? "" : "***");
    if (o.proxy) add("proxy", o.proxy.get()->text());
    add("socket_path", o.socket_path);
    add("tls.ca_file", o.tls.ca_file);
    if (!o.tls.ca_pem.empty()) add("tls.ca_pem", std::to_string(o.tls.ca_pem.size()) + " bytes");
    if (o.tls.add_system_store) add("tls.add_system_store", "true");
    add("tls.client_cert_file", o.tls.client_cert_file);
    add("tls.client_key_file", o.tls.client_key_file);
    if (!o.tls.client_cert_pem.empty())
        add("tls.client_cert_pem", std::to_string(o.tls.client_cert_pem.size()) + " bytes");
    add("tls.client_key_pem", o.tls.client_key_pem.empty() ? "" : "***");
    if (o.tls.verify != tls::verify::peer) add("tls.verify", "none_for_tests");
    add("pool.max_connections", std::to_string(o.pool.max_connections));
    add_ms("pool.idle_timeout", o.pool.idle_timeout);
    if (o.timeouts.call) add_ms("timeouts.call", *o.timeouts.call);
    if (o.timeouts.attempt) add_ms("timeouts.attempt", *o.timeouts.attempt);
    add_ms("timeouts.connect", o.timeouts.connect);
    add("retry.max_attempts", std::to_string(o.retry.max_attempts));
    add("limits.max_body", std::to_string(o.limits.max_body));
    add("user_agent", o.user_agent);
    for (auto const& [name, value] : o.headers)
        add("header " + name, transport::detail::is_confidential(name) ? "***" : value);
    return text;
}

}  // namespace cohub::inline abi_0_2

#endif
