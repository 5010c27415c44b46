#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "message.hpp"

namespace cohub::inline abi_0_2::fake {

/// Answers instead of the invented world: with the answers of another server, or from a file. Any
/// thread may call it.
class relay
{
public:
    virtual ~relay() = default;

    /// @param name the name of the call, empty if it has none
    /// @param is_awaited whether somebody still waits for the answer. It is called on this thread
    /// @return false: it has no answer; `out` says why
    virtual bool answer(
        request const& r, std::string_view name, std::function<bool()> const& is_awaited, reply& out
    ) = 0;
    /// The problems so far, one text each.
    virtual std::vector<std::string> problems() const = 0;
    /// Its content as a recording.
    virtual std::string text() const = 0;
    /// Restores the state of the start.
    virtual void reset() = 0;
};

/// Passes requests on to another server, and keeps them with their answers, redacted.
/// @param upstream `https://host[:port][/path]` or `http://…`
/// @param ca_file issuers to trust instead of the system's; may be empty
/// @param file is written at the end, and after each second in which something came; must not exist
/// @throws std::invalid_argument, std::runtime_error when it cannot begin
std::unique_ptr<relay> record_from(
    std::string const& upstream, std::string const& ca_file, std::string const& file
);

/// Answers from a recording.
/// @param in_order each request has to be the next one of the recording. Otherwise every recorded
/// request is answered, in any order. A repeated request gets the next answer that was recorded for
/// it, and after the last one this one again
/// @throws std::invalid_argument, std::runtime_error when there is no such recording
std::unique_ptr<relay> replay_from(std::string const& file, bool in_order);

}  // namespace cohub::inline abi_0_2::fake
