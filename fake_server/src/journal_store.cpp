#include "journal_store.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "masking.hpp"
#include "text.hpp"

namespace cohub::inline abi_0_2::fake::detail {

namespace {
constexpr std::size_t entry_limit = 100'000;
constexpr std::size_t byte_limit = std::size_t{256} << 20;
constexpr std::size_t unasked_limit = 100;
constexpr std::size_t distinct_limit = 10'000;
constexpr std::size_t answer_limit = std::size_t{64} << 10;
constexpr std::size_t answers_limit = std::size_t{16} << 20;

// As JSON if the body is JSON, otherwise as a text; null when it is empty.
void append_body(std::string& out, std::string_view body)
{
    boost::system::error_code error;
    if (!body.empty()) boost::json::parse(body, error);
    if (body.empty()) {
        out += "null";
    } else if (!error) {
        // As it was spelled, which matters for numbers, but on one line. A line end outside of a
        // text is only white space in JSON.
        for (char const c : body) out += c == '\n' || c == '\r' ? ' ' : c;
    } else {
        append_json_string(out, repair_utf8(body));
    }
}

void append_request(std::string& out, recorded_request const& r)
{
    out += "{\"number\":";
    out += std::to_string(r.number);
    out += ",\"time\":";
    out += std::to_string(r.time);
    out += ",\"clock\":";
    out += std::to_string(r.clock);
    out += ",\"connection\":";
    out += std::to_string(r.connection);
    out += ",\"method\":";
    append_json_string(out, repair_utf8(r.method));
    out += ",\"path\":";
    append_json_string(out, repair_utf8(r.path));
    out += ",\"headers\":{";
    bool first_header = true;
    for (std::size_t i = 0; i < r.headers.size(); ++i) {
        // A JSON object has each name once. Repeated headers are joined as HTTP allows.
        auto const& name = r.headers[i].first;
        bool repeated = false;
        std::string value = r.headers[i].second;
        for (std::size_t k = 0; k < r.headers.size(); ++k) {
            if (k == i || !equal_ignoring_case(r.headers[k].first, name)) continue;
            if (k < i) repeated = true;
            value += ", " + r.headers[k].second;
        }
        if (repeated) continue;
        if (!first_header) out += ',';
        first_header = false;
        append_json_string(out, repair_utf8(name));
        out += ':';
        append_json_string(out, repair_utf8(value));
    }
    out += "},\"body\":";
    append_body(out, r.body);
    out += ",\"name\":";
    append_json_string(out, repair_utf8(r.name));
    out += ",\"status\":";
    out += r.status ? std::to_string(*r.status) : "null";
    out += ",\"took_ms\":";
    out += r.took ? std::to_string(r.took->count()) : "null";
    out += ",\"fault\":";
    if (r.fault.empty()) {
        out += "null";
    } else {
        append_json_string(out, repair_utf8(r.fault));
        out += ",\"fault_id\":" + std::to_string(r.fault_id);
    }
    out += ",\"answer\":";
    append_body(out, r.answer);
    out += ",\"answer_bytes\":" + std::to_string(r.answer_bytes) + '}';
}

}  // namespace

request_log::request_log(std::string const& file) : out_(file, std::ios::app)
{
    if (!out_) throw std::invalid_argument("cannot write the log '" + file + "'");
}

void request_log::write(std::string const& line)
{
    std::lock_guard lock(mutex_);
    out_ << line << '\n' << std::flush;
}

journal_store::journal_store(bool unmasked, std::shared_ptr<request_log> log, std::string session)
    : unmasked_(unmasked), log_(std::move(log)), session_(std::move(session))
{
}

void journal_store::accepted(connection_record& c)
{
    std::lock_guard lock(mutex_);
    c.counted = c.counted_open = true;
    c.epoch = epoch_;
    ++connections_;
    ++open_;
    if (waiting_) changed_.notify_all();
}

void journal_store::handshaken(connection_record& c)
{
    std::lock_guard lock(mutex_);
    ++handshakes_;
    if (c.resumed) ++resumed_;
}

void journal_store::closed(connection_record& c)
{
    std::lock_guard lock(mutex_);
    if (std::exchange(c.counted_open, false)) --open_;
    if (waiting_) changed_.notify_all();
}

void journal_store::own_traffic(connection_record& c)
{
    std::lock_guard lock(mutex_);
    if (c.number != 0 || !c.counted) return;
    c.counted = false;
    if (std::exchange(c.counted_open, false)) --open_;
    if (c.epoch != epoch_) return;
    --connections_;
    if (handshakes_ > 0) --handshakes_;
    if (c.resumed && resumed_ > 0) --resumed_;
    if (waiting_) changed_.notify_all();
}

void journal_store::count_connection(connection_record& c)
{
    if (!c.counted) {
        c.counted = c.counted_open = true;
        ++connections_;
        ++open_;
        c.epoch = epoch_;
    }
    if (c.number == 0 || c.epoch != epoch_) {
        c.number = next_number_++;
        c.epoch = epoch_;
    }
}

request_ticket journal_store::received(
    request const& r, std::string_view name, std::int64_t clock, connection_record& c
)
{
    using namespace std::chrono;
    entry e;
    e.time = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    e.clock = clock;
    e.begun = steady_clock::now();
    std::size_t size = r.method.size() + r.target.size() + name.size() + r.body.size();
    for (auto const& [n, v] : r.headers) size += n.size() + v.size();
    e.text.reserve(size);
    e.ends.reserve(4 + 2 * r.headers.size());
    auto const add = [&e](std::string_view s) {
        e.text += s;
        e.ends.push_back(static_cast<std::uint32_t>(e.text.size()));
    };
    add(r.method);
    add(r.target);
    add(name);
    for (auto const& [n, v] : r.headers) {
        add(n);
        add(v);
    }
    add(r.body);

    std::lock_guard lock(mutex_);
    count_connection(c);
    e.connection = c.number;
    key_.assign(r.path);
    key_ += '\n';
    key_ += name;
    // After so many different calls, further ones are counted together. So a client that invents
    // paths does not use up the memory.
    if (counts_.size() < distinct_limit || counts_.contains(key_)) {
        ++counts_[key_];
    } else {
        ++counts_["\n"];
    }
    bytes_ += e.text.size();
    entries_.push_back(std::move(e));
    request_ticket ticket;
    ticket.epoch = epoch_;
    ticket.number = first_ + entries_.size() - 1;
    while (entries_.size() > entry_limit || (bytes_ > byte_limit && entries_.size() > 1)) {
        entry const& oldest = entries_.front();
        bytes_ -= oldest.text.size();
        answer_bytes_ -= oldest.answer.size();
        if (!oldest.took) write_log(oldest, first_);
        entries_.pop_front();
        ++first_;
    }
    if (waiting_) changed_.notify_all();
    return ticket;
}

void journal_store::answered(
    request_ticket const& t, std::optional<int> status, std::string_view body
)
{
    std::lock_guard lock(mutex_);
    if (t.epoch != epoch_ || t.number < first_) return;
    entry& e = entries_[t.number - first_];
    e.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - e.begun
    );
    e.status = status;
    e.fault = t.fault;
    e.fault_id = t.fault_id;
    keep_answer(e, t.number, body);
    write_log(e, t.number);
    if (waiting_) changed_.notify_all();
}

