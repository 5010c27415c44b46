#pragma once

#include <cohub/transport/options.hpp>

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace adapters {

/// @brief Writes what a client does to a logger of spdlog, as lines of `name=value`: one for each
/// call that has ended, and one for each attempt that has failed.
///
/// Levels:
/// - `debug`: a call that succeeded, and the last attempt of a call that failed (the call has its
///   own line);
/// - `info`: an attempt that is repeated, and a call that the caller ended;
/// - `warn`: a call that may work later;
/// - `err`: any other call that failed.
///
/// These events have nothing confidential in them, and bodies are not written. Characters that
/// would break a line are escaped.
class spdlog_lines
{
public:
    explicit spdlog_lines(std::shared_ptr<spdlog::logger> to) : log_(std::move(to)) {}

    /// @brief Makes the clients that are made with these hooks write lines. Existing hooks are
    /// kept.
    void install(cohub::hooks& h) const
    {
        h.on_call = [log = log_, before = std::move(h.on_call)](cohub::call_event const& e) {
            if (before) before(e);
            auto const level = level_of(e);
            if (log->should_log(level)) write(*log, level, line(e));
        };
        h.on_attempt = [log = log_,
                        before = std::move(h.on_attempt)](cohub::attempt_event const& e) {
            if (before) before(e);
            auto const level = e.next_in ? spdlog::level::info : spdlog::level::debug;
            if (e.error && log->should_log(level)) write(*log, level, line(e));
        };
    }

private:
    static spdlog::level::level_enum level_of(cohub::call_event const& e)
    {
        if (!e.error) return spdlog::level::debug;
        if (e.error == cohub::errc::cancelled || e.error == cohub::errc::client_closed)
            return spdlog::level::info;
        return e.is(cohub::condition::transient) ? spdlog::level::warn : spdlog::level::err;
    }

    static void write(spdlog::logger& log, spdlog::level::level_enum level, std::string const& text)
    {
        // The text is not a format: braces in it have no meaning.
        log.log(level, spdlog::string_view_t(text));
    }

    static std::string line(cohub::call_event const& e)
    {
        std::string text = "event=call";
        add(text, "method", e.method);
        add(text, "origin", e.origin);
        add(text, "outcome", e.error ? to_string(cohub::to_errc(e.error)) : "ok");
        if (e.http_status != 0) add(text, "status", std::to_string(e.http_status));
        add(text, "attempts", std::to_string(e.attempts));
        add(text, "took_ms", milliseconds(e.took()));
        for (std::size_t i = 1; i != e.spent.size(); ++i)
            if (e.spent[i] >= std::chrono::milliseconds(1))
                add(text,
                    std::string(to_string(static_cast<cohub::stage>(i))) + "_ms",
                    milliseconds(e.spent[i]));
        add(text, "bytes_sent", std::to_string(e.bytes_sent));
        add(text, "bytes_received", std::to_string(e.bytes_received));
        add(text, "new_connection", e.new_connection ? "true" : "false");
        add_trace(text, e.traceparent);
        return text;
    }
    static std::string line(cohub::attempt_event const& e)
    {
        std::string text = "event=failed_attempt";
        add(text, "method", e.method);
        add(text, "origin", e.origin);
        add(text, "attempt", std::to_string(e.attempt));
        add(text, "outcome", to_string(cohub::to_errc(e.error)));
        add(text, "stage", to_string(e.at));
        if (e.http_status != 0) add(text, "status", std::to_string(e.http_status));
        if (e.connection != 0) add(text, "connection", std::to_string(e.connection));
        add(text, "took_ms", milliseconds(e.took));
        if (e.next_in) add(text, "next_in_ms", milliseconds(*e.next_in));
        add_trace(text, e.traceparent);
        return text;
    }

    static std::string milliseconds(std::chrono::nanoseconds t)
    {
        char text[32];
        auto const us = std::chrono::duration_cast<std::chrono::microseconds>(t).count();
        std::snprintf(text, sizeof text, "%.3f", static_cast<double>(us) / 1000);
        return text;
    }
    /// Only the id of the trace, because the rest of the header belongs to the attempt.
    static void add_trace(std::string& text, std::string_view traceparent)
    {
        constexpr std::size_t begin = 3, size = 32;
        if (traceparent.size() < begin + size) return;
        auto const id = traceparent.substr(begin, size);
        if (id.find_first_not_of("0123456789abcdef") == id.npos) add(text, "trace", id);
    }
    /// A method's name may be any text.
    static void add(std::string& text, std::string_view name, std::string_view value)
    {
        constexpr std::size_t longest = 200;
        value = value.substr(0, longest);
        text.append(" ").append(name).append("=");
        bool plain = !value.empty();
        for (unsigned char const c : value)
            plain = plain && c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
        if (plain) {
            text.append(value);
            return;
        }
        text += '"';
        for (unsigned char const c : value) {
            if (c == '"' || c == '\\') text += '\\';
            if (c >= ' ' && c < 0x7f) {
                text += static_cast<char>(c);
                continue;
            }
            char escaped[5];
            std::snprintf(escaped, sizeof escaped, "\\x%02x", unsigned{c});
            text += escaped;
        }
        text += '"';
    }

    std::shared_ptr<spdlog::logger> log_;
};

}  // namespace adapters
