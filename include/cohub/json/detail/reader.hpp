#ifndef COHUB_JSON_DETAIL_READER_HPP
#define COHUB_JSON_DETAIL_READER_HPP

#include <cohub/json/decode.hpp>

#include <boost/json/basic_parser.hpp>
#include <boost/json/value_stack.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

namespace cohub::json::detail {

inline constexpr std::size_t max_depth = 32;

/// The handler of `boost::json::basic_parser`: puts values where the type tables say. A value is
/// either decoded, or built as a `json::value` (`any`, unknown members, an error that is no
/// string), or skipped. After the first misfit everything is skipped but a top-level `error`.
class reader
{
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    using code = boost::system::error_code;

    reader(type_info const& type, void* target, envelope e) noexcept
        : type_(&type), target_(target), envelope_(e == envelope::error_member)
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
    bool on_comment_part(boost::json::string_view, code&) { return true; }
    bool on_comment(boost::json::string_view, code&) { return true; }

    bool on_object_begin(code&)
    {
        if (building()) return begin_nested(true);
        if (skipping_ != 0) return begin_skipped();
        if (catching_error_) return start_building(nullptr, true);
        slot s = next_slot();
        if (s.type == nullptr) return begin_skipped();
        if (s.type->kind == kind::any) return start_building(s.at, true);
        if (s.type->kind != kind::object && s.type->kind != kind::map) {
            if (s.type->kind != kind::nothing && !forgiven(s)) misfit(*s.type, "an object");
            // The top stays open to a look for its `error`; everything below is skipped.
            if (depth_ == 0) return push(slot{nullptr, nullptr, false});
            return begin_skipped();
        }
        if (s.type->clear != nullptr) s.type->clear(s.at);
        return push(s);
    }

    bool on_object_end(std::size_t n, code&)
    {
        if (building()) return end_nested(n, true);
        if (skipping_ != 0) return end_skipped();
        frame& f = stack_[depth_ - 1];
        f.member = -1;
        if (f.type != nullptr && f.type->kind == kind::object && !failed_) {
            std::uint64_t const missing = f.type->required & ~f.seen;
            if (missing != 0) {
                auto const& m = f.type->members[std::countr_zero(missing)];
                fail(path() + "/" + std::string(m.name), "is missing");
            }
        }
        --depth_;
        return true;
    }

    bool on_array_begin(code&)
    {
        if (building()) return begin_nested(false);
        if (skipping_ != 0) return begin_skipped();
        if (catching_error_) return start_building(nullptr, false);
        slot s = next_slot();
        if (s.type == nullptr) return begin_skipped();
        if (s.type->kind == kind::any) return start_building(s.at, false);
        if (s.type->kind != kind::sequence) {
            if (s.type->kind != kind::nothing && !forgiven(s)) misfit(*s.type, "an array");
            return begin_skipped();
        }
        s.type->clear(s.at);
        return push(s);
    }

    bool on_array_end(std::size_t n, code&)
    {
        if (building()) return end_nested(n, false);
        if (skipping_ != 0) return end_skipped();
        --depth_;
        return true;
    }

    bool on_key_part(boost::json::string_view s, std::size_t, code&)
    {
        if (building())
            stack().push_chars(s);
        else if (skipping_ == 0)
            key_.append(s.data(), s.size());
        return true;
    }

    bool on_key(boost::json::string_view s, std::size_t, code&)
    {
        if (building()) {
            stack().push_key(s);
            return true;
        }
        if (skipping_ != 0) return true;
        std::string_view key(s.data(), s.size());
        if (!key_.empty()) {
            key_.append(key);
            key = key_;
        }
        take_key(key);
        key_.clear();
        return true;
    }

    bool on_string_part(boost::json::string_view s, std::size_t, code&)
    {
        if (building())
            stack().push_chars(s);
        else if (skipping_ == 0) {
            if (in_string_ == nullptr) {
                current_ = catching_error_ ? slot{} : next_slot();
                in_string_ = string_sink();
            }
            in_string_->append(s.data(), s.size());
        }
        return true;
    }

