#pragma once

#include <cohub/transport/options.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adapters {

/// @brief Spans of OpenTelemetry: one for each call, and in it one for each attempt. The context of
/// an attempt's span is sent as `traceparent`. The parent of a call's span is the span that is
/// active where the call begins.
///
/// `Api` names the types, so that this compiles with and without opentelemetry-cpp:
///
///     struct api
///     {
///         using tracer = opentelemetry::nostd::shared_ptr<opentelemetry::trace::Tracer>;
///         using span = opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span>;
///         using start_options = opentelemetry::trace::StartSpanOptions;
///         static constexpr auto kind_internal = opentelemetry::trace::SpanKind::kInternal;
///         static constexpr auto kind_client = opentelemetry::trace::SpanKind::kClient;
///         static constexpr auto status_error = opentelemetry::trace::StatusCode::kError;
///     };
///     adapters::spans<api>(provider->GetTracer("cohub")).install(options);
///
/// Attributes follow the semantic conventions for HTTP clients, except `cohub.method`. A call that
/// was refused before its first attempt has a span without attempts. So has a lookup that shares
/// the request of another one.
template <class Api>
class spans
{
public:
    /// @param http_method every call of a hub and of a project is a POST; use `_OTHER` for other
    /// clients
    explicit spans(typename Api::tracer tracer, std::string http_method = "POST")
        : state_(std::make_shared<state>(std::move(tracer), std::move(http_method)))
    {
    }

    /// @brief Makes the clients that are made with `o` create spans. Existing hooks are kept. Turns
    /// on `make_traceparent`, which shows which attempts belong to the same call.
    void install(cohub::options& o) const
    {
        o.make_traceparent = true;
        auto& h = o.hooks;
        h.add_headers = [s = state_, before = std::move(h.add_headers)](
                            cohub::next_attempt const& a, cohub::header_list& headers
                        ) {
            if (before) before(a, headers);
            if (auto text = s->begin(a); !text.empty())
                headers.emplace_back("traceparent", cohub::secret(std::move(text)));
        };
        h.on_attempt = [s = state_,
                        before = std::move(h.on_attempt)](cohub::attempt_event const& e) {
            if (before) before(e);
            s->ended(e);
        };
        h.on_call = [s = state_, before = std::move(h.on_call)](cohub::call_event const& e) {
            if (before) before(e);
            s->ended(e);
        };
    }

private:
    using span = typename Api::span;

    struct call
    {
        span whole;
        std::vector<std::pair<std::string, span>> attempts;  // those that have not ended
        std::vector<std::string> sent;                       // the `traceparent` of each attempt
    };

    class state
    {
    public:
        state(typename Api::tracer tracer, std::string http_method)
            : tracer_(std::move(tracer)), http_method_(std::move(http_method))
        {
        }

        /// @return the header `traceparent` to send; empty if the tracer does not trace
        std::string begin(cohub::next_attempt const& a)
        {
            // The client's own trace id is the same for all attempts of a call.
            std::string const key(a.traceparent.substr(0, end_of_trace_id));
            std::lock_guard const lock(mutex_);
            call& c = calls_[key];
            std::string const method(a.method);
            if (!c.whole) {
                typename Api::start_options how;
                how.kind = Api::kind_internal;
                c.whole = tracer_->StartSpan(method, how);
                c.whole->SetAttribute("cohub.method", method.c_str());
            }
            typename Api::start_options how;
            how.kind = Api::kind_client;
            how.parent = c.whole->GetContext();
            span attempt = tracer_->StartSpan(http_method_, how);
            attempt->SetAttribute("http.request.method", http_method_.c_str());
            attempt->SetAttribute("network.protocol.version", "1.1");
            attempt->SetAttribute("cohub.method", method.c_str());
            if (a.attempt > 1)
                attempt->SetAttribute("http.request.resend_count", std::int64_t{a.attempt} - 1);
            std::string text = traceparent_of(attempt);
            // The events have the `traceparent` that was sent.
            std::string const name = text.empty() ? std::string(a.traceparent) : text;
            c.attempts.emplace_back(name, std::move(attempt));
            c.sent.push_back(name);
            keys_[name] = key;
            return text;
        }

