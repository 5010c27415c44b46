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

namespace cohub::pieces {

/// @source pieces_os_client 5.0.1, models/allocation_status_enum.py
enum class allocation_status : std::uint8_t
{
    pending,
    running,
    failed,
    succeeded,
    unknown,
    disconnected,
};
constexpr auto words_of(allocation_status const*)
{
    return std::array<std::string_view, 6>{
        "PENDING", "RUNNING", "FAILED", "SUCCEEDED", "UNKNOWN", "DISCONNECTED"};
}

/// @source pieces_os_client 5.0.1, models/allocation_cloud_url.py
struct allocation_cloud_url
{
    allocation_cloud_url() = default;

    json::open_enum<allocation_status> status;
    std::string url;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(allocation_cloud_url, (), (status, url, schema))

/// @brief Where a cloud can be reached.
/// @source pieces_os_client 5.0.1, models/allocation_cloud_urls.py
struct allocation_cloud_urls
{
    allocation_cloud_urls() = default;

    allocation_cloud_url base, id;
    std::optional<allocation_cloud_url> vanity;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(allocation_cloud_urls, (), (base, id, vanity, schema))

/// @source pieces_os_client 5.0.1, models/allocation_cloud_status.py
struct allocation_cloud_status
{
    allocation_cloud_status() = default;

    json::open_enum<allocation_status> cloud;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(allocation_cloud_status, (), (cloud, schema))

/// @brief A user's own cloud.
/// @source pieces_os_client 5.0.1, models/allocation_cloud.py
struct allocation_cloud
{
    allocation_cloud() = default;

    std::string id;
    /// Id of the user whose cloud it is.
    std::string user;
    allocation_cloud_urls urls;
    allocation_cloud_status status;
    std::string project;
    std::optional<grouped_timestamp> updated;
    std::optional<std::string> version, region;
    std::optional<embedded_model_schema> schema;
};
BOOST_DESCRIBE_STRUCT(
    allocation_cloud, (), (id, user, urls, status, project, updated, version, region, schema)
)

}  // namespace cohub::pieces

#endif
