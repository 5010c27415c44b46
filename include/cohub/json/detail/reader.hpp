#ifndef COHUB_JSON_DETAIL_READER_HPP
#define COHUB_JSON_DETAIL_READER_HPP

#include <cohub/json/decode.hpp>
#include <cohub/json/encode.hpp>

#include <boost/json/basic_parser.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

namespace cohub::json::detail {

inline constexpr std::size_t max_depth = 32;

/// The handler of `boost::json::basic_parser`: puts values where the type tables say.
///
/// A value is decoded, or built as a `json::value` (`any`, unknown members, an error that is no
/// text), or skipped. After the first misfit everything is skipped but a top-level `error`.
class reader
{
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    using code = boost::system::error_code;
    using view = boost::json::string_view;

    reader(type_info const& type, void* target, envelope e, std::size_t text_size) noexcept
        : top_{&type, target}, envelope_(e == envelope::error_member), text_size_(text_size)
    {
    }

    /// What stands in the way of a good answer, once the text has been parsed.
    outcome finish()
    {
        outcome o;
        if (error_seen_) {
            o.is = outcome::status::error_envelope;
            o.text = std::move(error_text_);
        } else if (failed_) {
            o.is = outcome::status::bad_shape;
            o.path = std::move(path_);
            o.text = std::move(problem_);
        }
        return o;
    }

    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_comment_part(view, code&) { return true; }
    bool on_comment(view, code&) { return true; }

    bool on_object_begin(code&)
    {
        if (mode_ != mode::decoding) return begin_inside();
        slot s = next();
        if (s.type != nullptr && s.type->kind == kind::optional)
            s = {s.type->inner, s.type->open(s.at)};
        if (s.type != nullptr && (s.type->kind == kind::object || s.type->kind == kind::map)) {
            if (s.type->kind == kind::map) s.type->clear(s.at);
            return push(s);
        }
        return begin_other(s, "an object");
    }

    bool on_object_end(std::size_t n, code&)
    {
        if (mode_ != mode::decoding) return end_inside(n, true);
        frame& f = *top_frame_;
        f.member = nullptr;
        if (f.type != nullptr && (f.type->required & ~f.seen) != 0) missing(f);
        pop();
        return true;
    }

    bool on_array_begin(code&)
    {
        if (mode_ != mode::decoding) return begin_inside();
        slot s = next();
        if (s.type != nullptr && s.type->kind == kind::optional)
            s = {s.type->inner, s.type->open(s.at)};
        if (s.type != nullptr && s.type->kind == kind::sequence) {
            s.type->clear(s.at);
            // A guess that saves the growing; bounded, since the text may be made up of `[[],[],…`.
            constexpr std::size_t most = 1024;
            s.type->reserve(s.at, std::min(text_size_ / s.type->inner->least_size + 1, most));
            return push(s);
        }
        return begin_other(s, "an array");
    }

    bool on_array_end(std::size_t n, code&)
    {
        if (mode_ != mode::decoding) return end_inside(n, false);
        pop();
        return true;
    }

    bool on_key_part(view s, std::size_t, code&)
    {
        if (mode_ == mode::building)
            values().push_chars(s);
        else if (mode_ != mode::skipping)
            key_.append(s.data(), s.size());
        return true;
    }

    bool on_key(view s, std::size_t, code&)
    {
        if (mode_ != mode::decoding) {
            if (mode_ == mode::building) values().push_key(s);
            return true;
        }
        std::string_view const tail(s.data(), s.size());
        if (key_.empty())
            take_key(tail);
        else {
            key_.append(tail);
            take_key(key_);
            key_.clear();
        }
        return true;
    }

    bool on_string_part(view s, std::size_t, code&)
    {
        if (mode_ == mode::building)
            values().push_chars(s);
        else if (mode_ != mode::skipping)
            text_.append(s.data(), s.size());
        return true;
    }

