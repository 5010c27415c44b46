// The interface of cohub 0.2.0, as consumer.py found it: this source has to go on compiling.

#include <cohub/pieces.hpp>

#include "any.hpp"

namespace {

using cohub::error_code;
using released::any;
using released::member;

[[maybe_unused]] void values_of_allocation_status()
{
    static_cast<void>(cohub::pieces::allocation_status::pending);
    static_cast<void>(cohub::pieces::allocation_status::running);
    static_cast<void>(cohub::pieces::allocation_status::failed);
    static_cast<void>(cohub::pieces::allocation_status::succeeded);
    static_cast<void>(cohub::pieces::allocation_status::unknown);
    static_cast<void>(cohub::pieces::allocation_status::disconnected);
}

[[maybe_unused]] void values_of_entity_type()
{
    static_cast<void>(cohub::pieces::entity_type::unknown);
    static_cast<void>(cohub::pieces::entity_type::organization);
    static_cast<void>(cohub::pieces::entity_type::team);
}

[[maybe_unused]] void values_of_subscription_term()
{
    static_cast<void>(cohub::pieces::subscription_term::unknown);
    static_cast<void>(cohub::pieces::subscription_term::month);
    static_cast<void>(cohub::pieces::subscription_term::year);
    static_cast<void>(cohub::pieces::subscription_term::quarter);
}

[[maybe_unused]] void values_of_external_provider_type()
{
    static_cast<void>(cohub::pieces::external_provider_type::github);
    static_cast<void>(cohub::pieces::external_provider_type::auth0);
    static_cast<void>(cohub::pieces::external_provider_type::google_oauth2);
    static_cast<void>(cohub::pieces::external_provider_type::bitbucket);
    static_cast<void>(cohub::pieces::external_provider_type::linkedin);
    static_cast<void>(cohub::pieces::external_provider_type::twitter);
    static_cast<void>(cohub::pieces::external_provider_type::facebook);
    static_cast<void>(cohub::pieces::external_provider_type::waad);
    static_cast<void>(cohub::pieces::external_provider_type::unknown);
    static_cast<void>(cohub::pieces::external_provider_type::discord);
    static_cast<void>(cohub::pieces::external_provider_type::gitlab);
    static_cast<void>(cohub::pieces::external_provider_type::apple);
    static_cast<void>(cohub::pieces::external_provider_type::username_email);
    static_cast<void>(cohub::pieces::external_provider_type::slack);
    static_cast<void>(cohub::pieces::external_provider_type::microsoft);
}

[[maybe_unused]] void values_of_schema_version()
{
    static_cast<void>(cohub::pieces::schema_version::major_0_minor_0_patch_1);
    static_cast<void>(cohub::pieces::schema_version::unknown);
}

[[maybe_unused]] void use(cohub::pieces::aesthetics& x)
{
    member<cohub::pieces::theme>(x.theme);
    member<cohub::pieces::font>(x.font);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::aesthetics());
}

[[maybe_unused]] void use(cohub::pieces::allocation_cloud& x)
{
    member<std::string>(x.id);
    member<std::string>(x.user);
    member<cohub::pieces::allocation_cloud_urls>(x.urls);
    member<cohub::pieces::allocation_cloud_status>(x.status);
    member<std::string>(x.project);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.updated);
    member<std::optional<std::string>>(x.version);
    member<std::optional<std::string>>(x.region);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::allocation_cloud());
}

[[maybe_unused]] void use(cohub::pieces::allocation_cloud_status& x)
{
    member<cohub::json::open_enum<cohub::pieces::allocation_status>>(x.cloud);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::allocation_cloud_status());
}

[[maybe_unused]] void use(cohub::pieces::allocation_cloud_url& x)
{
    member<cohub::json::open_enum<cohub::pieces::allocation_status>>(x.status);
    member<std::string>(x.url);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::allocation_cloud_url());
}

