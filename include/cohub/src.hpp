#ifndef COHUB_SRC_HPP
#define COHUB_SRC_HPP

/// Include this file in exactly one source file of a program that defines
/// COHUB_SEPARATE_COMPILATION, BOOST_ASIO_SEPARATE_COMPILATION and BOOST_BEAST_SEPARATE_COMPILATION
/// in all its source files. It contains the non-template code of Asio, Beast, Boost.JSON and cohub,
/// which is then compiled only once.

#if !defined(COHUB_SEPARATE_COMPILATION)
#error "Do not compile cohub's source with COHUB_SEPARATE_COMPILATION undefined"
#endif

#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
#if !defined(COHUB_NO_JSON_SRC)
#include <boost/json/src.hpp>
#endif

#include <cohub/batching/detail/impl/cached_lookups.ipp>
#include <cohub/batching/detail/impl/name_lookups.ipp>
#include <cohub/batching/detail/impl/reads.ipp>
#include <cohub/batching/detail/impl/waiting_room.ipp>
#include <cohub/batching/impl/name_cache.ipp>
#include <cohub/batching/impl/name_lookups.ipp>
#include <cohub/batching/impl/reads.ipp>
#include <cohub/call/impl/answer.ipp>
#include <cohub/cocalc/impl/db.ipp>
#include <cohub/cocalc/impl/expected_duration.ipp>
#include <cohub/cocalc/impl/hub.ipp>
#include <cohub/cocalc/impl/names.ipp>
#include <cohub/cocalc/impl/org.ipp>
#include <cohub/cocalc/impl/project.ipp>
#include <cohub/cocalc/impl/project_api.ipp>
#include <cohub/cocalc/impl/project_group.ipp>
#include <cohub/cocalc/impl/projects.ipp>
#include <cohub/cocalc/impl/rpc.ipp>
#include <cohub/cocalc/impl/v1_api.ipp>
#include <cohub/cocalc/impl/v2_api.ipp>
#include <cohub/cocalc/types/impl/db.ipp>
#include <cohub/cocalc/types/impl/exec.ipp>
#include <cohub/cocalc/types/impl/jupyter.ipp>
#include <cohub/cocalc/types/impl/project_query.ipp>
#include <cohub/cocalc/types/impl/v1_user.ipp>
#include <cohub/cohub.hpp>
#include <cohub/core/impl/error.ipp>
#include <cohub/http/impl/response_parser.ipp>
#include <cohub/http/impl/retry_after.ipp>
#include <cohub/http/impl/url.ipp>
#include <cohub/json/impl/decode.ipp>
#include <cohub/json/impl/encode.ipp>
#include <cohub/json/impl/merge.ipp>
#include <cohub/pieces/impl/client.ipp>
#include <cohub/pieces/impl/discover.ipp>
#include <cohub/pieces/impl/user.ipp>
#include <cohub/pieces/impl/user_stream.ipp>
#include <cohub/pieces/types/impl/date_time.ipp>
#include <cohub/pieces/types/impl/user_profile.ipp>
#include <cohub/streams/detail/impl/frames.ipp>
#include <cohub/streams/detail/impl/handshake.ipp>
#include <cohub/streams/detail/impl/reconnect.ipp>
#include <cohub/streams/impl/websocket.ipp>
#include <cohub/transport/detail/impl/address_order.ipp>
#include <cohub/transport/detail/impl/answer_buffer.ipp>
#include <cohub/transport/detail/impl/answer_slot.ipp>
#include <cohub/transport/detail/impl/body_excerpt.ipp>
#include <cohub/transport/detail/impl/client_certificate.ipp>
#include <cohub/transport/detail/impl/client_service.ipp>
#include <cohub/transport/detail/impl/companions.ipp>
#include <cohub/transport/detail/impl/connect_tunnel.ipp>
#include <cohub/transport/detail/impl/connection.ipp>
#include <cohub/transport/detail/impl/exchange.ipp>
#include <cohub/transport/detail/impl/exchange_failure.ipp>
#include <cohub/transport/detail/impl/exchange_setup.ipp>
#include <cohub/transport/detail/impl/exchange_stream.ipp>
#include <cohub/transport/detail/impl/idle_ticker.ipp>
#include <cohub/transport/detail/impl/io_core.ipp>
#include <cohub/transport/detail/impl/io_core_addresses.ipp>
#include <cohub/transport/detail/impl/io_core_outcomes.ipp>
#include <cohub/transport/detail/impl/no_proxy.ipp>
#include <cohub/transport/detail/impl/pem.ipp>
#include <cohub/transport/detail/impl/redaction.ipp>
#include <cohub/transport/detail/impl/request_head.ipp>
#include <cohub/transport/detail/impl/request_rules.ipp>
#include <cohub/transport/detail/impl/resolver.ipp>
#include <cohub/transport/detail/impl/secure_socket.ipp>
#include <cohub/transport/detail/impl/socks_tunnel.ipp>
#include <cohub/transport/detail/impl/system_socket.ipp>
#include <cohub/transport/detail/impl/tls_context.ipp>
#include <cohub/transport/detail/impl/tls_engine.ipp>
#include <cohub/transport/detail/impl/tls_failure.ipp>
#include <cohub/transport/detail/impl/trust_store.ipp>
#include <cohub/transport/impl/client.ipp>
#include <cohub/transport/impl/client_connections.ipp>
#include <cohub/transport/impl/client_handle.ipp>
#include <cohub/transport/impl/client_key.ipp>
#include <cohub/transport/impl/client_load.ipp>
#include <cohub/transport/impl/client_reads.ipp>
#include <cohub/transport/impl/client_seeing.ipp>
#include <cohub/transport/impl/client_setup.ipp>
#include <cohub/transport/impl/options.ipp>
#include <cohub/transport/impl/prometheus.ipp>
#include <cohub/transport/impl/proxy.ipp>

#endif
