#pragma once

#include <string>

#include "load.hpp"

namespace bench {

/// What was measured with what.
struct setting
{
    std::string target;  ///< the server's URL
    std::string machine, build, when;
    std::size_t connections = 0;
    load work;
    /// What the embedded server saw; -1: it is not ours.
    long long seen_requests = -1, seen_connections = -1;
};

/// This machine, this program, now.
setting describe_setting();

std::string as_text(setting const& s, outcome const& o);
std::string as_json(setting const& s, outcome const& o);
/// One page without anything from elsewhere: figures, latency by percentile, throughput over time.
std::string as_html(setting const& s, outcome const& o);

}  // namespace bench