[[maybe_unused]] void use(cohub::pieces::allocation_cloud_urls& x)
{
    member<cohub::pieces::allocation_cloud_url>(x.base);
    member<cohub::pieces::allocation_cloud_url>(x.id);
    member<std::optional<cohub::pieces::allocation_cloud_url>>(x.vanity);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::allocation_cloud_urls());
}

[[maybe_unused]] void use(cohub::pieces::anonymous_temporal_range& x)
{
    member<std::optional<bool>>(x.between);
    member<std::optional<bool>>(x.continuous);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.from);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.to);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::anonymous_temporal_range());
}

[[maybe_unused]] void use(cohub::pieces::auth0_identity& x)
{
    member<std::optional<std::string>>(x.connection);
    member<std::optional<bool>>(x.is_social);
    member<std::optional<std::string>>(x.provider);
    member<std::optional<std::string>>(x.user_id);
    member<std::optional<cohub::secret>>(x.access_token);
    member<std::optional<std::int64_t>>(x.expires_in);
    static_cast<void>(cohub::pieces::auth0_identity());
}

[[maybe_unused]] void use(cohub::pieces::auth0_open_ai_user_metadata& x)
{
    member<std::optional<cohub::secret>>(x.api_key);
    member<std::optional<cohub::secret>>(x.organization_key);
    member<std::optional<std::string>>(x.api_key_name);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::auth0_open_ai_user_metadata());
}

[[maybe_unused]] void use(cohub::pieces::auth0_user& x)
{
    member<std::optional<std::string>>(x.name);
    member<std::optional<cohub::pieces::date_time>>(x.created_at);
    member<std::optional<std::string>>(x.email);
    member<std::optional<bool>>(x.email_verified);
    member<std::optional<std::string>>(x.family_name);
    member<std::optional<std::string>>(x.given_name);
    member<std::optional<std::vector<cohub::pieces::auth0_identity>>>(x.identities);
    member<std::optional<std::string>>(x.nickname);
    member<std::optional<std::string>>(x.picture);
    member<std::optional<cohub::pieces::date_time>>(x.updated_at);
    member<std::optional<std::string>>(x.username);
    member<std::optional<cohub::pieces::auth0_user_metadata>>(x.user_metadata);
    member<std::optional<std::string>>(x.locale);
    member<std::optional<std::string>>(x.user_id);
    member<std::optional<std::string>>(x.last_ip);
    member<std::optional<cohub::pieces::date_time>>(x.last_login);
    member<std::optional<std::int64_t>>(x.logins_count);
    member<std::optional<std::vector<std::string>>>(x.blocked_for);
    member<std::optional<std::vector<std::string>>>(x.guardian_authenticators);
    static_cast<void>(cohub::pieces::auth0_user());
}

[[maybe_unused]] void use(cohub::pieces::auth0_user_allocation_metadata& x)
{
    member<std::string>(x.project);
    member<std::string>(x.region);
    static_cast<void>(cohub::pieces::auth0_user_allocation_metadata());
}

[[maybe_unused]] void use(cohub::pieces::auth0_user_beta_status& x)
{
    member<std::optional<cohub::pieces::anonymous_temporal_range>>(x.vision);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::auth0_user_beta_status());
}

[[maybe_unused]] void use(cohub::pieces::auth0_user_metadata& x)
{
    member<std::string>(x.global_id);
    member<std::optional<cohub::secret>>(x.cloud_key);
    member<std::optional<std::string>>(x.stripe_customer_id);
    member<std::optional<std::string>>(x.vanityname);
    member<std::optional<cohub::pieces::auth0_user_allocation_metadata>>(x.allocation);
    member<std::optional<cohub::pieces::auth0_open_ai_user_metadata>>(x.open_ai);
    member<std::optional<cohub::pieces::anonymous_temporal_range>>(x.beta);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::auth0_user_metadata());
}

