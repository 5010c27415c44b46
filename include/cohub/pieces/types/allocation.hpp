#ifndef COHUB_PIECES_TYPES_ALLOCATION_HPP
#define COHUB_PIECES_TYPES_ALLOCATION_HPP

#include <cohub/json/open_enum.hpp>
#include <cohub/pieces/types/schema.hpp>

#include <boost/describe/class.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cohub::inline abi_0_2::pieces {

/// @brief How far a cloud is.
/// @source pieces_os_client 5.0.1, models/allocation_status_enum.py
enum class allocation_status : std::uint8_t
{
    /// On the wire `PENDING`.
    pending,
    /// On the wire `RUNNING`.
    running,
    /// On the wire `FAILED`.
    failed,
    /// On the wire `SUCCEEDED`.
    succeeded,
    /// On the wire `UNKNOWN`; also for a word that is not known.
    unknown,
    /// On the wire `DISCONNECTED`.
    disconnected,
};
constexpr auto words_of(allocation_status const*)
{
    return std::array<std::string_view, 6>{
        "PENDING", "RUNNING", "FAILED", "SUCCEEDED", "UNKNOWN", "DISCONNECTED"};
}

/// @brief One address of a cloud.
/// @source pieces_os_client 5.0.1, models/allocation_cloud_url.py
struct allocation_cloud_url
{
    allocation_cloud_url() = default;

    /// Whether it can be reached.
    json::open_enum<allocation_status> status;
    /// With its scheme.
    std::string url;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(allocation_cloud_url, (), (status, url, schema))

/// @brief Where a cloud can be reached.
/// @source pieces_os_client 5.0.1, models/allocation_cloud_urls.py
struct allocation_cloud_urls
{
    allocation_cloud_urls() = default;

    /// The cloud's own address, and that with its id in it.
    allocation_cloud_url base, id;
    /// That with the user's chosen name in it; not set if there is none.
    std::optional<allocation_cloud_url> vanity;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(allocation_cloud_urls, (), (base, id, vanity, schema))

/// @brief Whether a cloud runs.
/// @source pieces_os_client 5.0.1, models/allocation_cloud_status.py
struct allocation_cloud_status
{
    allocation_cloud_status() = default;

    /// How far it is.
    json::open_enum<allocation_status> cloud;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(allocation_cloud_status, (), (cloud, schema))

/// @brief A user's own cloud.
/// @source pieces_os_client 5.0.1, models/allocation_cloud.py
struct allocation_cloud
{
    allocation_cloud() = default;

    /// Id of the cloud.
    std::string id;
    /// Id of the user whose cloud it is.
    std::string user;
    /// Where it can be reached.
    allocation_cloud_urls urls;
    /// Whether it runs.
    allocation_cloud_status status;
    /// The project at the hoster that it runs in.
    std::string project;
    /// When its software was changed last.
    std::optional<grouped_timestamp> updated;
    /// Of its software, and where it runs.
    std::optional<std::string> version, region;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(
    allocation_cloud, (), (id, user, urls, status, project, updated, version, region, schema)
)

}  // namespace cohub::inline abi_0_2::pieces

#endif