        void ended(cohub::attempt_event const& e)
        {
            std::lock_guard const lock(mutex_);
            auto const found = find(e.traceparent);
            if (found == calls_.end()) return;
            auto& open = found->second.attempts;
            for (auto a = open.begin(); a != open.end(); ++a)
                if (a->first == e.traceparent) {
                    describe(a->second, e);
                    a->second->SetAttribute("cohub.stage", std::string(to_string(e.at)).c_str());
                    a->second->End();
                    open.erase(a);
                    break;
                }
            // A call that lookups share has no event of its own. A hedged call goes on while one
            // of its attempts is under way.
            if (!e.next_in && open.empty())
                finish(found, e, static_cast<int>(found->second.sent.size()));
        }

        void ended(cohub::call_event const& e)
        {
            std::lock_guard const lock(mutex_);
            if (auto const found = find(e.traceparent); found != calls_.end())
                return finish(found, e, e.attempts);  // between two attempts, or while one goes on
            if (e.attempts != 0 && !e.traceparent.empty()) return;  // with its last attempt
            typename Api::start_options how;
            how.kind = Api::kind_internal;
            using std::chrono::duration_cast;
            auto const system = std::chrono::system_clock::now();
            auto const steady = std::chrono::steady_clock::now();
            how.start_system_time =
                system - duration_cast<std::chrono::system_clock::duration>(e.took());
            how.start_steady_time = steady - e.took();
            span const whole = tracer_->StartSpan(e.method, how);
            whole->SetAttribute("cohub.method", e.method.c_str());
            describe(whole, e);
            whole->SetAttribute("cohub.attempts", std::int64_t{e.attempts});
            whole->End();
        }

    private:
        // "00-" and 32 digits
        static constexpr std::size_t end_of_trace_id = 35;
        using calls = std::map<std::string, call, std::less<>>;

        typename calls::iterator find(std::string const& traceparent)
        {
            auto const key = keys_.find(traceparent);
            return key == keys_.end() ? calls_.end() : calls_.find(key->second);
        }
        template <class Event>
        void finish(typename calls::iterator it, Event const& e, int attempts)
        {
            call& c = it->second;
            for (auto& [name, attempt] : c.attempts) attempt->End();
            describe(c.whole, e);
            c.whole->SetAttribute("cohub.attempts", std::int64_t{attempts});
            c.whole->End();
            for (auto const& name : c.sent) keys_.erase(name);
            calls_.erase(it);
        }

        template <class Event>
        static void describe(span const& s, Event const& e)
        {
            auto const [host, port] = address_of(e.origin);
            s->SetAttribute("server.address", host.c_str());
            if (port != 0) s->SetAttribute("server.port", port);
            if (e.http_status != 0)
                s->SetAttribute("http.response.status_code", std::int64_t{e.http_status});
            if (!e.error) return;
            std::string const what(to_string(cohub::to_errc(e.error)));
            std::string const type = e.http_status >= 400 ? std::to_string(e.http_status) : what;
            s->SetAttribute("error.type", type.c_str());
            s->SetStatus(Api::status_error, what);
        }
        /// `https://[::1]:443` is `::1` and 443.
        static std::pair<std::string, std::int64_t> address_of(std::string_view origin)
        {
            if (auto const scheme = origin.find("://"); scheme != origin.npos)
                origin.remove_prefix(scheme + 3);
            std::int64_t port = 0;
            auto const colon = origin.rfind(':');
            if (colon != origin.npos && origin.find(']', colon) == origin.npos) {
                std::from_chars(origin.data() + colon + 1, origin.data() + origin.size(), port);
                origin = origin.substr(0, colon);
            }
            if (origin.starts_with('[')) origin = origin.substr(1, origin.size() - 2);
            return {std::string(origin), port};
        }
        static std::string traceparent_of(span const& s)
        {
            auto const context = s->GetContext();
            if (!context.IsValid()) return {};
            char trace[32], id[16];
            context.trace_id().ToLowerBase16(trace);
            context.span_id().ToLowerBase16(id);
            std::string text = "00-";
            text.append(trace, sizeof trace).append("-").append(id, sizeof id);
            return text.append(context.IsSampled() ? "-01" : "-00");
        }

        typename Api::tracer tracer_;
        std::string http_method_;
        std::mutex mutex_;
        calls calls_;                              // the key is the trace id of the client
        std::map<std::string, std::string> keys_;  // from a sent `traceparent` to such a key
    };

    std::shared_ptr<state> state_;
};

}  // namespace adapters