void journal_store::keep_answer(entry& e, std::uint64_t number, std::string_view body)
{
    e.answer_bytes = body.size();
    if (number < first_answer_) return;
    e.answer = body.substr(0, answer_limit);
    answer_bytes_ += e.answer.size();
    while (answer_bytes_ > answers_limit) {
        first_answer_ = std::max(first_answer_, first_);
        std::string& oldest = entries_[first_answer_++ - first_].answer;
        answer_bytes_ -= oldest.size();
        oldest = std::string();
    }
}

void journal_store::write_log(entry const& e, std::uint64_t number)
{
    if (!log_) return;
    std::string line;
    append_request(line, show(e, number));
    if (!session_.empty()) line.insert(1, "\"session\":\"" + session_ + "\",");
    log_->write(line);
}

void journal_store::frame(std::string_view path, recorded_frame f, connection_record& c)
{
    f.path = path;
    std::lock_guard lock(mutex_);
    f.connection = c.number;
    frame_bytes_ += f.payload.size();
    frames_.push_back(std::move(f));
    while (frames_.size() > entry_limit || (frame_bytes_ > byte_limit && frames_.size() > 1)) {
        frame_bytes_ -= frames_.front().payload.size();
        frames_.pop_front();
    }
    if (waiting_) changed_.notify_all();
}

