#ifndef COHUB_PROMETHEUS_HPP
#define COHUB_PROMETHEUS_HPP

/// The counters of clients as a page for Prometheus. Defines nothing itself.

#include <cohub/transport/prometheus.hpp>

#endif