    bool on_string(view s, std::size_t, code&)
    {
        std::string_view const tail(s.data(), s.size());
        if (mode_ == mode::building) {
            values().push_string(s);
            return true;
        }
        if (mode_ == mode::skipping) return true;
        if (text_.empty())
            take_text(tail);
        else {
            text_.append(tail);
            take_text(text_);
            text_.clear();
        }
        return true;
    }

    bool on_number_part(view, code&) { return true; }

    bool on_int64(std::int64_t v, view, code&)
    {
        if (mode_ != mode::decoding) {
            if (mode_ == mode::building) values().push_int64(v);
            return mode_ != mode::error_value || error_is("a number");
        }
        slot const s = next();
        if (s.type == nullptr) return true;
        if (s.type->store_int != nullptr && s.type->store_int(s.at, v)) return true;
        constexpr std::int64_t exact = std::int64_t(1) << 53;
        if (s.type->store_double != nullptr && v >= -exact && v <= exact) {
            s.type->store_double(s.at, static_cast<double>(v));
            return true;
        }
        if (s.type->kind == kind::any)
            any_at(s) = v;
        else
            unfit_number(s);
        return true;
    }

    bool on_uint64(std::uint64_t v, view, code&)
    {
        if (mode_ != mode::decoding) {
            if (mode_ == mode::building) values().push_uint64(v);
            return mode_ != mode::error_value || error_is("a number");
        }
        slot const s = next();
        if (s.type == nullptr) return true;
        if (s.type->store_uint != nullptr && s.type->store_uint(s.at, v)) return true;
        // Beyond INT64_MAX a double keeps it only if its low bits are zero.
        if (s.type->store_double != nullptr && (v & 0x7FF) == 0) {
            s.type->store_double(s.at, static_cast<double>(v));
            return true;
        }
        if (s.type->kind == kind::any)
            any_at(s) = v;
        else
            unfit_number(s);
        return true;
    }

    bool on_double(double v, view, code&)
    {
        if (mode_ != mode::decoding) {
            if (mode_ == mode::building) values().push_double(v);
            return mode_ != mode::error_value || error_is("a number");
        }
        slot const s = next();
        if (s.type == nullptr) return true;
        if (s.type->store_double != nullptr && std::isfinite(v)) {
            s.type->store_double(s.at, v);
            return true;
        }
        // 1.0 is an integer. Beyond 2^53 a double may stand for another one, and Boost.JSON rounds
        // by some units more: below 2^49 that shows as a fraction, never as another integer.
        constexpr double exact = 562949953421312.0;
        if (s.type->store_int != nullptr && std::trunc(v) == v && v <= exact && v >= -exact &&
            s.type->store_int(s.at, static_cast<std::int64_t>(v)))
            return true;
        if (s.type->kind == kind::any)
            any_at(s) = v;
        else
            unfit_number(s);
        return true;
    }

    bool on_bool(bool v, code&)
    {
        if (mode_ != mode::decoding) {
            if (mode_ == mode::building) values().push_bool(v);
            return mode_ != mode::error_value || error_is(v ? "true" : "false");
        }
        slot const s = next();
        if (s.type == nullptr) return true;
        if (s.type->store_bool != nullptr)
            s.type->store_bool(s.at, v);
        else if (s.type->kind == kind::any)
            any_at(s) = v;
        else
            unfit(s, v ? "true" : "false");
        return true;
    }

    bool on_null(code&)
    {
        if (mode_ != mode::decoding) {
            if (mode_ == mode::building) values().push_null();
            // `{"error": null}` says that there is none.
            if (mode_ == mode::error_value) mode_ = mode::decoding;
            return true;
        }
        slot const s = next();
        if (s.type == nullptr) return true;
        if (s.type->nullable)
            s.type->clear(s.at);
        else if (s.type->kind == kind::any)
            any_at(s) = nullptr;
        else
            unfit(s, "null");
        return true;
    }

private:
    using value_stack = boost::json::value_stack;

    enum class mode : std::uint8_t
    {
        decoding,
        error_value,  // the value of the top-level `error` comes
        building,
        skipping,
    };

