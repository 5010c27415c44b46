#ifndef COHUB_CALL_GATHER_HPP
#define COHUB_CALL_GATHER_HPP

#include <cohub/call/as_result.hpp>
#include <cohub/call/completion.hpp>
#include <cohub/call/detail/initiation.hpp>
#include <cohub/core/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

/// @brief How `gather` runs its items.
class gather_options
{
public:
    gather_options() {}

    /// @brief How many items run at once; at least 1.
    gather_options& limit(std::size_t n)
    {
        limit_ = std::max<std::size_t>(n, 1);
        return *this;
    }
    /// @brief After the first failure, no further item begins. Items that run already go on.
    gather_options& stop_on_error(bool yes = true)
    {
        stop_on_error_ = yes;
        return *this;
    }
    /// @brief Called each time an item ends, one call at a time, on the executor on which `gather`
    /// runs. If it throws, no further item begins, and `gather` rethrows the exception at its end.
    /// @param f gets the number of items that have ended, and the number of all items
    gather_options& on_progress(std::function<void(std::size_t done, std::size_t all)> f)
    {
        on_progress_ = std::move(f);
        return *this;
    }

    /// @brief How many items run at once.
    std::size_t limit() const noexcept { return limit_; }
    /// @brief Whether no further item begins after a failure.
    bool stops_on_error() const noexcept { return stop_on_error_; }
    /// @brief The function that was passed to `on_progress`; empty if there is none.
    std::function<void(std::size_t, std::size_t)> const& progress() const noexcept
    {
        return on_progress_;
    }

private:
    std::size_t limit_ = 64;
    bool stop_on_error_ = false;
    std::function<void(std::size_t, std::size_t)> on_progress_;
};

namespace call::detail {

/// What `fn` of `gather` may return, and the type of its value.
template <class Work>
struct gathered;
template <class T>
struct gathered<pending<T>>
{
    using value = T;
};
template <class T>
struct gathered<pending_result<T>>
{
    using value = T;
};
template <class T, class Adapter>
struct gathered<pending_adapted<T, Adapter>>
{
    using value = T;
};
template <class T, class Executor>
struct gathered<asio::awaitable<T, Executor>>
{
    using value = T;
};
template <class T, class Executor>
struct gathered<asio::awaitable<result<T>, Executor>>
{
    using value = T;
};

template <class Work>
inline constexpr bool is_awaitable = false;
template <class T, class Executor>
inline constexpr bool is_awaitable<asio::awaitable<T, Executor>> = true;

template <class Work>
concept gatherable = requires
{
    typename gathered<Work>::value;
};

template <class Items, class Fn>
using gathered_work =
    std::remove_cvref_t<std::invoke_result_t<Fn&, std::ranges::range_reference_t<Items&>>>;

template <class Fn, class Items>
concept gathers = gatherable<gathered_work<Items, Fn>>;

/// Whether an exception can be expressed as a failure, which is then in `why`.
inline bool is_failure(std::exception_ptr const& thrown, std::optional<failure>& why)
{
    try {
        std::rethrow_exception(thrown);
    } catch (error const& e) {
        why = e.why();
    } catch (boost::system::system_error const& e) {
        why.emplace().code = e.code();
    } catch (...) {
        return false;
    }
    return true;
}

/// @brief One `gather` under way. Everything happens in `strand_`, except the coroutines
/// themselves.
template <class Items, class Fn, class Handler>
class gathering : public std::enable_shared_from_this<gathering<Items, Fn, Handler>>
{
public:
    using work = gathered_work<Items, Fn>;
    using value = typename gathered<work>::value;
    using results = std::vector<result<value>>;

    gathering(Items&& items, Fn&& fn, gather_options&& options, Handler&& handler)
        : items_(std::move(items)),
          fn_(std::move(fn)),
          options_(std::move(options)),
          handler_(std::move(handler)),
          executor_(asio::get_associated_executor(handler_)),
          strand_(asio::make_strand(executor_)),
          next_(std::ranges::begin(items_)),
          results_(
              static_cast<std::size_t>(std::ranges::distance(items_)),
              result<value>(failure(errc::cancelled, "not begun"))
          )
    {
        auto const lanes = std::min(options_.limit(), results_.size());
        for (std::size_t i = lanes; i-- != 0;) free_.push_back(i);
        lanes_.resize(lanes);
    }

