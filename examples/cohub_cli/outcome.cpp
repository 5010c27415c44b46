#include "outcome.hpp"

#include "values.hpp"

namespace cli {

int status_of(cohub::failure const& f)
{
    if (f.code == cohub::errc::timeout) return deadline;
    if (f.code == cohub::errc::cancelled) return interrupted;
    if (f.code == cohub::condition::refused || f.http_status == 413) return refused;
    // The server's word on what was given.
    if (f.code == cohub::errc::invalid_argument && !f.server_message.empty()) return refused;
    // Nothing was sent: what was given cannot be.
    if (f.code == cohub::errc::invalid_argument || f.code == cohub::errc::too_large)
        return f.attempts == 0 ? usage : transport;
    return transport;
}

char const* advice(cohub::failure const& f)
{
    if (char const* const help = advice(f.cause); *help != '\0') return help;
    auto const is = [&](cohub::errc e) { return f.code == e; };
    if (is(cohub::errc::unauthorized)) return "; try another key: --api-key-file or COCALC_API_KEY";
    if (is(cohub::errc::tls_untrusted)) return "; try --ca-file with the server's issuer";
    if (is(cohub::errc::resolve_failed)) return "; try another --host";
    if (is(cohub::errc::connect_failed)) return "; try another --host, or later";
    if (is(cohub::errc::timeout)) return "; try a longer --timeout";
    if (is(cohub::errc::rate_limited)) return "; try later";
    if (is(cohub::errc::sign_in_required)) return "; sign in to Pieces OS, or connect its cloud";
    return "";
}

}  // namespace cli
