#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "message.hpp"

namespace cohub::fake {

/// Answers in place of the invented world: from another server, or from a file. From any thread.
class relay
{
public:
    virtual ~relay() = default;

    /// @param name of the call, empty if it has none
    /// @return false: it knows no answer; `out` says why
    virtual bool answer(request const& r, std::string_view name, reply& out) = 0;
    /// What is wrong so far, one a text.
    virtual std::vector<std::string> problems() const = 0;
    /// What it holds, as a recording.
    virtual std::string text() const = 0;
    /// As at the start.
    virtual void reset() = 0;
};

/// Passes requests on to another server, and keeps them with their answers, redacted.
/// @param upstream `https://host[:port][/path]` or `http://…`
/// @param ca_file issuers to trust in place of the system's; may be empty
/// @param file is written at the end, and every second in which something came; must not be there
/// @throws std::invalid_argument, std::runtime_error when it cannot begin
std::unique_ptr<relay> record_from(
    std::string const& upstream, std::string const& ca_file, std::string const& file
);

/// Answers from a recording.
/// @param in_order each request has to be the next of the recording; otherwise any that was
/// recorded is answered, one that comes again by the next that was recorded of it, and then by the
/// last
/// @throws std::invalid_argument, std::runtime_error when there is no such recording
std::unique_ptr<relay> replay_from(std::string const& file, bool in_order);

}  // namespace cohub::fake