[[maybe_unused]] void use(cohub::pieces::client& x)
{
    static_cast<void>(cohub::pieces::client(
        any<boost::asio::any_io_executor const&>(), any<cohub::pieces::options>()
    ));
    static_cast<void>(cohub::pieces::client(any<cohub::pieces::options>()));
    static_cast<void>(x.user());
    static_cast<void>(x.warm_up(any<std::size_t>()));
    static_cast<void>(x.set_api_key(any<cohub::secret>()));
    static_cast<void>(x.reload_tls());
    static_cast<void>(x.stats());
    static_cast<void>(x.close(any<bool>()));
    static_cast<void>(x.close());
    static_cast<void>(x.async_close());
    static_cast<void>(x.async_close(any<std::chrono::nanoseconds>()));
}

[[maybe_unused]] void use(cohub::pieces::date_time& x)
{
    static_cast<void>(cohub::pieces::date_time());
    static_cast<void>(x.time());
    static_cast<void>(x.has_zone());
    static_cast<void>(x.text());
    static_cast<void>(cohub::pieces::date_time::parse(any<std::string_view>()));
}

[[maybe_unused]] void use(cohub::pieces::descope_user_metadata& x)
{
    member<std::string>(x.descope_id);
    member<std::string>(x.global_id);
    member<std::optional<std::string>>(x.vanityname);
    member<std::optional<cohub::pieces::auth0_user_allocation_metadata>>(x.allocation);
    member<std::optional<cohub::pieces::auth0_open_ai_user_metadata>>(x.open_ai);
    member<std::optional<cohub::pieces::anonymous_temporal_range>>(x.beta);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::descope_user_metadata());
}

[[maybe_unused]] void use(cohub::pieces::discover_options& x)
{
    static_cast<void>(cohub::pieces::discover_options());
    static_cast<void>(x.timeout(any<std::chrono::milliseconds>()));
    static_cast<void>(x.probe_timeout(any<std::chrono::milliseconds>()));
    static_cast<void>(x.home(any<std::string>()));
    static_cast<void>(x.port_files(any<std::vector<std::string>>()));
    static_cast<void>(x.ports(any<std::vector<std::uint16_t>>()));
    static_cast<void>(x.old_ports(any<std::vector<std::uint16_t>>()));
    static_cast<void>(x.timeout());
    static_cast<void>(x.probe_timeout());
    static_cast<void>(x.home());
    static_cast<void>(x.port_files());
    static_cast<void>(x.ports());
    static_cast<void>(x.old_ports());
}

[[maybe_unused]] void use(cohub::pieces::discovered& x)
{
    member<std::string>(x.base_url);
    member<std::uint16_t>(x.port);
    member<std::string>(x.how);
    member<std::vector<std::string>>(x.tried);
    static_cast<void>(cohub::pieces::discovered());
}

[[maybe_unused]] void use(cohub::pieces::embedded_model_schema& x)
{
    member<std::int64_t>(x.migration);
    member<cohub::json::open_enum<cohub::pieces::schema_version>>(x.semantic);
    static_cast<void>(cohub::pieces::embedded_model_schema());
}

[[maybe_unused]] void use(cohub::pieces::external_provider& x)
{
    member<cohub::json::open_enum<cohub::pieces::external_provider_type>>(x.type);
    member<std::string>(x.user_id);
    member<std::optional<cohub::secret>>(x.access_token);
    member<std::optional<std::int64_t>>(x.expires_in);
    member<cohub::pieces::grouped_timestamp>(x.created);
    member<cohub::pieces::grouped_timestamp>(x.updated);
    member<std::optional<cohub::pieces::external_provider_profile_data>>(x.profile_data);
    member<std::optional<std::string>>(x.connection);
    member<std::optional<bool>>(x.is_social);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::external_provider());
}

