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

/// @brief The status of a cloud.
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
    /// On the wire `UNKNOWN`; also for a word that this version does not know.
    unknown,
    /// On the wire `DISCONNECTED`.
    disconnected,
};
constexpr auto words_of(allocation_status const*)
{
    return std::array<std::string_view, 6>{
        "PENDING", "RUNNING", "FAILED", "SUCCEEDED", "UNKNOWN", "DISCONNECTED"};
}

/// @brief One URL of a cloud.
/// @source pieces_os_client 5.0.1, models/allocation_cloud_url.py
struct allocation_cloud_url
{
    allocation_cloud_url() = default;

    /// Whether the URL can be reached.
    json::open_enum<allocation_status> status;
    /// The URL with its scheme.
    std::string url;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(allocation_cloud_url, (), (status, url, schema))

/// @brief The URLs of a cloud.
/// @source pieces_os_client 5.0.1, models/allocation_cloud_urls.py
struct allocation_cloud_urls
{
    allocation_cloud_urls() = default;

    /// The URL of the cloud, and the URL that contains the cloud's id.
    allocation_cloud_url base, id;
    /// The URL that contains the user's vanity name; not set if there is none.
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

    /// The status.
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
    /// The URLs of the cloud.
    allocation_cloud_urls urls;
    /// The status of the cloud.
    allocation_cloud_status status;
    /// The project at the hosting provider that the cloud runs in.
    std::string project;
    /// When the cloud's software was last changed.
    std::optional<grouped_timestamp> updated;
    /// The version of the cloud's software, and the region that it runs in.
    std::optional<std::string> version, region;
    /// Version of the model.
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(
    allocation_cloud, (), (id, user, urls, status, project, updated, version, region, schema)
)

}  // namespace cohub::inline abi_0_2::pieces

#endif