    /// Where a value goes; no type: nowhere.
    struct slot
    {
        type_info const* type = nullptr;
        void* at = nullptr;
    };

    struct frame
    {
        type_info const* type;
        void* at;
        std::uint64_t seen;
        std::size_t index;            // of a sequence: elements begun
        member_info const* member;    // of an object: the one whose value comes; null: none we know
        member_info const* expected;  // of an object: the one that presumably comes next
    };

    slot next()
    {
        if (depth_ == 0) return top_;
        frame& f = *top_frame_;
        if (f.member != nullptr) return {f.member->type, f.member->at(f.at)};
        if (f.type == nullptr) return {};
        return next_other(f);
    }

    slot next_other(frame& f)
    {
        switch (f.type->kind) {
            case kind::sequence:
                ++f.index;
                return {f.type->inner, f.type->open(f.at)};
            case kind::map:
                return {f.type->inner, f.type->open_key(f.at, map_key_)};
            default:
                break;
        }
        if (f.type->extra == nullptr) return {};
        boost::json::object& extra = *f.type->extra(f.at);
        return {&type_of<boost::json::value>::info, &extra[view(map_key_.data(), map_key_.size())]};
    }

    /// Equality of short texts without a call: the halves overlap.
    static bool same(std::string_view a, std::string_view b) noexcept
    {
        std::size_t const n = a.size();
        if (n != b.size()) return false;
        auto const differ = [&](auto word, std::size_t at) {
            auto other = word;
            std::memcpy(&word, a.data() + at, sizeof word);
            std::memcpy(&other, b.data() + at, sizeof other);
            return word != other;
        };
        if (n >= 8 && n <= 16)
            return !differ(std::uint64_t(), 0) && !differ(std::uint64_t(), n - 8);
        if (n >= 4 && n < 8) return !differ(std::uint32_t(), 0) && !differ(std::uint32_t(), n - 4);
        return a == b;
    }

    void take_key(std::string_view key)
    {
        frame& f = *top_frame_;
        if (depth_ == 1 && envelope_ && key == "error") {
            mode_ = mode::error_value;
            return;
        }
        f.member = nullptr;
        if (f.type == nullptr) return;
        // Servers keep to an order: look where the last one stood, then everywhere.
        member_info const* const first = f.type->members;
        member_info const* const end = first + f.type->member_count;
        for (auto const* m = f.expected; m != end; ++m)
            if (same(m->name, key)) return found(f, m);
        for (auto const* m = first; m != f.expected; ++m)
            if (same(m->name, key)) return found(f, m);
        map_key_.assign(key);
    }

    static void found(frame& f, member_info const* m) noexcept
    {
        f.member = m;
        f.seen |= m->bit;
        f.expected = m + 1;
    }

    void take_text(std::string_view text)
    {
        if (mode_ == mode::error_value) {
            error_is(text);
            return;
        }
        slot const s = next();
        if (s.type == nullptr) return;
        if (s.type->store_text != nullptr) {
            if (!s.type->store_text(s.at, text)) unfit(s, "another string");
        } else if (s.type->kind == kind::any)
            any_at(s) = view(text.data(), text.size());
        else
            unfit(s, "a string");
    }

    bool push(slot const& s)
    {
        // The parser's own limit is max_depth containers; the check keeps this true by itself.
        if (depth_ == max_depth + 1) return begin_skipped();
        ++depth_;
        ++top_frame_;
        *top_frame_ =
            frame{s.type, s.at, 0, 0, nullptr, s.type != nullptr ? s.type->members : nullptr};
        return true;
    }

    void pop() noexcept
    {
        --depth_;
        --top_frame_;
    }

    // ---- what is not decoded ----

    static boost::json::value& any_at(slot const& s) noexcept
    {
        return *static_cast<boost::json::value*>(s.at);
    }

    value_stack& values()
    {
        if (!values_) {
            values_.emplace();
            values_->reset();
        }
        return *values_;
    }