[[maybe_unused]] void use(cohub::pieces::external_provider_profile_data& x)
{
    member<std::optional<std::string>>(x.name);
    member<std::optional<std::string>>(x.picture);
    member<std::optional<std::string>>(x.nickname);
    member<std::optional<std::string>>(x.email);
    member<std::optional<bool>>(x.email_verified);
    member<std::optional<std::string>>(x.node_id);
    member<std::optional<std::string>>(x.gravatar_id);
    member<std::optional<std::string>>(x.url);
    member<std::optional<std::string>>(x.html_url);
    member<std::optional<std::string>>(x.followers_url);
    member<std::optional<std::string>>(x.following_url);
    member<std::optional<std::string>>(x.gists_url);
    member<std::optional<std::string>>(x.starred_url);
    member<std::optional<std::string>>(x.subscriptions_url);
    member<std::optional<std::string>>(x.organizations_url);
    member<std::optional<std::string>>(x.repos_url);
    member<std::optional<std::string>>(x.events_url);
    member<std::optional<std::string>>(x.received_events_url);
    member<std::optional<std::string>>(x.type);
    member<std::optional<bool>>(x.site_admin);
    member<std::optional<std::string>>(x.company);
    member<std::optional<std::string>>(x.blog);
    member<std::optional<std::string>>(x.anchor);
    member<std::optional<bool>>(x.hireable);
    member<std::optional<std::string>>(x.bio);
    member<std::optional<std::string>>(x.twitter_username);
    member<std::optional<std::int64_t>>(x.public_repos);
    member<std::optional<std::int64_t>>(x.public_gists);
    member<std::optional<std::int64_t>>(x.followers);
    member<std::optional<std::int64_t>>(x.following);
    member<std::optional<std::string>>(x.created_at);
    member<std::optional<std::string>>(x.updated_at);
    member<std::optional<std::int64_t>>(x.private_gists);
    member<std::optional<std::int64_t>>(x.total_private_repos);
    member<std::optional<std::int64_t>>(x.owned_private_repos);
    member<std::optional<std::int64_t>>(x.disk_usage);
    member<std::optional<std::int64_t>>(x.collaborators);
    member<std::optional<bool>>(x.two_factor_authentication);
    static_cast<void>(cohub::pieces::external_provider_profile_data());
}

[[maybe_unused]] void use(cohub::pieces::external_providers& x)
{
    member<std::vector<cohub::pieces::external_provider>>(x.iterable);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::external_providers());
}

[[maybe_unused]] void use(cohub::pieces::flattened_entities& x)
{
    member<std::vector<cohub::pieces::referenced_entity>>(x.iterable);
    static_cast<void>(cohub::pieces::flattened_entities());
}

[[maybe_unused]] void use(cohub::pieces::flattened_entity& x)
{
    member<std::string>(x.id);
    member<std::string>(x.name);
    member<cohub::json::open_enum<cohub::pieces::entity_type>>(x.type);
    member<std::optional<std::string>>(x.org_identifier);
    member<std::optional<std::string>>(x.team_identifier);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.created);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.updated);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.deleted);
    static_cast<void>(cohub::pieces::flattened_entity());
}

[[maybe_unused]] void use(cohub::pieces::flattened_subscription& x)
{
    member<std::string>(x.id);
    member<std::string>(x.name);
    member<bool>(x.active);
    member<cohub::json::open_enum<cohub::pieces::subscription_term>>(x.term);
    member<std::optional<std::int64_t>>(x.quantity);
    member<std::optional<std::string>>(x.price_id);
    member<std::optional<std::string>>(x.product_id);
    member<std::optional<std::string>>(x.subscription_id);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.created);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.updated);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.next_billing_date);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.cancelled);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.paused);
    static_cast<void>(cohub::pieces::flattened_subscription());
}

[[maybe_unused]] void use(cohub::pieces::flattened_subscriptions& x)
{
    member<std::vector<cohub::pieces::referenced_subscription>>(x.iterable);
    static_cast<void>(cohub::pieces::flattened_subscriptions());
}

[[maybe_unused]] void use(cohub::pieces::flattened_user_profile& x)
{
    member<std::string>(x.id);
    member<std::optional<std::string>>(x.name);
    member<std::optional<std::string>>(x.email);
    member<std::optional<std::string>>(x.picture);
    member<std::optional<std::string>>(x.username);
    member<std::optional<std::string>>(x.vanityname);
    member<std::optional<cohub::pieces::flattened_entities>>(x.entities);
    member<std::optional<cohub::pieces::flattened_subscriptions>>(x.subscriptions);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::flattened_user_profile());
}

