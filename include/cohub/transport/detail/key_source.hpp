#ifndef COHUB_TRANSPORT_DETAIL_KEY_SOURCE_HPP
#define COHUB_TRANSPORT_DETAIL_KEY_SOURCE_HPP

#include <cohub/core/config.hpp>
#include <cohub/core/error.hpp>
#include <cohub/core/secret.hpp>
#include <cohub/transport/options.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace cohub::transport::detail {

/// @brief What the user's hook has given: a key, or the reason why there is none.
struct key_answer
{
    error_code why;
    secret key;
};

/// @brief Asks the user's hook for a key, one question at a time. The answer may come on any
/// thread, and long after the client is gone.
class key_source
{
public:
    /// @brief Who is told that an answer is there.
    class listener
    {
    public:
        /// @brief May be called on any thread; after `stop` it is not called any more.
        virtual void key_answered() noexcept = 0;

    protected:
        ~listener() = default;
    };

    explicit key_source(listener& l) : listener_(l) {}

    /// @brief Whether a question has no answer yet that was taken.
    bool is_busy() const noexcept { return busy_; }
    /// @brief A question begins; late answers to earlier ones do not count.
    /// @return its number
    /// @throws std::bad_alloc
    COHUB_DECL std::uint64_t begin();
    /// @brief Asks. To be called without the client's lock.
    COHUB_DECL void ask(hooks const& h, std::uint64_t number) noexcept;
    /// @brief The answer, once; nothing if it is not there yet.
    COHUB_DECL std::optional<key_answer> take_answer();
    /// @brief Nobody waits for the answer any more.
    void give_up() noexcept { busy_ = false; }
    COHUB_DECL void stop() noexcept;
    /// @brief In a child process: the parent asked, and is answered.
    COHUB_DECL void begin_anew() noexcept;

private:
    struct ticket;

    listener& listener_;
    std::shared_ptr<ticket> ticket_;
    bool busy_ = false;
};

}  // namespace cohub::transport::detail

#if !defined(COHUB_SEPARATE_COMPILATION)
#include <cohub/transport/detail/impl/key_source.ipp>
#endif

#endif
