#ifndef COHUB_TRANSPORT_PROMETHEUS_HPP
#define COHUB_TRANSPORT_PROMETHEUS_HPP

#include <cohub/core/config.hpp>
#include <cohub/transport/options.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief The counters of one client, and what tells it apart from others.
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

    /// What `stats()` of the client says.
    connection_stats stats;
    /// Names and values; names as Prometheus has them: letters, digits and `_`.
    std::vector<std::pair<std::string, std::string>> labels;
};

/// @brief A page in Prometheus' text format (version 0.0.4): what `stats()` of each client says.
///
///     auto const page = cohub::prometheus_text({{hub.stats(), {{"client", "hub"}}}});
///
/// To be served as `text/plain; version=0.0.4`. Latencies and outcomes of calls come by
/// `hooks::on_call`.
/// @throws cohub::error errc::invalid_argument if the name of a label cannot be one
COHUB_DECL std::string prometheus_text(std::vector<labelled_stats> const& clients);

}  // namespace cohub::inline abi_0_2

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/impl/prometheus.ipp>
#endif

#endif