    bool on_string(boost::json::string_view s, std::size_t, code&)
    {
        std::string_view const tail(s.data(), s.size());
        if (building()) {
            stack().push_string(s);
            return true;
        }
        if (skipping_ != 0) return true;
        if (in_string_ != nullptr) {
            in_string_->append(tail);
            in_string_ = nullptr;
            if (catching_error_) return error_is_a_string();
            if (current_.type != nullptr && current_.type->kind != kind::string) {
                store_string(current_, scratch_);
                scratch_.clear();
            }
            return true;
        }
        if (catching_error_) {
            error_text_.assign(tail);
            return error_is_a_string();
        }
        slot const to = next_slot();
        if (to.type == nullptr) return true;
        if (to.type->kind == kind::string)
            static_cast<std::string*>(to.at)->assign(tail);
        else
            store_string(to, tail);
        return true;
    }

    bool on_number_part(boost::json::string_view, code&) { return true; }

    bool on_int64(std::int64_t v, boost::json::string_view, code&)
    {
        return number(
            [&](value_stack& st) { st.push_int64(v); },
            [&](slot const& s) {
                if (s.type->kind == kind::integer)
                    return s.type->store_int != nullptr && s.type->store_int(s.at, v);
                return store_double(s, static_cast<double>(v), exact(v));
            }
        );
    }

    bool on_uint64(std::uint64_t v, boost::json::string_view, code&)
    {
        return number(
            [&](value_stack& st) { st.push_uint64(v); },
            [&](slot const& s) {
                if (s.type->kind == kind::integer)
                    return s.type->store_uint != nullptr && s.type->store_uint(s.at, v);
                // Beyond INT64_MAX; a double keeps it only if its low bits are zero.
                bool const is_exact = (v & 0x7FF) == 0;
                return store_double(s, static_cast<double>(v), is_exact);
            }
        );
    }

    bool on_double(double v, boost::json::string_view, code&)
    {
        return number(
            [&](value_stack& st) { st.push_double(v); },
            [&](slot const& s) {
                if (!std::isfinite(v)) return false;
                if (s.type->kind == kind::integer) {
                    // 1.0 is an integer; beyond 2^53 a double may stand for another one.
                    constexpr double limit = 9007199254740992.0;
                    if (std::trunc(v) != v || v > limit || v < -limit) return false;
                    return s.type->store_int != nullptr &&
                           s.type->store_int(s.at, static_cast<std::int64_t>(v));
                }
                return store_double(s, v, true);
            }
        );
    }

    bool on_bool(bool v, code&)
    {
        if (building()) {
            stack().push_bool(v);
            return true;
        }
        if (skipping_ != 0) return true;
        if (catching_error_) return error_is(v ? "true" : "false");
        slot const s = next_slot();
        if (s.type == nullptr || s.type->kind == kind::nothing) return true;
        if (s.type->kind == kind::boolean)
            *static_cast<bool*>(s.at) = v;
        else if (s.type->kind == kind::any)
            *static_cast<boost::json::value*>(s.at) = v;
        else if (!forgiven(s))
            misfit(*s.type, v ? "true" : "false");
        return true;
    }

    bool on_null(code&)
    {
        if (building()) {
            stack().push_null();
            return true;
        }
        if (skipping_ != 0) return true;
        if (catching_error_) {
            // `{"error": null}` says that there is none.
            catching_error_ = false;
            return true;
        }
        slot const s = next_slot(true);
        if (s.type == nullptr || s.type->kind == kind::nothing) return true;
        if (s.type->kind == kind::optional)
            s.type->clear(s.at);
        else if (s.type->kind == kind::any)
            *static_cast<boost::json::value*>(s.at) = nullptr;
        else if (!forgiven(s))
            misfit(*s.type, "null");
        return true;
    }

private:
    using value_stack = boost::json::value_stack;

