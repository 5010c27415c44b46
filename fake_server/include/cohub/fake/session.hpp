#pragma once

#include <cohub/fake/served_world.hpp>
#include <cohub/fake/v1_profile.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cohub::inline abi_0_2 {

class fake_server;

namespace fake {

class session_list;
struct world_options;

/// @brief How a session starts. What is not set is as at the server's start, but with at most 1,000
/// accounts and with its own keys.
class session_options
{
public:
    session_options() = default;

    /// @brief Determines all invented data. Sessions of one seed differ only in their keys.
    session_options& seed(std::uint64_t value)
    {
        seed_ = value;
        return *this;
    }
    /// @brief The number of accounts, at most a million.
    session_options& users(std::size_t n)
    {
        users_ = n;
        return *this;
    }
    /// @brief The key of the ordinary account. No other key of this server may be the same. If it
    /// is empty, the server makes one.
    session_options& api_key(std::string key)
    {
        api_key_ = std::move(key);
        return *this;
    }
    /// @brief How the session answers API v1.
    session_options& v1(v1_profile profile)
    {
        v1_ = profile;
        return *this;
    }
    /// @brief Adds a fault, as text, that is there from the start. A reset restores it.
    session_options& fault(std::string spec)
    {
        faults_.push_back(std::move(spec));
        return *this;
    }

private:
    friend class cohub::fake_server;
    void apply_to(world_options& o) const;

    std::optional<std::uint64_t> seed_;
    std::optional<std::size_t> users_;
    std::string api_key_;
    std::optional<v1_profile> v1_;
    std::vector<std::string> faults_;
};

/// @brief A separate world behind the port of a server, for a test that runs beside others.
///
///     cohub::fake::session mine = server.session();
///     mine.script("system.userSearch").status(503).then_ok();
///     // … connect a client to server.url() with mine.api_key()
///     mine.verify();
///
/// @par Lifetime
/// It must end before its server does. Its end releases the answers that it holds back and closes
/// its streams. Later requests to it get status 404.
/// @par Thread safety
/// All members but the destructor may be called from any thread.
class session : public served_world
{
public:
    session(session&& other) noexcept;
    ~session();

    /// @brief The value of the header `X-Fake-Session` that chooses this session, for requests
    /// without a key or with a wrong one, and for Pieces OS.
    std::string const& id() const { return id_; }

private:
    friend class cohub::fake_server;
    session(std::shared_ptr<service> const& s, session_list& all);

    session_list* all_;  ///< null: this object was moved from
    std::string id_;
};

}  // namespace fake

}  // namespace cohub::inline abi_0_2
