#ifndef COHUB_TRANSPORT_DETAIL_IMPL_NO_PROXY_IPP
#define COHUB_TRANSPORT_DETAIL_IMPL_NO_PROXY_IPP

#include <cohub/core/text.hpp>
#include <cohub/transport/detail/no_proxy.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <string>

namespace cohub::inline abi_0_2::transport::detail {

/// Whether an address, or a block of addresses, contains the server's. Windows also accepts
/// `10.0.0`, with a surprising meaning. So only one notation is valid, as in `http::parse_origin`.
inline bool block_holds(std::string const& block, std::string const& host)
{
    namespace ip = boost::asio::ip;
    error_code no_host, no_block;
    auto const address = ip::make_address(host.substr(0, host.find('%')), no_host);
    if (no_host) return false;
    if (block.find('/') == std::string::npos) {
        auto const only = ip::make_address(block, no_block);
        return !no_block && only == address && (only.is_v6() || only.to_string() == block);
    }
    if (address.is_v4()) {
        auto const net = ip::make_network_v4(block, no_block);
        if (no_block || !block.starts_with(net.address().to_string() + '/')) return false;
        ip::network_v4 const one(address.to_v4(), net.prefix_length());
        return one.network() == net.network();
    }
    auto const net = ip::make_network_v6(block, no_block);
    if (no_block) return false;
    ip::network_v6 const one(address.to_v6(), net.prefix_length());
    return one.network() == net.network();
}

/// @param entry in lower case
inline bool names(std::string entry, http::origin const& server)
{
    if (entry == "*") return true;
    std::string host = entry, port;
    if (entry.front() == '[') {
        std::size_t const close = entry.find(']');
        if (close == std::string::npos) return false;
        host = entry.substr(1, close - 1);
        port = entry.substr(close + 1);
    } else if (std::count(entry.begin(), entry.end(), ':') == 1) {
        host = entry.substr(0, entry.find(':'));
        port = entry.substr(host.size());
    }
    if (!port.empty() && port != ":" + std::to_string(server.port)) return false;
    if (server.is_address) return block_holds(host, server.host);
    if (host.starts_with("*.")) host.erase(0, 1);
    if (host.starts_with('.')) host.erase(0, 1);
    if (host.ends_with('.')) host.pop_back();
    std::string_view name = server.host;
    if (name.ends_with('.')) name.remove_suffix(1);
    if (host.empty() || !name.ends_with(host)) return false;
    return name.size() == host.size() || name[name.size() - host.size() - 1] == '.';
}

COHUB_DECL bool is_reached_directly(std::string_view list, http::origin const& server)
{
    constexpr std::string_view between = ", \t\r\n";
    while (true) {
        std::size_t const begin = list.find_first_not_of(between);
        if (begin == std::string_view::npos) return false;
        list.remove_prefix(begin);
        std::string entry(list.substr(0, list.find_first_of(between)));
        list.remove_prefix(entry.size());
        std::transform(entry.begin(), entry.end(), entry.begin(), cohub::detail::ascii_lower);
        if (names(std::move(entry), server)) return true;
    }
}

}  // namespace cohub::inline abi_0_2::transport::detail

#endif