    struct slot
    {
        type_info const* type = nullptr;
        void* at = nullptr;
        bool lenient = false;
        void* holder = nullptr;  // the optional around it
        type_info const* holder_type = nullptr;
    };

    struct frame
    {
        type_info const* type = nullptr;
        void* at = nullptr;
        std::uint64_t seen = 0;
        std::size_t index = 0;     // of a sequence: elements begun
        std::uint8_t next = 0;     // of an object: the member expected next
        std::int16_t member = -1;  // of an object: the member whose value comes; -1: none we know
    };

    bool building() const noexcept { return nested_ != 0; }

    value_stack& stack()
    {
        if (!stack_of_values_) {
            stack_of_values_.emplace();
            stack_of_values_->reset();
        }
        return *stack_of_values_;
    }

    static bool exact(std::int64_t v) noexcept
    {
        return v >= -(std::int64_t(1) << 53) && v <= (std::int64_t(1) << 53);
    }

    bool store_double(slot const& s, double v, bool is_exact) noexcept
    {
        if (s.type->kind != kind::number || !is_exact) return false;
        *static_cast<double*>(s.at) = v;
        return true;
    }

    template <class Push, class Store>
    bool number(Push push, Store store)
    {
        if (building()) {
            push(stack());
            return true;
        }
        if (skipping_ != 0) return true;
        if (catching_error_) return error_is("a number");
        slot const s = next_slot();
        if (s.type == nullptr || s.type->kind == kind::nothing) return true;
        if (s.type->kind == kind::any) {
            push(stack());
            *static_cast<boost::json::value*>(s.at) = stack_of_values_->release();
            stack_of_values_->reset();
            return true;
        }
        if (!store(s) && !forgiven(s))
            misfit(
                *s.type,
                s.type->kind == kind::integer || s.type->kind == kind::number ? "another number"
                                                                              : "a number"
            );
        return true;
    }

    void store_string(slot const& s, std::string_view text)
    {
        if (s.type == nullptr || s.type->kind == kind::nothing) return;
        if (s.type->kind == kind::any)
            *static_cast<boost::json::value*>(s.at) =
                boost::json::string_view(text.data(), text.size());
        else if ((s.type->kind != kind::text || !s.type->store_text(s.at, text)) && !forgiven(s))
            misfit(*s.type, s.type->kind == kind::text ? "another string" : "a string");
    }

    std::string* string_sink()
    {
        if (catching_error_) {
            error_text_.clear();
            return &error_text_;
        }
        if (current_.type == nullptr || current_.type->kind != kind::string) return &scratch_;
        auto* s = static_cast<std::string*>(current_.at);
        s->clear();
        return s;
    }

    /// Where the value that begins now belongs. `type == nullptr`: nowhere.
    slot next_slot(bool is_null = false)
    {
        slot s;
        if (depth_ == 0) {
            if (!failed_) s = slot{type_, target_, false};
        } else if (!failed_) {
            frame& f = stack_[depth_ - 1];
            if (f.type == nullptr) return s;
            if (f.type->kind == kind::sequence) {
                ++f.index;
                s = slot{f.type->inner, f.type->open(f.at), false};
            } else if (f.type->kind == kind::map)
                s = slot{f.type->inner, f.type->open_key(f.at, map_key_), false};
            else if (f.member >= 0) {
                auto const& m = f.type->members[f.member];
                s = slot{m.type, m.at(f.at), m.lenient};
            } else if (f.type->extra != nullptr)
                s = slot{
                    &type_of<boost::json::value>::info, &(*f.type->extra(f.at))[extra_key_], false};
        }
        while (!is_null && s.type != nullptr && s.type->kind == kind::optional) {
            s.holder = s.at;
            s.holder_type = s.type;
            s.at = s.type->open(s.at);
            s.type = s.type->inner;
        }
        return s;
    }

