#ifndef COHUB_TRANSPORT_PROMETHEUS_HPP
#define COHUB_TRANSPORT_PROMETHEUS_HPP

#include <cohub/core/config.hpp>
#include <cohub/transport/options.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief The counters of one client, and the labels that distinguish it from others.
struct labelled_stats
{
    labelled_stats() {}
    /// @param s for `stats`
    /// @param label_list for `labels`
    labelled_stats(
        connection_stats const& s, std::vector<std::pair<std::string, std::string>> label_list = {}
    )
        : stats(s), labels(std::move(label_list))
    {
    }

    /// The value of the client's `stats()`.
    connection_stats stats;
    /// Names and values. Names must be valid in Prometheus: letters, digits and `_`.
    std::vector<std::pair<std::string, std::string>> labels;
};

/// @brief A page in Prometheus' text format (version 0.0.4) with the `stats()` of each client.
///
///     auto const page = cohub::prometheus_text({{hub.stats(), {{"client", "hub"}}}});
///
/// Serve it as `text/plain; version=0.0.4`. For latencies and outcomes of calls, use
/// `hooks::on_call`.
/// @throws cohub::error errc::invalid_argument if the name of a label is not valid
COHUB_DECL std::string prometheus_text(std::vector<labelled_stats> const& clients);

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/prometheus.ipp>
#endif

#endif
