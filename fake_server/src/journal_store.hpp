#pragma once

#include <cohub/fake/journal.hpp>

#include <condition_variable>
#include <deque>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "connection.hpp"
#include "message.hpp"

namespace cohub::fake::detail {

/// What a `journal` reads. Keeps requests as they came; masking waits until somebody looks.
class journal_store
{
public:
    /// @param log_file takes a line of JSON a request; empty for none
    /// @throws std::invalid_argument when it cannot be written
    journal_store(bool unmasked, std::string const& log_file);

    fake::journal handle() { return fake::journal(*this); }

    void accepted(connection_record& c);
    void handshaken(connection_record& c);
    void closed(connection_record& c);
    /// A request under `/__fake__/`: the connection does not count unless it sends others, too.
    void own_traffic(connection_record& c);
    void received(request const& r, std::string_view name, connection_record& c);
    /// A frame of a stream on this path.
    void frame(std::string_view path, recorded_frame f, connection_record& c);
    void unasked(std::string what);

    std::size_t count(std::string_view pattern) const;
    std::vector<recorded_request> requests(std::string_view pattern) const;
    std::vector<recorded_frame> frames(std::string_view kind) const;
    std::size_t count_frames_locked(std::string_view kind) const;
    std::size_t connections() const;
    std::size_t open() const;
    std::size_t handshakes() const;
    std::size_t resumed_handshakes() const;
    std::vector<std::string> unasked() const;
    bool wait(std::chrono::milliseconds limit, std::function<bool()> const& met) const;
    std::size_t count_locked(std::string_view pattern) const;
    std::size_t connections_locked() const { return connections_; }
    std::size_t open_locked() const { return open_; }
    std::string json() const;
    std::string frames_json() const;
    void clear();

private:
    struct entry
    {
        std::uint64_t connection = 0;
        // method, target, name, each header's name and value, body: one after the other
        std::string text;
        std::vector<std::uint32_t> ends;
    };

    recorded_request show(entry const& e) const;
    void count_connection(connection_record& c);

    bool const unmasked_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    mutable int waiting_ = 0;
    std::uint64_t epoch_ = 1;
    std::uint64_t next_number_ = 1;
    std::size_t connections_ = 0;
    std::size_t open_ = 0;
    std::size_t handshakes_ = 0;
    std::size_t resumed_ = 0;
    std::size_t bytes_ = 0;
    std::deque<entry> entries_;
    std::size_t frame_bytes_ = 0;
    std::deque<recorded_frame> frames_;
    /// Calls by path, a line feed, and name: few distinct ones, looked through when asked.
    std::unordered_map<std::string, std::size_t> counts_;
    std::vector<std::string> unasked_;
    std::string key_;  ///< reused
    std::ofstream log_;
};

}  // namespace cohub::fake::detail