[[maybe_unused]] void use(cohub::pieces::font& x)
{
    member<std::int64_t>(x.size);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::font());
}

[[maybe_unused]] void use(cohub::pieces::grouped_timestamp& x)
{
    member<cohub::pieces::date_time>(x.value);
    member<std::optional<std::string>>(x.readable);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::grouped_timestamp());
    static_cast<void>(cohub::pieces::grouped_timestamp(any<cohub::pieces::date_time>()));
}

[[maybe_unused]] void use(cohub::pieces::options& x)
{
    member<std::string>(x.application_id);
    static_cast<void>(cohub::pieces::options());
    static_cast<void>(cohub::pieces::options(any<std::string>(), any<cohub::secret>()));
    static_cast<void>(cohub::pieces::options(any<std::string>()));
    static_cast<void>(cohub::pieces::options::from_env());
    member<std::string>(x.host);
    member<cohub::secret>(x.api_key);
    member<cohub::proxy_options>(x.proxy);
    member<std::string>(x.socket_path);
    member<cohub::tls_options>(x.tls);
    member<cohub::pool_options>(x.pool);
    member<cohub::timeout_options>(x.timeouts);
    member<cohub::retry_options>(x.retry);
    member<cohub::limit_options>(x.limits);
    member<cohub::coalesce_options>(x.coalesce);
    member<cohub::hooks>(x.hooks);
    member<cohub::threading>(x.threads);
    member<std::string>(x.user_agent);
    member<bool>(x.make_traceparent);
    member<std::vector<std::pair<std::string, std::string>>>(x.headers);
    member<std::shared_ptr<cohub::clock>>(x.clock);
    member<std::shared_ptr<cohub::transport::network>>(x.network);
}

[[maybe_unused]] void use(cohub::pieces::referenced_entity& x)
{
    member<std::string>(x.id);
    member<std::optional<cohub::pieces::flattened_entity>>(x.reference);
    static_cast<void>(cohub::pieces::referenced_entity());
}

[[maybe_unused]] void use(cohub::pieces::referenced_subscription& x)
{
    member<std::string>(x.id);
    member<std::optional<cohub::pieces::flattened_subscription>>(x.reference);
    static_cast<void>(cohub::pieces::referenced_subscription());
}

[[maybe_unused]] void use(cohub::pieces::returned_user_profile& x)
{
    member<std::optional<cohub::pieces::user_profile>>(x.user);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::returned_user_profile());
}

[[maybe_unused]] void use(cohub::pieces::stream_options& x)
{
    static_cast<void>(cohub::pieces::stream_options());
    static_cast<void>(x.reconnect(any<bool>()));
    static_cast<void>(x.max_attempts(any<int>()));
    static_cast<void>(x.backoff(any<std::chrono::milliseconds>(), any<std::chrono::milliseconds>())
    );
    static_cast<void>(x.ping_interval(any<std::chrono::milliseconds>()));
    static_cast<void>(x.max_message(any<std::size_t>()));
    static_cast<void>(x.max_queued(any<std::size_t>()));
    static_cast<void>(x.rediscover(any<cohub::pieces::discover_options>()));
    static_cast<void>(x.rediscover());
    static_cast<void>(x.request());
    static_cast<void>(x.rediscovers());
}

[[maybe_unused]] void use(cohub::pieces::theme& x)
{
    member<bool>(x.dark);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::theme());
}

