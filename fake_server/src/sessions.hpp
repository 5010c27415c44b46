#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "service.hpp"

namespace cohub::inline abi_0_2::fake {

/// What a server says about where it can be reached.
struct server_place
{
    std::string url;
    std::string ca_pem;
};

/// The worlds of one server: the common one, and one for each session that a test has asked for. A
/// request belongs to the session in its header `X-Fake-Session`. Without this header it belongs to
/// the session that has its key, otherwise to the common world.
class session_list : public listener_events
{
public:
    /// @param log_file takes one line of JSON for each request of all sessions; empty for none
    /// @throws std::invalid_argument when it cannot be written
    session_list(world_options options, std::string const& log_file);

    /// To be called before the first request.
    void attach(listener& l);
    /// @param warn gets the warnings of the listener; may be empty
    void tell(std::function<void(std::string const&)> warn) { warn_ = std::move(warn); }
    void place(server_place p);
    server_place place() const;

    service& common() { return *common_; }
    std::shared_ptr<service> const& share_common() const { return common_; }

    /// How a session starts unless something else is said: as the common world, but for its key,
    /// and for a size that no test waits for.
    world_options usual_options() const;

    /// @param options the options of the common world, with changes
    /// @throws std::invalid_argument when the key is in use, or there are too many sessions
    std::shared_ptr<service> create(world_options options, std::vector<detail::fault_plan> faults);
    /// Ends a session and the requests that it is handling.
    /// @return false: there is no session with this id
    bool remove(std::string_view id);
    std::vector<std::shared_ptr<service>> list() const;

    void accepted(connection_record& c) override { common_->journal().accepted(c); }
    void handshaken(connection_record& c) override { common_->journal().handshaken(c); }
    void closed(connection_record& c) override;
    void handle(request const& r, connection_record& c, reply& out, delivery& how) override;
    void complain(std::string what) override;

private:
    struct choice
    {
        std::shared_ptr<service> session;  ///< null: there is no such session
        std::string wanted;
    };
    choice choose(request const& r) const;
    void claim(std::uint64_t owner, std::string const& key);
    static connection_record& visit(connection_record& c, std::shared_ptr<service> const& s);

    std::shared_ptr<detail::request_log> const log_;
    std::shared_ptr<service> const common_;
    std::function<void(std::string const&)> warn_;
    listener* listener_ = nullptr;

    mutable std::mutex mutex_;
    server_place place_;
    std::atomic<std::uint64_t> last_number_ = 0;  ///< avoids the lock while no session was made
    std::map<std::uint64_t, std::shared_ptr<service>> sessions_;
    std::map<std::string, std::uint64_t, std::less<>> given_keys_;  ///< with the session
};

}  // namespace cohub::inline abi_0_2::fake