    void start()
    {
        auto slot = asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected())
            slot.assign([weak = this->weak_from_this()](asio::cancellation_type type) {
                auto const self = weak.lock();
                if (!self) return;
                asio::dispatch(self->strand_, [self, type] { self->cancel(type); });
            });
        asio::dispatch(strand_, [self = this->shared_from_this()] {
            self->go_on();
            self->begins_ = false;
        });
    }

private:
    struct item_handler
    {
        using executor_type = asio::strand<asio::any_io_executor>;
        using cancellation_slot_type = asio::cancellation_slot;

        executor_type get_executor() const noexcept { return all->strand_; }
        cancellation_slot_type get_cancellation_slot() const noexcept
        {
            return all->lanes_[lane].slot();
        }

        void operator()(result<value> r) { all->ended(index, lane, std::move(r)); }
        // The end of a coroutine.
        template <class T>
        void operator()(std::exception_ptr thrown, T&& v)
        {
            if (thrown) return all->threw(index, lane, thrown);
            all->ended(index, lane, result<value>(std::forward<T>(v)));
        }
        void operator()(std::exception_ptr thrown)
        {
            if (thrown) return all->threw(index, lane, thrown);
            if constexpr (std::is_void_v<value>) all->ended(index, lane, result<value>());
        }

        std::shared_ptr<gathering> all;
        std::size_t index;
        std::size_t lane;
    };

    void go_on()
    {
        // A coroutine may end inside begin(): then the outer loop continues with its lane.
        if (std::exchange(goes_on_, true)) return;
        while (!stopped_ && !free_.empty() && next_ != std::ranges::end(items_)) {
            std::size_t const lane = free_.back();
            free_.pop_back();
            std::size_t const index = begun_++;
            try {
                begin(fn_(*next_++), item_handler{this->shared_from_this(), index, lane});
            } catch (...) {
                take(index, lane, std::current_exception());
            }
        }
        goes_on_ = false;
        if (free_.size() == lanes_.size()) finish();
    }

    void begin(work&& w, item_handler&& h)
    {
        if constexpr (is_awaitable<work>)
            // Each coroutine has its own strand, which a cancellation also goes through.
            asio::co_spawn(
                asio::any_io_executor(asio::make_strand(executor_)), std::move(w), std::move(h)
            );
        else
            std::move(w)(as_result(std::move(h)));
    }

    void ended(std::size_t index, std::size_t lane, result<value>&& r)
    {
        take(index, lane, std::move(r));
        go_on();
    }
    void threw(std::size_t index, std::size_t lane, std::exception_ptr const& thrown)
    {
        take(index, lane, thrown);
        go_on();
    }

    void take(std::size_t index, std::size_t lane, std::exception_ptr const& thrown)
    {
        std::optional<failure> why;
        if (!is_failure(thrown, why)) {
            why.emplace(errc::cancelled, "ended by an exception");
            fails(thrown);
        }
        take(index, lane, result<value>(std::move(*why)));
    }
    void take(std::size_t index, std::size_t lane, result<value>&& r)
    {
        free_.push_back(lane);
        if (!r && options_.stops_on_error()) stopped_ = true;
        results_[index] = std::move(r);
        ++done_;
        if (!options_.progress()) return;
        try {
            options_.progress()(done_, results_.size());
        } catch (...) {
            fails(std::current_exception());
        }
    }

    /// The first exception that is not a failure of a call becomes the exception of the whole
    /// `gather`.
    void fails(std::exception_ptr const& thrown)
    {
        stopped_ = true;
        if (!thrown_) thrown_ = thrown;
    }

    void cancel(asio::cancellation_type type)
    {
        stopped_ = true;
        for (auto& lane : lanes_) lane.emit(type);
    }

