#ifndef COHUB_PROMETHEUS_HPP
#define COHUB_PROMETHEUS_HPP

/// Writes the counters of clients in the text format of Prometheus. Defines nothing itself.

#include <cohub/transport/prometheus.hpp>

#endif
