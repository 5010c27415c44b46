#ifndef COHUB_JSON_DETAIL_READER_HPP
#define COHUB_JSON_DETAIL_READER_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/text.hpp>
#include <cohub/json/decode.hpp>
#include <cohub/json/detail/scanner.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

namespace cohub::inline abi_0_2::json::detail {

/// The scanner's handler: stores values where the type tables say.
///
/// A value is decoded, or built as a `json::value` (`any`, unknown members, an error that is not a
/// text), or skipped. After the first value that does not fit, everything is skipped except a
/// top-level `error`.
class reader
{
public:
    using view = boost::json::string_view;

    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): stack_ is written as it grows
    reader(
        type_info const& type, void* target, envelope e, std::size_t text_size, bool plain_integers
    ) noexcept
        : top_{&type, target},
          envelope_(e == envelope::error_member),
          plain_integers_(plain_integers),
          text_size_(text_size)
    {
    }

    /// The problem of this answer, if any, after the text has been parsed.
    outcome finish()
    {
        outcome o;
        if (error_seen_) {
            o.status = outcome::code::error_envelope;
            o.text = std::move(error_text_);
        } else if (failed_) {
            o.status = outcome::code::bad_shape;
            o.path = std::move(path_);
            o.text = std::move(problem_);
        }
        return o;
    }

    void on_object_begin()
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

    void on_object_end(std::size_t n)
    {
        if (mode_ != mode::decoding) return end_inside(n, true);
        frame& f = *top_frame_;
        f.member = nullptr;
        if (f.type != nullptr && (f.type->required & ~f.seen) != 0) missing(f);
        pop();
    }

    void on_array_begin()
    {
        if (mode_ != mode::decoding) return begin_inside();
        slot s = next();
        if (s.type != nullptr && s.type->kind == kind::optional)
            s = {s.type->inner, s.type->open(s.at)};
        if (s.type != nullptr && s.type->kind == kind::sequence) {
            s.type->clear(s.at);
            // An estimate that avoids reallocations. It is bounded, since the text may consist of
            // `[[],[],…`.
            constexpr std::size_t most = 1024;
            s.type->reserve(s.at, std::min(text_size_ / s.type->inner->least_size + 1, most));
            return push(s);
        }
        return begin_other(s, "an array");
    }

    void on_array_end(std::size_t n)
    {
        if (mode_ != mode::decoding) return end_inside(n, false);
        pop();
    }

    /// @param p the position after a quote
    /// @return the length of the member's name up to its closing quote, if it is the name that is
    /// expected next; otherwise 0
    std::size_t expect_key(char const* p, char const* end) noexcept
    {
        if (mode_ != mode::decoding || (depth_ == 1 && envelope_)) return 0;
        frame& f = *top_frame_;
        if (f.type == nullptr) return 0;
        auto const room = static_cast<std::size_t>(end - p);
        member_info const* const last = f.type->members + f.type->member_count;
        for (member_info const* m = f.expected; m != last; ++m) {
            std::size_t const n = m->name.size();
            if (n >= room || p[n] != '"' || !same(m->name, std::string_view(p, n))) continue;
            found(f, m);
            return n;
        }
        return 0;
    }

    void on_key(std::string_view key)
    {
        if (mode_ == mode::decoding)
            take_key(key);
        else if (mode_ == mode::building)
            values().push_key(view(key.data(), key.size()));
    }

    void on_string(std::string_view text)
    {
        if (mode_ == mode::decoding)
            take_text(text);
        else if (mode_ == mode::building)
            values().push_string(view(text.data(), text.size()));
        else if (mode_ == mode::error_value)
            error_is(text);
    }

    void on_int64(std::int64_t v)
    {
        if (mode_ != mode::decoding) {
            if (mode_ == mode::building) values().push_int64(v);
            if (mode_ == mode::error_value) error_is("a number");
            return;
        }
        slot const s = next();
        if (s.type == nullptr) return;
        if (s.type->store_int != nullptr && s.type->store_int(s.at, v)) return;
        constexpr std::int64_t exact = std::int64_t(1) << 53;
        if (s.type->store_double != nullptr && v >= -exact && v <= exact) {
            s.type->store_double(s.at, static_cast<double>(v));
            return;
        }
        if (s.type->kind == kind::any)
            any_at(s) = v;
        else
            unfit_number(s);
    }

    void on_uint64(std::uint64_t v)
    {
        if (mode_ != mode::decoding) {
            if (mode_ == mode::building) values().push_uint64(v);
            if (mode_ == mode::error_value) error_is("a number");
            return;
        }
        slot const s = next();
        if (s.type == nullptr) return;
        if (s.type->store_uint != nullptr && s.type->store_uint(s.at, v)) return;
        // A double represents a number above INT64_MAX only if its low bits are zero.
        if (s.type->store_double != nullptr && (v & 0x7FF) == 0) {
            s.type->store_double(s.at, static_cast<double>(v));
            return;
        }
        if (s.type->kind == kind::any)
            any_at(s) = v;
        else
            unfit_number(s);
    }

    void on_double(double v)
    {
        if (!std::isfinite(v) && mode_ == mode::building && !failed_)
            fail(path(), "holds a number beyond any double");
        if (mode_ != mode::decoding) {
            if (mode_ == mode::building) values().push_double(v);
            if (mode_ == mode::error_value) error_is("a number");
            return;
        }
        slot const s = next();
        if (s.type == nullptr) return;
        if (s.type->store_double != nullptr && std::isfinite(v)) {
            s.type->store_double(s.at, v);
            return;
        }
        // 1.0 is an integer; from 2^53 on, a double may stand for another integer.
        constexpr double exact = 9007199254740991.0;
        if (s.type->store_int != nullptr && !plain_integers_ && std::trunc(v) == v && v <= exact &&
            v >= -exact && s.type->store_int(s.at, static_cast<std::int64_t>(v)))
            return;
        if (s.type->kind == kind::any && std::isfinite(v))
            any_at(s) = v;
        else
            unfit_number(s);
    }