std::vector<recorded_frame> journal_store::frames(std::string_view kind) const
{
    std::vector<recorded_frame> out;
    {
        std::lock_guard lock(mutex_);
        for (recorded_frame const& f : frames_) {
            if (kind == "*" || f.kind == kind) out.push_back(f);
        }
    }
    if (unmasked_) return out;
    for (recorded_frame& f : out) f.payload = masked_text(f.payload);
    return out;
}

std::size_t journal_store::count_frames_locked(std::string_view kind) const
{
    std::size_t n = 0;
    for (recorded_frame const& f : frames_) n += kind == "*" || f.kind == kind;
    return n;
}

void journal_store::unasked(std::string what)
{
    std::lock_guard lock(mutex_);
    if (unasked_.size() < unasked_limit) unasked_.push_back(std::move(what));
}

std::vector<std::string> journal_store::unasked() const
{
    std::lock_guard lock(mutex_);
    return unasked_;
}

std::size_t journal_store::count_locked(std::string_view pattern) const
{
    std::size_t n = 0;
    for (auto const& [key, times] : counts_) {
        auto const end = key.find('\n');
        std::string_view const text = key;
        if (pattern_matches(pattern, text.substr(0, end), text.substr(end + 1))) n += times;
    }
    return n;
}

std::size_t journal_store::count_locked(request_filter const& filter) const
{
    if (!filter.since && !filter.limit && !filter.status) return count_locked(filter.pattern);
    std::size_t n = 0;
    for (std::uint64_t at = begin_of(filter); at < first_ + entries_.size(); ++at) {
        if (matches(entries_[at - first_], filter)) ++n;
    }
    return std::min(n, filter.limit.value_or(n));
}

std::size_t journal_store::count(std::string_view pattern) const
{
    std::lock_guard lock(mutex_);
    return count_locked(pattern);
}

recorded_request journal_store::show(entry const& e, std::uint64_t number) const
{
    std::string_view const text = e.text;
    auto const part = [&](std::size_t i) {
        std::size_t const begin = i == 0 ? 0 : e.ends[i - 1];
        return text.substr(begin, e.ends[i] - begin);
    };
    bool const plain = unmasked_;
    recorded_request r;
    r.number = number;
    r.time = e.time;
    r.clock = e.clock;
    r.took = e.took;
    r.status = e.status;
    r.fault = plain ? e.fault : masked_text(e.fault);
    r.fault_id = e.fault_id;
    r.answer_bytes = e.answer_bytes;
    r.connection = e.connection;
    r.method = part(0);
    r.path = plain ? std::string(part(1)) : masked_text(part(1));
    r.name = part(2);
    std::size_t i = 3;
    for (; i + 1 < e.ends.size(); i += 2) {
        std::string_view const name = part(i);
        std::string_view const value = part(i + 1);
        r.headers.emplace_back(name, plain ? std::string(value) : masked_header(name, value));
    }
    r.body = plain ? std::string(part(i)) : masked_body(r.name, part(i));
    r.answer = plain ? e.answer : masked_answer(r.name, e.answer);
    return r;
}

std::vector<recorded_request> journal_store::requests(std::string_view pattern) const
{
    std::lock_guard lock(mutex_);
    std::vector<recorded_request> out;
    std::uint64_t number = first_;
    for (entry const& e : entries_) {
        if (matches(e, pattern)) out.push_back(show(e, number));
        ++number;
    }
    return out;
}

bool journal_store::matches(entry const& e, request_filter const& filter) const
{
    return (!filter.status || e.status == filter.status) && matches(e, filter.pattern);
}

std::uint64_t journal_store::begin_of(request_filter const& filter) const
{
    std::uint64_t const end = first_ + entries_.size();
    if (!filter.since) return first_;
    return *filter.since < end ? std::max(first_, *filter.since + 1) : end;
}

bool journal_store::has_locked(request_filter const& filter) const
{
    for (std::uint64_t n = begin_of(filter); n < first_ + entries_.size(); ++n) {
        if (matches(entries_[n - first_], filter)) return true;
    }
    return false;
}

