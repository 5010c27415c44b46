#ifndef COHUB_TRANSPORT_IMPL_CLIENT_HANDLE_IPP
#define COHUB_TRANSPORT_IMPL_CLIENT_HANDLE_IPP

#include <cohub/core/platform.hpp>
#include <cohub/transport/client.hpp>
#include <cohub/transport/client_handle.hpp>
#include <cohub/transport/detail/client_service.hpp>

#include <boost/asio/io_context.hpp>

#include <openssl/crypto.h>

#include <thread>
#include <utility>

namespace cohub::inline abi_0_2::transport {

/// @brief A context with one thread that runs it.
class own_thread
{
public:
    static std::shared_ptr<own_thread> begin()
    {
        auto self = std::make_shared<own_thread>();
        self->self_ = self;
        try {
            self->thread_ = platform::start_thread(
                [](void* it) {
                    static_cast<own_thread*>(it)->run();
                    // A thread that nobody joins has to be done with OpenSSL before its end is
                    // seen: the process may end then, and OpenSSL with it.
                    OPENSSL_thread_stop();
                },
                self.get()
            );
        } catch (...) {
            self->self_.reset();
            throw;
        }
        return self;
    }

    std::thread::id id() const noexcept { return thread_.get_id(); }
    boost::asio::any_io_executor executor() { return context_.get_executor(); }

    /// @brief Returns when everything has ended. It returns immediately on the thread itself, and
    /// in a child process, where the thread does not exist.
    void end() noexcept
    {
        try {
            boost::asio::use_service<detail::client_service>(context_).close_all();
        } catch (...) {
            // Without memory for the service, there was no client.
        }
        work_ = {};
        if (thread_.get_id() == std::this_thread::get_id() || fork_count_ != platform::fork_count())
            thread_.detach();
        else
            thread_.join();
    }

private:
    void run()
    {
        // The thread owns what it runs, in case it is detached.
        std::shared_ptr<own_thread> const self = std::move(self_);
        context_.run();
    }

    std::shared_ptr<own_thread> self_;  // until the thread owns it
    boost::asio::io_context context_{1};
    boost::asio::any_io_executor work_ = detail::tracked(context_.get_executor());
    unsigned fork_count_ = platform::fork_count();
    std::thread thread_;
};

COHUB_DECL client_handle::client_handle(
    boost::asio::any_io_executor const& executor, options&& o, key_use use
)
    : client_(client::make(executor, std::move(o), use))
{
}

COHUB_DECL client_handle::client_handle(options&& o, key_use use)
{
    if (o.threads == threading::single)
        throw error(failure(
            errc::invalid_argument,
            "options: threads: threading::single promises one thread, but a client without an "
            "executor has a thread of its own beside the caller's; use threading::multi"
        ));
    auto thread = own_thread::begin();
    try {
        auto made = client::make(thread->executor(), std::move(o), use);
        made->set_own_thread(thread->id());
        client_ = std::move(made);
    } catch (...) {
        thread->end();
        throw;
    }
    thread_ = std::move(thread);
}

COHUB_DECL client_handle& client_handle::operator=(client_handle&& other) noexcept
{
    if (this != &other) {
        reset();
        thread_ = std::move(other.thread_);
        client_ = std::move(other.client_);
    }
    return *this;
}

COHUB_DECL client_handle::~client_handle() { reset(); }

COHUB_DECL void client_handle::reset() noexcept
{
    if (client_) client_->close(false);
    client_.reset();
    if (thread_) thread_->end();
    thread_.reset();
}

}  // namespace cohub::inline abi_0_2::transport

#endif
