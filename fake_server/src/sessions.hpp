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

namespace cohub::fake {

/// What a server tells about its place in the network.
struct server_place
{
    std::string url;
    std::string ca_pem;
};

/// The worlds of one server: the common one, and a session for each test that has asked for one.
/// A request belongs to the session that its header `X-Fake-Session` names, otherwise to the one
/// whose key it has, otherwise to the common world.
class session_list : public listener_events
{
public:
    /// @param log_file takes a line of JSON a request, of all sessions; empty for none
    /// @throws std::invalid_argument when it cannot be written
    session_list(world_options options, std::string const& log_file);

    /// To be called before the first request.
    void attach(listener& l);
    /// @param warn is told what the listener complains of; may be empty
    void tell(std::function<void(std::string const&)> warn) { warn_ = std::move(warn); }
    void place(server_place p);
    server_place place() const;

    service& common() { return *common_; }
    std::shared_ptr<service> const& share_common() const { return common_; }

    /// How a session starts unless something else is said: as the common world, but for its key,
    /// and for a size that no test waits for.
    world_options usual_options() const;

    /// @param options the common world's, changed
    /// @throws std::invalid_argument when the key is in use, or there are too many
    std::shared_ptr<service> create(world_options options, std::vector<detail::fault_plan> faults);
    /// Ends a session. Requests that are under way end in it.
    /// @return false: there is none of this id
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
        std::shared_ptr<service> session;  ///< null: what was asked for is not there
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
    std::atomic<std::uint64_t> last_number_ = 0;  ///< spares the lock while there has been none
    std::map<std::uint64_t, std::shared_ptr<service>> sessions_;
    std::map<std::string, std::uint64_t, std::less<>> given_keys_;  ///< with whose they are
};

}  // namespace cohub::fake
