#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// A tracer that keeps its spans in memory and has the names of opentelemetry-cpp. For tests, and
/// for examples that run without that library.
namespace adapters::memory {

// The names are those of opentelemetry-cpp.
// NOLINTBEGIN(readability-identifier-naming)

template <std::size_t Digits>
class id
{
public:
    id() = default;
    explicit id(std::uint64_t number)
    {
        for (std::size_t i = Digits; number != 0 && i != 0; number /= 16)
            text_[--i] = "0123456789abcdef"[number % 16];
    }
    bool IsValid() const { return text_.find_first_not_of('0') != text_.npos; }
    void ToLowerBase16(std::span<char, Digits> to) const { text_.copy(to.data(), Digits); }
    std::string const& text() const { return text_; }
    bool operator==(id const&) const = default;

private:
    std::string text_ = std::string(Digits, '0');
};

class SpanContext
{
public:
    SpanContext() = default;
    SpanContext(id<32> trace, id<16> span) : trace_(std::move(trace)), span_(std::move(span)) {}

    bool IsValid() const { return trace_.IsValid() && span_.IsValid(); }
    bool IsSampled() const { return true; }
    id<32> const& trace_id() const { return trace_; }
    id<16> const& span_id() const { return span_; }

private:
    id<32> trace_;
    id<16> span_;
};

enum class SpanKind
{
    kInternal,
    kClient
};
enum class StatusCode
{
    kUnset,
    kError
};

struct StartSpanOptions
{
    std::chrono::system_clock::time_point start_system_time;
    std::chrono::steady_clock::time_point start_steady_time;
    SpanContext parent;
    SpanKind kind = SpanKind::kInternal;
};

/// The data of a span.
struct SpanData
{
    std::string name;
    SpanKind kind = SpanKind::kInternal;
    SpanContext context, parent;
    std::map<std::string, std::string> attributes;
    StatusCode status = StatusCode::kUnset;
    std::string description;
    int ended = 0;
};

class Tracer;

class Span
{
public:
    using value = std::variant<std::int64_t, char const*>;

    explicit Span(Tracer& of, SpanData d) : tracer_(of), data_(std::move(d)) {}

    void SetAttribute(std::string_view key, value v)
    {
        data_.attributes[std::string(key)] =
            v.index() == 0 ? std::to_string(std::get<0>(v)) : std::get<1>(v);
    }
    void SetStatus(StatusCode code, std::string_view description = "")
    {
        data_.status = code;
        data_.description = description;
    }
    SpanContext GetContext() const { return data_.context; }
    void End();

private:
    Tracer& tracer_;
    SpanData data_;
};

class Tracer
{
public:
    /// @param active the parent of spans that are started without a parent
    explicit Tracer(SpanContext active = {}) : active_(std::move(active)) {}

    std::shared_ptr<Span> StartSpan(std::string_view name, StartSpanOptions const& options = {})
    {
        std::lock_guard const lock(mutex_);
        SpanData d;
        d.name = name;
        d.kind = options.kind;
        d.parent = options.parent.IsValid() ? options.parent : active_;
        ++last_;
        auto const trace = d.parent.IsValid() ? d.parent.trace_id() : id<32>(0xace00 + last_);
        d.context = SpanContext(trace, id<16>(last_));
        ++begun_;
        return std::make_shared<Span>(*this, std::move(d));
    }

    /// @brief The spans in the order in which they ended.
    std::vector<SpanData> ended() const
    {
        std::lock_guard const lock(mutex_);
        return ended_;
    }
    std::size_t begun() const
    {
        std::lock_guard const lock(mutex_);
        return begun_;
    }

private:
    friend class Span;

    mutable std::mutex mutex_;
    SpanContext active_;
    std::uint64_t last_ = 0;
    std::size_t begun_ = 0;
    std::vector<SpanData> ended_;
};

inline void Span::End()
{
    std::lock_guard const lock(tracer_.mutex_);
    if (++data_.ended == 1) tracer_.ended_.push_back(data_);
}

/// For `adapters::spans`.
struct api
{
    using tracer = std::shared_ptr<Tracer>;
    using span = std::shared_ptr<Span>;
    using start_options = StartSpanOptions;
    static constexpr auto kind_internal = SpanKind::kInternal;
    static constexpr auto kind_client = SpanKind::kClient;
    static constexpr auto status_error = StatusCode::kError;
};

// NOLINTEND(readability-identifier-naming)

}  // namespace adapters::memory