[[maybe_unused]] void use(cohub::pieces::user_api& x)
{
    static_cast<void>(cohub::pieces::user_api(
        any<cohub::call::channel_ptr>(),
        any<std::string_view>(),
        any<cohub::pieces::stream_opener>()
    ));
    static_cast<void>(cohub::pieces::user_api(any<cohub::call::channel_ptr>()));
    static_cast<void>(x.user_snapshot());
    static_cast<void>(x.user_snapshot(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.refresh_user());
    static_cast<void>(x.refresh_user(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.select_user(any<cohub::pieces::auth0_user const&>()));
    static_cast<void>(x.select_user(
        any<cohub::pieces::auth0_user const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.select_user());
    static_cast<void>(x.select_user(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.update_user(any<cohub::pieces::user_profile const&>()));
    static_cast<void>(x.update_user(
        any<cohub::pieces::user_profile const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.update_user());
    static_cast<void>(x.update_user(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.clear_user());
    static_cast<void>(x.clear_user(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.user_beta_status(any<cohub::pieces::user_beta_status const&>()));
    static_cast<void>(x.user_beta_status(
        any<cohub::pieces::user_beta_status const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.user_beta_status());
    static_cast<void>(x.user_beta_status(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.user_providers());
    static_cast<void>(x.user_providers(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.user_update_vanity(any<cohub::pieces::user_profile const&>()));
    static_cast<void>(x.user_update_vanity(
        any<cohub::pieces::user_profile const&>(), any<cohub::call_options>(), cohub::as_result
    ));
    static_cast<void>(x.user_update_vanity());
    static_cast<void>(x.user_update_vanity(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.stream_user(any<cohub::pieces::stream_options const&>()));
    static_cast<void>(x.stream_user());
    static_cast<void>(x.call(any<std::string_view>(), any<std::string_view>()));
    static_cast<void>(x.call(any<std::string_view>()));
    static_cast<void>(x.call(
        any<std::string_view>(),
        any<std::string_view>(),
        any<cohub::call_options>(),
        cohub::as_result
    ));
}

[[maybe_unused]] void use(cohub::pieces::user_beta_status& x)
{
    member<std::string>(x.user);
    member<std::optional<cohub::pieces::auth0_user_beta_status>>(x.auth0);
    member<std::optional<cohub::pieces::auth0_user_beta_status>>(x.descope);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::user_beta_status());
    static_cast<void>(cohub::pieces::user_beta_status(any<std::string>()));
}

[[maybe_unused]] void use(cohub::pieces::user_event& x)
{
    member<std::optional<cohub::pieces::user_profile>>(x.user);
    static_cast<void>(cohub::pieces::user_event());
}

[[maybe_unused]] void use(cohub::pieces::user_profile& x)
{
    member<std::string>(x.id);
    member<std::optional<std::string>>(x.email);
    member<std::optional<std::string>>(x.name);
    member<std::optional<std::string>>(x.username);
    member<std::optional<std::string>>(x.picture);
    member<cohub::pieces::aesthetics>(x.aesthetics);
    member<std::optional<std::string>>(x.vanityname);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.created);
    member<std::optional<cohub::pieces::grouped_timestamp>>(x.updated);
    member<std::optional<cohub::pieces::allocation_cloud>>(x.allocation);
    member<std::optional<cohub::pieces::external_providers>>(x.providers);
    member<std::optional<cohub::pieces::auth0_user_metadata>>(x.auth0);
    member<std::optional<cohub::pieces::descope_user_metadata>>(x.descope);
    member<std::optional<std::vector<cohub::secret>>>(x.api_keys);
    member<std::optional<cohub::pieces::embedded_model_schema>>(x.schema);
    static_cast<void>(cohub::pieces::user_profile());
    static_cast<void>(cohub::pieces::user_profile(any<std::string>()));
    static_cast<void>(x.entities());
    static_cast<void>(x.subscriptions());
    static_cast<void>(x.raw());
    static_cast<void>(x.raw(any<std::string_view>()));
    static_cast<void>(x.to_json(any<std::string&>()));
    static_cast<void>(x.remember(any<std::string_view>()));
    static_cast<void>(cohub::pieces::user_profile::from_json(any<std::string_view>()));
}

[[maybe_unused]] void use(cohub::pieces::user_stream& x)
{
    static_cast<void>(cohub::pieces::user_stream(any<cohub::streams::stream_ptr>()));
    static_cast<void>(x.next());
    static_cast<void>(x.next(any<cohub::call_options>(), cohub::as_result));
    static_cast<void>(x.close());
    static_cast<void>(x.stats());
}

}  // namespace