    /// A container where no container of this kind is due.
    bool begin_other(slot const& s, char const* what)
    {
        if (s.type == nullptr) return begin_skipped();
        if (s.type->kind == kind::any) {
            // Built member by member, so that an `error` among them is seen.
            if (depth_ == 0 && envelope_ && what[3] == 'o')
                return push({&type_of<boost::json::object>::info, &any_at(s).emplace_object()});
            mode_ = mode::building;
            nested_ = 1;
            built_at_ = s.at;
            return true;
        }
        if (s.type->kind != kind::nothing) unfit(s, what);
        // The top stays open for a look at its `error`; everything below is skipped.
        if (depth_ == 0 && what[3] == 'o') return push({});
        return begin_skipped();
    }

    bool begin_skipped()
    {
        mode_ = mode::skipping;
        nested_ = 1;
        return true;
    }

    bool begin_inside()
    {
        if (mode_ == mode::error_value) {
            mode_ = mode::building;
            built_at_ = nullptr;
            nested_ = 0;
        }
        ++nested_;
        return true;
    }

    bool end_inside(std::size_t n, bool is_object)
    {
        if (mode_ == mode::building) {
            if (is_object)
                values().push_object(n);
            else
                values().push_array(n);
        }
        if (--nested_ != 0) return true;
        bool const built = mode_ == mode::building;
        mode_ = mode::decoding;
        if (!built) return true;
        boost::json::value v = values_->release();
        values_->reset();
        if (built_at_ != nullptr)
            *static_cast<boost::json::value*>(built_at_) = std::move(v);
        else {
            error_text_.clear();
            writer(error_text_).value(v);
            error_seen_ = true;
        }
        return true;
    }

    bool error_is(std::string_view text)
    {
        error_text_.assign(text);
        error_seen_ = true;
        mode_ = mode::decoding;
        return true;
    }

    void unfit_number(slot const& s)
    {
        bool const number = s.type->store_int != nullptr || s.type->store_double != nullptr;
        unfit(s, number ? "another number" : "a number");
    }

    void unfit(slot const& s, char const* got)
    {
        if (s.type->kind == kind::nothing) return;
        frame const* const f = depth_ == 0 ? nullptr : top_frame_;
        if (f != nullptr && f->member != nullptr && f->member->lenient &&
            f->member->type->nullable) {
            f->member->type->clear(f->member->at(f->at));
            return;
        }
        fail(path(), std::string("expected ") + s.type->expected + ", got " + got);
    }

    void missing(frame const& f)
    {
        auto const first = static_cast<std::size_t>(std::countr_zero(f.type->required & ~f.seen));
        fail(path() + "/" + std::string(f.type->members[first].name), "is missing");
    }

    /// From now on no value has a place any more.
    void fail(std::string where, std::string what)
    {
        failed_ = true;
        path_ = std::move(where);
        problem_ = std::move(what);
        top_ = {};
        for (std::size_t i = 1; i <= depth_; ++i) {
            stack_[i].type = nullptr;
            stack_[i].member = nullptr;
        }
    }

    std::string path() const
    {
        std::string p;
        for (std::size_t i = 1; i <= depth_; ++i) {
            frame const& f = stack_[i];
            if (f.type == nullptr) continue;
            if (f.member != nullptr)
                p.append("/").append(f.member->name);
            else if (f.type->kind == kind::sequence)
                p.append("/").append(std::to_string(f.index - 1));
            else if (f.type->kind == kind::map)
                p.append("/").append(map_key_);
        }
        return p;
    }

    std::array<frame, max_depth + 2> stack_;  // the first one stands for "outside"
    slot top_;
    bool envelope_;
    bool failed_ = false;
    bool error_seen_ = false;
    mode mode_ = mode::decoding;
    std::size_t depth_ = 0;
    frame* top_frame_ = stack_.data();
    std::size_t nested_ = 0;  // containers open inside what is built or skipped
    std::size_t text_size_;
    void* built_at_ = nullptr;
    std::string key_, map_key_, text_;
    std::string error_text_, path_, problem_;
    std::optional<value_stack> values_;
};

}  // namespace cohub::json::detail

#endif
