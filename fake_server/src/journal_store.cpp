#include "journal_store.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <stdexcept>
#include <utility>

#include "masking.hpp"
#include "text.hpp"

namespace cohub::fake {

namespace detail {

namespace {
constexpr std::size_t entry_limit = 100'000;
constexpr std::size_t byte_limit = std::size_t{256} << 20;
constexpr std::size_t unasked_limit = 100;
constexpr std::size_t distinct_limit = 10'000;

void append_request(std::string& out, recorded_request const& r)
{
    out += "{\"connection\":";
    out += std::to_string(r.connection);
    out += ",\"method\":";
    append_json_string(out, repair_utf8(r.method));
    out += ",\"path\":";
    append_json_string(out, repair_utf8(r.path));
    out += ",\"headers\":{";
    bool first_header = true;
    for (std::size_t i = 0; i < r.headers.size(); ++i) {
        // A JSON object has each name once; repeated headers are joined as HTTP allows.
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
    boost::system::error_code error;
    boost::json::value const body = boost::json::parse(r.body, error);
    if (r.body.empty()) {
        out += "null";
    } else if (!error) {
        // As the client spelled it, numbers above all, but on one line: a line end that is no part
        // of a text is only white space.
        for (char const c : r.body) out += c == '\n' || c == '\r' ? ' ' : c;
    } else {
        append_json_string(out, repair_utf8(r.body));
    }
    out += '}';
}

}  // namespace

journal_store::journal_store(bool unmasked, std::string const& log_file) : unmasked_(unmasked)
{
    if (log_file.empty()) return;
    log_.open(log_file, std::ios::app);
    if (!log_) throw std::invalid_argument("cannot write the log '" + log_file + "'");
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

void journal_store::received(request const& r, std::string_view name, connection_record& c)
{
    entry e;
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
    // Somebody who invents paths without end still has them counted, together.
    if (counts_.size() < distinct_limit || counts_.contains(key_)) {
        ++counts_[key_];
    } else {
        ++counts_["\n"];
    }
    if (log_.is_open()) {
        std::string line;
        append_request(line, show(e));
        log_ << line << '\n' << std::flush;
    }
    bytes_ += e.text.size();
    entries_.push_back(std::move(e));
    while (entries_.size() > entry_limit || (bytes_ > byte_limit && entries_.size() > 1)) {
        bytes_ -= entries_.front().text.size();
        entries_.pop_front();
    }
    if (waiting_) changed_.notify_all();
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

std::size_t journal_store::count(std::string_view pattern) const
{
    std::lock_guard lock(mutex_);
    return count_locked(pattern);
}

recorded_request journal_store::show(entry const& e) const
{
    std::string_view const text = e.text;
    auto const part = [&](std::size_t i) {
        std::size_t const begin = i == 0 ? 0 : e.ends[i - 1];
        return text.substr(begin, e.ends[i] - begin);
    };
    recorded_request r;
    r.connection = e.connection;
    r.method = part(0);
    r.path = unmasked_ ? std::string(part(1)) : masked_text(part(1));
    r.name = part(2);
    std::size_t i = 3;
    for (; i + 1 < e.ends.size(); i += 2) {
        std::string_view const name = part(i);
        std::string_view const value = part(i + 1);
        r.headers.emplace_back(name, unmasked_ ? std::string(value) : masked_header(name, value));
    }
    r.body = unmasked_ ? std::string(part(i)) : masked_body(r.name, part(i));
    return r;
}

std::vector<recorded_request> journal_store::requests(std::string_view pattern) const
{
    std::lock_guard lock(mutex_);
    std::vector<recorded_request> out;
    for (entry const& e : entries_) {
        std::string_view const text = e.text;
        std::string_view const target = text.substr(e.ends[0], e.ends[1] - e.ends[0]);
        std::string_view const name = text.substr(e.ends[1], e.ends[2] - e.ends[1]);
        if (pattern_matches(pattern, target.substr(0, target.find('?')), name)) {
            out.push_back(show(e));
        }
    }
    return out;
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

std::string journal_store::json() const
{
    std::vector<recorded_request> all;
    std::size_t connections = 0, open = 0;
    {
        std::lock_guard lock(mutex_);
        connections = connections_;
        open = open_;
        all.reserve(entries_.size());
        for (entry const& e : entries_) all.push_back(show(e));
    }
    std::string out = "{\"connections\":" + std::to_string(connections) +
                      ",\"open\":" + std::to_string(open) + ",\"requests\":[";
    bool first = true;
    for (recorded_request const& r : all) {
        if (!first) out += ",\n";
        first = false;
        append_request(out, r);
    }
    out += "]}";
    return out;
}

std::string journal_store::frames_json() const
{
    std::string out = "{\"frames\":[";
    bool first = true;
    for (recorded_frame const& f : frames("*")) {
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
    entries_.clear();
    frames_.clear();
    counts_.clear();
    unasked_.clear();
    if (waiting_) changed_.notify_all();
}

}  // namespace detail

std::string_view recorded_request::header(std::string_view field) const
{
    for (auto const& [spelling, value] : headers) {
        if (equal_ignoring_case(spelling, field)) return value;
    }
    return {};
}

std::size_t journal::count(std::string_view pattern) const { return store_->count(pattern); }

std::vector<recorded_request> journal::requests(std::string_view pattern) const
{
    return store_->requests(pattern);
}

std::size_t journal::connections() const { return store_->connections(); }
std::size_t journal::open() const { return store_->open(); }
std::size_t journal::handshakes() const { return store_->handshakes(); }
std::size_t journal::resumed_handshakes() const { return store_->resumed_handshakes(); }

bool journal::wait_for(std::string_view pattern, std::size_t n, std::chrono::milliseconds limit)
    const
{
    return store_->wait(limit, [&] { return store_->count_locked(pattern) >= n; });
}

bool journal::wait_for_connections(std::size_t n, std::chrono::milliseconds limit) const
{
    return store_->wait(limit, [&] { return store_->connections_locked() >= n; });
}

bool journal::wait_for_open(std::size_t n, std::chrono::milliseconds limit) const
{
    return store_->wait(limit, [&] { return store_->open_locked() == n; });
}

std::vector<recorded_frame> journal::frames(std::string_view kind) const
{
    return store_->frames(kind);
}

bool journal::wait_for_frames(std::string_view kind, std::size_t n, std::chrono::milliseconds limit)
    const
{
    return store_->wait(limit, [&] { return store_->count_frames_locked(kind) >= n; });
}

std::string journal::frames_json() const { return store_->frames_json(); }
std::string journal::json() const { return store_->json(); }
void journal::clear() const { store_->clear(); }

}  // namespace cohub::fake