    void on_bool(bool v)
    {
        if (mode_ != mode::decoding) {
            if (mode_ == mode::building) values().push_bool(v);
            if (mode_ == mode::error_value) {
                if (v)
                    error_is("true");
                else
                    mode_ = mode::decoding;  // like null: there is no error
            }
            return;
        }
        slot const s = next();
        if (s.type == nullptr) return;
        if (s.type->store_bool != nullptr)
            s.type->store_bool(s.at, v);
        else if (s.type->kind == kind::any)
            any_at(s) = v;
        else
            unfit(s, v ? "true" : "false");
    }

    void on_null()
    {
        if (mode_ != mode::decoding) {
            if (mode_ == mode::building) values().push_null();
            // `{"error": null}` means that there is no error.
            if (mode_ == mode::error_value) mode_ = mode::decoding;
            return;
        }
        slot const s = next();
        if (s.type == nullptr) return;
        if (s.type->nullable)
            s.type->clear(s.at);
        else if (s.type->kind == kind::any)
            any_at(s) = nullptr;
        else
            unfit(s, "null");
    }

private:
    using value_stack = boost::json::value_stack;

    enum class mode : std::uint8_t
    {
        decoding,
        error_value,  // the value of the top-level `error` comes next
        building,
        skipping,
    };

    /// Where a value is stored; without a type, it is not stored.
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
        std::size_t index;          // of a sequence: number of elements begun
        member_info const* member;  // of an object: whose value comes next; null: an unknown member
        member_info const* expected;  // of an object: the member that is expected next
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

    /// Compares short texts without a function call: the two halves overlap.
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
        return std::memcmp(a.data(), b.data(), n) == 0;
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
        // Servers use a fixed order: search after the last member first, then everywhere.
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
        slot const s = next();
        if (s.type == nullptr) return;
        if (s.type->store_text != nullptr) {
            if (!s.type->store_text(s.at, text)) unfit(s, "another string");
        } else if (s.type->kind == kind::any)
            any_at(s) = view(text.data(), text.size());
        else
            unfit(s, "a string");
    }

    void push(slot const& s)
    {
        // The scanner stops at max_depth containers. This check does not rely on that.
        if (depth_ == max_depth + 1) return begin_skipped();
        ++depth_;
        ++top_frame_;
        *top_frame_ =
            frame{s.type, s.at, 0, 0, nullptr, s.type != nullptr ? s.type->members : nullptr};
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

    /// A container in a place where no container of this kind is expected.
    void begin_other(slot const& s, char const* what)
    {
        if (s.type == nullptr) return begin_skipped();
        if (s.type->kind == kind::any) {
            // Built member by member, so that an `error` among them is found.
            if (depth_ == 0 && envelope_ && what[3] == 'o')
                return push({&type_of<boost::json::object>::info, &any_at(s).emplace_object()});
            mode_ = mode::building;
            nested_ = 1;
            built_at_ = s.at;
            return;
        }
        if (s.type->kind != kind::nothing) unfit(s, what);
        // The top level stays open to find its `error`; everything below is skipped.
        if (depth_ == 0 && what[3] == 'o') return push({});
        return begin_skipped();
    }

    void begin_skipped()
    {
        mode_ = mode::skipping;
        nested_ = 1;
    }

    void begin_inside()
    {
        if (mode_ == mode::error_value) {
            mode_ = mode::building;
            built_at_ = nullptr;
            nested_ = 0;
        }
        ++nested_;
    }

    void end_inside(std::size_t n, bool is_object)
    {
        if (mode_ == mode::building) {
            if (is_object)
                values().push_object(n);
            else
                values().push_array(n);
        }
        if (--nested_ != 0) return;
        bool const built = mode_ == mode::building;
        mode_ = mode::decoding;
        if (!built) return;
        boost::json::value v = values_->release();
        values_->reset();
        if (built_at_ != nullptr)
            *static_cast<boost::json::value*>(built_at_) = std::move(v);
        else {
            error_text_ = boost::json::serialize(v);
            error_seen_ = true;
        }
    }

    void error_is(std::string_view text)
    {
        error_text_.assign(text);
        error_seen_ = true;
        mode_ = mode::decoding;
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
        fail(path(), cohub::detail::concat({"expected ", s.type->expected, ", got ", got}));
    }

    void missing(frame const& f)
    {
        auto const first = static_cast<std::size_t>(std::countr_zero(f.type->required & ~f.seen));
        fail(cohub::detail::concat({path(), "/", f.type->members[first].name}), "is missing");
    }

    /// From now on, no value is stored any more.
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

    std::array<frame, max_depth + 2> stack_;  // the first one is "outside"
    slot top_;
    bool envelope_;
    bool plain_integers_;
    bool failed_ = false;
    bool error_seen_ = false;
    mode mode_ = mode::decoding;
    std::size_t depth_ = 0;
    frame* top_frame_ = stack_.data();
    std::size_t nested_ = 0;  // open containers inside what is built or skipped
    std::size_t text_size_;
    void* built_at_ = nullptr;
    std::string map_key_;
    std::string error_text_, path_, problem_;
    std::optional<value_stack> values_;
};

}  // namespace cohub::inline abi_0_2::json::detail

#endif
