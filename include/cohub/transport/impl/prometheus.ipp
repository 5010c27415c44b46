#ifndef COHUB_TRANSPORT_IMPL_PROMETHEUS_IPP
#define COHUB_TRANSPORT_IMPL_PROMETHEUS_IPP

#include <cohub/core/error.hpp>
#include <cohub/core/text.hpp>
#include <cohub/transport/prometheus.hpp>

#include <charconv>
#include <string_view>

namespace cohub::inline abi_0_2 {

namespace transport::detail {

struct metric
{
    std::string_view name, type, help;
    double (*value)(connection_stats const&);
};

inline constexpr metric metrics[] = {
    {"cohub_connections_opened_total",
     "counter",
     "Connections that were begun.",
     [](connection_stats const& s) { return static_cast<double>(s.opened); }},
    {"cohub_connections_established_total",
     "counter",
     "Connections that were established, TLS included.",
     [](connection_stats const& s) { return static_cast<double>(s.established); }},
    {"cohub_connections_resumed_total",
     "counter",
     "Handshakes that resumed a TLS session.",
     [](connection_stats const& s) { return static_cast<double>(s.resumed); }},
    {"cohub_connections_failed_total",
     "counter",
     "Connections that could not be established.",
     [](connection_stats const& s) { return static_cast<double>(s.failed_connects); }},
    {"cohub_connections_closed_total",
     "counter",
     "Connections that are gone.",
     [](connection_stats const& s) { return static_cast<double>(s.closed); }},
    {"cohub_connections_suspected_total",
     "counter",
     "Idle connections that were dropped because a sibling had fallen silent.",
     [](connection_stats const& s) { return static_cast<double>(s.suspects); }},
    {"cohub_connections_reused_total",
     "counter",
     "Calls that got a connection used before.",
     [](connection_stats const& s) { return static_cast<double>(s.reused); }},
    {"cohub_calls_refused_total",
     "counter",
     "Calls that were refused unsent for overload.",
     [](connection_stats const& s) { return static_cast<double>(s.refused); }},
    {"cohub_attempts_repeated_total",
     "counter",
     "Repetitions that were sent.",
     [](connection_stats const& s) { return static_cast<double>(s.repeated); }},
    {"cohub_attempts_over_budget_total",
     "counter",
     "Repetitions that the retry budget refused.",
     [](connection_stats const& s) { return static_cast<double>(s.over_budget); }},
    {"cohub_calls_shared_total",
     "counter",
     "Calls that joined a request of another one.",
     [](connection_stats const& s) { return static_cast<double>(s.shared); }},
    {"cohub_hedges_total",
     "counter",
     "Hedges that were sent.",
     [](connection_stats const& s) { return static_cast<double>(s.hedged); }},
    {"cohub_hedges_won_total",
     "counter",
     "Hedges that answered first.",
     [](connection_stats const& s) { return static_cast<double>(s.hedges_won); }},
    {"cohub_names_cached_total",
     "counter",
     "Lookups of names that the cache answered.",
     [](connection_stats const& s) { return static_cast<double>(s.cached); }},
    {"cohub_connections_connecting",
     "gauge",
     "Connections being made.",
     [](connection_stats const& s) { return static_cast<double>(s.connecting); }},
    {"cohub_connections_in_use",
     "gauge",
     "Connections that carry a call.",
     [](connection_stats const& s) { return static_cast<double>(s.in_use); }},
    {"cohub_connections_idle",
     "gauge",
     "Connections that wait for a call.",
     [](connection_stats const& s) { return static_cast<double>(s.idle); }},
    {"cohub_calls_waiting",
     "gauge",
     "Calls that wait for a connection.",
     [](connection_stats const& s) { return static_cast<double>(s.waiting); }},
    {"cohub_calls_in_flight",
     "gauge",
     "Calls begun and not completed.",
     [](connection_stats const& s) { return static_cast<double>(s.calls); }},
    {"cohub_retry_budget",
     "gauge",
     "Repetitions that the retry budget would let pass at once.",
     [](connection_stats const& s) { return s.retry_budget; }},
};

inline bool is_label_name(std::string_view name) noexcept
{
    if (name.empty() || name.starts_with("__")) return false;
    for (std::size_t i = 0; i != name.size(); ++i) {
        char const c = cohub::detail::ascii_lower(name[i]);
        if (c != '_' && !(c >= 'a' && c <= 'z') && !(i != 0 && c >= '0' && c <= '9')) return false;
    }
    return true;
}

inline std::string label_text(labelled_stats const& one)
{
    if (one.labels.empty()) return {};
    std::string text = "{";
    for (auto const& [name, value] : one.labels) {
        if (!is_label_name(name))
            throw error(failure(
                errc::invalid_argument,
                cohub::detail::concat(
                    {"prometheus_text: \"",
                     cohub::detail::escaped(name, 60),
                     "\" cannot be the name of a label; use letters, digits and _"}
                )
            ));
        if (text.size() != 1) text += ',';
        text.append(name).append("=\"");
        for (char const c : value) {
            if (c == '\n') {
                text += "\\n";
                continue;
            }
            if (c == '\\' || c == '"') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + "}";
}

}  // namespace transport::detail

COHUB_DECL std::string prometheus_text(std::vector<labelled_stats> const& clients)
{
    std::vector<std::string> labels;
    labels.reserve(clients.size());
    for (auto const& one : clients) labels.push_back(transport::detail::label_text(one));
    std::string page;
    for (auto const& m : transport::detail::metrics) {
        detail::append(page, {"# HELP ", m.name, " ", m.help, "\n# TYPE ", m.name, " ", m.type});
        page += '\n';
        for (std::size_t i = 0; i != clients.size(); ++i) {
            char digits[32];
            auto const end =
                std::to_chars(digits, digits + sizeof digits, m.value(clients[i].stats)).ptr;
            auto const size = static_cast<std::size_t>(end - digits);
            detail::append(page, {m.name, labels[i], " ", std::string_view(digits, size), "\n"});
        }
    }
    return page;
}

}  // namespace cohub::inline abi_0_2

#endif
