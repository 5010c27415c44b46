#pragma once

#include <cohub/transport/options.hpp>

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace adapters {

/// @brief Counts in a registry of prometheus-cpp how calls end and how long they take:
/// `cohub_calls_total{method,outcome}`, `cohub_failed_attempts_total{method,outcome}` and
/// `cohub_call_duration_seconds{method}`.
///
/// `outcome` is `ok` or the name of a `cohub::errc`. The method of a raw call may be any text, and
/// Prometheus keeps a time series for each method. So after `max_methods` different methods, any
/// further one counts as `other`.
/// @par Lifetime
/// The registry must live as long as the clients with these hooks.
class prometheus_calls
{
public:
    explicit prometheus_calls(prometheus::Registry& to, std::size_t max_methods = 150)
        : counts_(std::make_shared<counts>(to, max_methods))
    {
    }

    /// @brief Makes the clients that are made with these hooks count. Existing hooks are kept.
    void install(cohub::hooks& h) const
    {
        h.on_call = [c = counts_, before = std::move(h.on_call)](cohub::call_event const& e) {
            if (before) before(e);
            auto const method = c->label_of(e.method);
            c->calls.Add({{"method", method}, {"outcome", outcome(e.error)}}).Increment();
            std::chrono::duration<double> const took = e.took();
            c->durations.Add({{"method", method}}, bounds()).Observe(took.count());
        };
        h.on_attempt = [c = counts_,
                        before = std::move(h.on_attempt)](cohub::attempt_event const& e) {
            if (before) before(e);
            if (!e.error) return;
            c->failed_attempts
                .Add({{"method", c->label_of(e.method)}, {"outcome", outcome(e.error)}})
                .Increment();
        };
    }

private:
    struct counts
    {
        counts(prometheus::Registry& to, std::size_t most)
            : calls(prometheus::BuildCounter()
                        .Name("cohub_calls_total")
                        .Help("Calls that have ended.")
                        .Register(to)),
              failed_attempts(prometheus::BuildCounter()
                                  .Name("cohub_failed_attempts_total")
                                  .Help("Attempts that have failed, repeated or not.")
                                  .Register(to)),
              durations(prometheus::BuildHistogram()
                            .Name("cohub_call_duration_seconds")
                            .Help("Time from a call's beginning to its end, all attempts included.")
                            .Register(to)),
              max_methods(most)
        {
        }
        std::string label_of(std::string const& method)
        {
            std::lock_guard const lock(mutex);
            if (methods.contains(method)) return method;
            if (methods.size() >= max_methods) return "other";
            methods.insert(method);
            return method;
        }

        prometheus::Family<prometheus::Counter>& calls;
        prometheus::Family<prometheus::Counter>& failed_attempts;
        prometheus::Family<prometheus::Histogram>& durations;
        std::size_t const max_methods;
        std::mutex mutex;
        std::set<std::string> methods;  // the methods that have their own label
    };

    static std::string outcome(cohub::error_code ec)
    {
        return ec ? std::string(to_string(cohub::to_errc(ec))) : "ok";
    }
    static prometheus::Histogram::BucketBoundaries bounds()
    {
        return {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
    }

    std::shared_ptr<counts> counts_;
};

/// @brief The values of a client's `stats()`, read each time the page is requested.
///
///     auto const gauges = std::make_shared<client_gauges>("hub", [&hub] { return hub.stats(); });
///     exposer.RegisterCollectable(gauges);
class client_gauges final : public prometheus::Collectable
{
public:
    /// @param client the value of the label `client`
    client_gauges(std::string client, std::function<cohub::connection_stats()> stats)
        : client_(std::move(client)), stats_(std::move(stats))
    {
    }

    std::vector<prometheus::MetricFamily> Collect() const override
    {
        auto const s = stats_();
        std::vector<prometheus::MetricFamily> all;
        auto const add = [&](char const* name, char const* help, double value) {
            prometheus::ClientMetric one;
            one.label.push_back({"client", client_});
            one.gauge.value = value;
            all.push_back({name, help, prometheus::MetricType::Gauge, {std::move(one)}});
        };
        auto const count = [](auto n) { return static_cast<double>(n); };
        add("cohub_calls_in_flight", "Calls begun and not completed.", count(s.calls));
        add("cohub_calls_waiting", "Calls that wait for a connection.", count(s.waiting));
        add("cohub_connections_connecting", "Connections being made.", count(s.connecting));
        add("cohub_connections_in_use", "Connections that carry a call.", count(s.in_use));
        add("cohub_connections_idle", "Connections that wait for a call.", count(s.idle));
        add("cohub_retry_budget", "Repetitions that may be sent at once.", s.retry_budget);
        return all;
    }

private:
    std::string client_;
    std::function<cohub::connection_stats()> stats_;
};

}  // namespace adapters