bool journal_store::matches(entry const& e, std::string_view pattern) const
{
    std::string_view const text = e.text;
    std::string_view const target = text.substr(e.ends[0], e.ends[1] - e.ends[0]);
    std::string_view const name = text.substr(e.ends[1], e.ends[2] - e.ends[1]);
    return pattern_matches(pattern, target.substr(0, target.find('?')), name);
}

std::size_t journal_store::connections() const
{
    std::lock_guard lock(mutex_);
    return connections_;
}

std::size_t journal_store::open() const
{
    std::lock_guard lock(mutex_);
    return open_;
}

std::size_t journal_store::handshakes() const
{
    std::lock_guard lock(mutex_);
    return handshakes_;
}

std::size_t journal_store::resumed_handshakes() const
{
    std::lock_guard lock(mutex_);
    return resumed_;
}

bool journal_store::wait(std::chrono::milliseconds limit, std::function<bool()> const& met) const
{
    std::unique_lock lock(mutex_);
    ++waiting_;
    bool const ok = changed_.wait_for(lock, limit, met);
    --waiting_;
    return ok;
}

struct journal_store::reading
{
    request_filter filter;
    bool begun = false;
    bool first = true;
    std::uint64_t epoch = 0;
    std::uint64_t at = 0;  ///< number of the next request to look at
    std::uint64_t end = 0;
};

bool journal_store::read_on(reading& r, std::string& to) const
{
    std::optional<recorded_request> found;
    {
        std::lock_guard lock(mutex_);
        if (!std::exchange(r.begun, true)) {
            to += "{\"connections\":" + std::to_string(connections_) +
                  ",\"open\":" + std::to_string(open_) + ",\"requests\":[";
            r.epoch = epoch_;
            r.end = first_ + entries_.size();
            r.at = begin_of(r.filter);
            if (!r.filter.since && r.filter.limit) {
                std::size_t left = *r.filter.limit;
                for (r.at = r.end; r.at > first_ && left > 0;) {
                    --r.at;
                    left -= matches(entries_[r.at - first_], r.filter);
                }
            }
        }
        if (r.epoch != epoch_ || r.filter.limit == std::size_t{0}) r.at = r.end;
        for (r.at = std::max(r.at, first_); r.at < r.end && !found;) {
            std::uint64_t const number = r.at++;
            entry const& e = entries_[number - first_];
            if (matches(e, r.filter)) found = show(e, number);
        }
    }
    if (!found) {
        to += "]}";
        return false;
    }
    if (r.filter.limit) --*r.filter.limit;
    if (!std::exchange(r.first, false)) to += ",\n";
    append_request(to, *found);
    return true;
}

std::function<bool(std::string&)> journal_store::json_pieces(request_filter filter) const
{
    constexpr std::size_t piece = std::size_t{64} << 10;
    reading r;
    r.filter = std::move(filter);
    return [this, r = std::move(r)](std::string& to) mutable {
        while (read_on(r, to)) {
            if (to.size() >= piece) return true;
        }
        return false;
    };
}

std::string journal_store::json() const
{
    std::string out;
    auto const pieces = json_pieces({});
    while (pieces(out)) {
    }
    return out;
}

std::string journal_store::frames_json(std::string_view kind) const
{
    std::string out = "{\"frames\":[";
    bool first = true;
    for (recorded_frame const& f : frames(kind)) {
        out += first ? "{\"connection\":" : ",\n{\"connection\":";
        first = false;
        out += std::to_string(f.connection) + ",\"path\":";
        append_json_string(out, repair_utf8(f.path));
        out += ",\"kind\":\"" + f.kind + "\",\"fin\":" + (f.fin ? "true" : "false");
        if (f.code != 0) out += ",\"code\":" + std::to_string(f.code);
        out += ",\"payload\":";
        append_json_string(out, repair_utf8(f.payload));
        out += '}';
    }
    return out + "]}";
}

void journal_store::clear()
{
    std::lock_guard lock(mutex_);
    ++epoch_;
    next_number_ = 1;
    connections_ = handshakes_ = resumed_ = bytes_ = frame_bytes_ = 0;
    first_ = first_answer_ = 1;
    answer_bytes_ = 0;
    entries_.clear();
    frames_.clear();
    counts_.clear();
    unasked_.clear();
    if (waiting_) changed_.notify_all();
}

}  // namespace cohub::inline abi_0_2::fake::detail
