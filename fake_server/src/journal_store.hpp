#pragma once

#include <cohub/fake/journal.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "connection.hpp"
#include "message.hpp"

namespace cohub::inline abi_0_2::fake::detail {

/// What `GET /__fake__/requests` shows.
struct request_filter
{
    std::string pattern = "*";
    std::optional<std::uint64_t> since;  ///< only requests of higher numbers
    /// Only the first `limit` requests after `since`; without `since` only the newest ones.
    std::optional<std::size_t> limit;
    std::optional<int> status;  ///< only requests with an answer of this status
};

/// With this the journal is told later how a request was answered.
struct request_ticket
{
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;
    std::string fault;  ///< the step, in the text grammar; empty for none
    std::uint64_t fault_id = 0;
};

/// The file of `--log`. The journals of all sessions write to it.
class request_log
{
public:
    /// @throws std::invalid_argument when the file cannot be written
    explicit request_log(std::string const& file);
    void write(std::string const& line);

private:
    std::mutex mutex_;
    std::ofstream out_;
};

/// The data behind a `journal`. It keeps requests as they came, and masks them when somebody reads
/// them.
class journal_store
{
public:
    /// @param log takes one line of JSON for each request; null for none
    /// @param session is at the beginning of each line; empty for the common world
    journal_store(bool unmasked, std::shared_ptr<request_log> log, std::string session);

    fake::journal handle() { return fake::journal(*this); }

    void mask(bool on) { unmasked_ = !on; }
    bool masks() const { return !unmasked_; }

    void accepted(connection_record& c);
    void handshaken(connection_record& c);
    void closed(connection_record& c);
    /// A request under `/__fake__/`. A connection that sends no other requests does not count.
    void own_traffic(connection_record& c);
    /// @param clock the time that the clock of the data shows
    request_ticket received(
        request const& r, std::string_view name, std::int64_t clock, connection_record& c
    );
    /// The answer is made. The ticket's fault may delay, cut or drop it.
    /// @param status none: nothing of an answer is sent
    void answered(request_ticket const& t, std::optional<int> status, std::string_view body);
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
    /// Without `since`, `limit` and `status`, requests that dropped out of the journal count, too.
    std::size_t count_locked(request_filter const& filter) const;
    /// Whether the list has a request that fits. The limit is ignored.
    bool has_locked(request_filter const& filter) const;
    std::size_t connections_locked() const { return connections_; }
    std::size_t open_locked() const { return open_; }
    std::size_t handshakes_locked() const { return handshakes_; }
    std::size_t resumed_locked() const { return resumed_; }
    /// `GET /__fake__/requests` in pieces, so that the bodies are not in memory twice. Requests
    /// that leave the list while it is read are missing.
    std::function<bool(std::string&)> json_pieces(request_filter filter) const;
    std::string json() const;
    std::string frames_json(std::string_view kind = "*") const;
    void clear();

private:
    struct entry
    {
        std::uint64_t connection = 0;
        std::int64_t time = 0;   ///< in milliseconds since 1970
        std::int64_t clock = 0;  ///< of the clock of the data
        std::chrono::steady_clock::time_point begun;
        std::optional<std::chrono::milliseconds> took;  ///< none: no answer yet
        std::optional<int> status;
        std::string fault;
        std::uint64_t fault_id = 0;
        std::string answer;  ///< only the beginning, if it is long
        std::size_t answer_bytes = 0;
        // method, target, name, the name and value of each header, body: one after the other
        std::string text;
        std::vector<std::uint32_t> ends;
    };

    struct reading;

    bool matches(entry const& e, std::string_view pattern) const;
    bool matches(entry const& e, request_filter const& filter) const;
    recorded_request show(entry const& e, std::uint64_t number) const;
    void keep_answer(entry& e, std::uint64_t number, std::string_view body);
    void write_log(entry const& e, std::uint64_t number);
    /// The number from which a filter's list begins. The first request that fits may come later.
    std::uint64_t begin_of(request_filter const& filter) const;
    /// @return false: this was the last one
    bool read_on(reading& at, std::string& to) const;
    void count_connection(connection_record& c);

    std::atomic<bool> unmasked_;
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
    std::uint64_t first_ = 1;  ///< number of the first of `entries_`
    std::deque<entry> entries_;
    std::size_t answer_bytes_ = 0;
    std::uint64_t first_answer_ = 1;  ///< answers to older requests are no longer kept
    std::size_t frame_bytes_ = 0;
    std::deque<recorded_frame> frames_;
    /// The key is the path, a line feed and the name. There are few different keys, and a query
    /// looks through all of them.
    std::unordered_map<std::string, std::size_t> counts_;
    std::vector<std::string> unasked_;
    std::string key_;  ///< kept for reuse
    std::shared_ptr<request_log> const log_;
    std::string const session_;
};

}  // namespace cohub::inline abi_0_2::fake::detail