    /// A lenient member takes a value of another type as null.
    static bool forgiven(slot const& s)
    {
        if (!s.lenient || s.holder == nullptr) return false;
        s.holder_type->clear(s.holder);
        return true;
    }

    void take_key(std::string_view key)
    {
        frame& f = stack_[depth_ - 1];
        if (depth_ == 1 && envelope_ && key == "error") {
            catching_error_ = true;
            return;
        }
        if (f.type == nullptr || failed_) return;
        if (f.type->kind == kind::map) {
            map_key_.assign(key);
            return;
        }
        f.member = -1;
        std::uint8_t const n = f.type->member_count;
        for (std::uint8_t tried = 0, i = f.next; tried != n; ++tried, ++i) {
            if (i >= n) i = 0;
            if (f.type->members[i].name == key) {
                f.member = i;
                f.seen |= std::uint64_t(1) << i;
                f.next = static_cast<std::uint8_t>(i + 1);
                return;
            }
        }
        if (f.type->extra != nullptr) extra_key_.assign(key);
    }

    bool push(slot const& s)
    {
        // The parser's own limit is max_depth containers; the check keeps this true by itself.
        if (depth_ == stack_.size()) return begin_skipped();
        stack_[depth_] = frame{s.type, s.at};
        ++depth_;
        return true;
    }

    bool begin_skipped()
    {
        ++skipping_;
        return true;
    }
    bool end_skipped()
    {
        --skipping_;
        return true;
    }

    bool start_building(void* at, bool)
    {
        built_at_ = at;
        nested_ = 1;
        stack();
        return true;
    }
    bool begin_nested(bool)
    {
        ++nested_;
        return true;
    }
    bool end_nested(std::size_t n, bool is_object)
    {
        if (is_object)
            stack().push_object(n);
        else
            stack().push_array(n);
        if (--nested_ != 0) return true;
        boost::json::value v = stack_of_values_->release();
        stack_of_values_->reset();
        if (built_at_ != nullptr)
            *static_cast<boost::json::value*>(built_at_) = std::move(v);
        else {
            error_text_.clear();
            writer(error_text_).value(v);
            error_is_a_string();
        }
        return true;
    }

    bool error_is_a_string()
    {
        error_seen_ = true;
        catching_error_ = false;
        return true;
    }
    bool error_is(std::string_view text)
    {
        error_text_.assign(text);
        return error_is_a_string();
    }

    void misfit(type_info const& type, std::string_view got)
    {
        fail(path(), std::string("expected ") + type.expected + ", got " + std::string(got));
    }

    void fail(std::string where, std::string what)
    {
        if (failed_) return;
        failed_ = true;
        path_ = std::move(where);
        problem_ = std::move(what);
    }

    std::string path() const
    {
        std::string p;
        for (std::size_t i = 0; i != depth_; ++i) {
            frame const& f = stack_[i];
            if (f.type == nullptr) continue;
            p += '/';
            if (f.type->kind == kind::sequence)
                p += std::to_string(f.index - 1);
            else if (f.type->kind == kind::map)
                p += map_key_;
            else if (f.member >= 0)
                p += f.type->members[f.member].name;
            else
                p.pop_back();
        }
        return p;
    }

    type_info const* type_;
    void* target_;
    bool envelope_;
    bool failed_ = false;
    bool error_seen_ = false;
    bool catching_error_ = false;
    std::size_t depth_ = 0;
    std::size_t skipping_ = 0;
    std::size_t nested_ = 0;
    void* built_at_ = nullptr;
    std::string* in_string_ = nullptr;
    slot current_;
    std::string key_, map_key_, extra_key_, scratch_;
    std::string error_text_, path_, problem_;
    std::optional<value_stack> stack_of_values_;
    std::array<frame, max_depth + 1> stack_;
};

}  // namespace cohub::json::detail

#endif