    void finish()
    {
        if (std::exchange(finished_, true)) return;
        auto slot = asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected()) slot.clear();
        auto complete = [h = std::move(handler_), t = thrown_, r = std::move(results_)]() mutable {
            std::move(h)(t, box(std::move(r)));
        };
        // Not inside the initiating function.
        if (begins_)
            asio::post(executor_, std::move(complete));
        else
            asio::dispatch(executor_, std::move(complete));
    }

    Items items_;
    Fn fn_;
    gather_options options_;
    Handler handler_;
    asio::any_io_executor executor_;
    asio::strand<asio::any_io_executor> strand_;
    std::ranges::iterator_t<Items> next_;
    results results_;
    std::size_t begun_ = 0;
    std::size_t done_ = 0;
    /// One for each item that runs; a cancellation_signal cannot be moved.
    std::deque<asio::cancellation_signal> lanes_;
    std::vector<std::size_t> free_;
    bool stopped_ = false;
    bool goes_on_ = false;
    bool begins_ = true;
    bool finished_ = false;
    std::exception_ptr thrown_;
};

template <class Items, class Fn>
struct gather_initiation
{
    template <class Handler>
    void operator()(Handler&& handler, Items&& items, Fn&& fn, gather_options&& options) const
    {
        using plain = std::decay_t<Handler>;
        plain owned(std::forward<Handler>(handler));
        std::make_shared<gathering<Items, Fn, plain>>(
            std::move(items), std::move(fn), std::move(options), std::move(owned)
        )
            ->start();
    }
};

}  // namespace call::detail

/// @brief Runs `fn(item)` for each item, at most `options.limit()` at once, and gives all results
/// in the order of the items.
///
///     auto const search = [&](std::string const& s) { return hub.system().user_search(s); };
///
///     auto const found = co_await cohub::gather(names, search);
///
/// @param items a range that can be iterated more than once; `gather` keeps it until the end
/// @param fn returns a call without a token (or with `cohub::as_result`, or `asio::cancel_after`),
/// or an `asio::awaitable`. A call's deadline starts when the call begins
/// @param token the default is for `co_await`
/// @return `std::vector<cohub::result<T>>`; T is the value of a call. Items that did not begin,
/// because `gather` was stopped or cancelled, have `errc::cancelled` and no attempt. The signature
/// is `void(std::exception_ptr, std::vector<cohub::result<T>>)`, like that of `asio::co_spawn`.
/// After an exception that is neither a `cohub::error` nor a `system_error`, no further item
/// begins. The exception is rethrown when the items that run have ended
/// @par Executor
/// Everything runs on the executor of the awaiting coroutine, or of the handler. For a handler
/// without one, this is Asio's `system_executor`, as everywhere in Asio. Use `bind_executor` to
/// choose one.
/// @par Cancellation
/// A cancellation is passed to all items that run. No further item begins.
/// @errors those of the calls, each in its own result
/// @retry as the calls
template <std::ranges::forward_range Items, class Fn, class Token = boost::asio::deferred_t>
auto gather(
    Items&& items,
    Fn&& fn,
    gather_options options = gather_options(),
    // NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): async_initiate takes lvalues
    Token&& token = Token()
)
{
    using range = std::decay_t<Items>;
    using function = std::decay_t<Fn>;
    constexpr bool is_right = call::detail::gathers<function, range>;
    static_assert(
        is_right,
        "cohub: the function of gather must take an item and return a call, e.g. "
        "[&](std::string const& id) { return hub.system().get_name(id); }, or an asio::awaitable"
    );
    if constexpr (is_right) {
        using value =
            typename call::detail::gathered<call::detail::gathered_work<range, function>>::value;
        return boost::asio::async_initiate<
            Token,
            void(std::exception_ptr, call::boxed<std::vector<result<value>>>)>(
            call::detail::gather_initiation<range, function>(),
            token,
            range(std::forward<Items>(items)),
            function(std::forward<Fn>(fn)),
            std::move(options)
        );
    }
}

}  // namespace cohub::inline abi_0_2

#endif
