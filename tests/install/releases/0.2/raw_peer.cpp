// The interface of cohub 0.2.0, as consumer.py found it: this source has to go on compiling.

#include <cohub/fake/raw_peer.hpp>
#include <cohub/fake/websocket.hpp>

#include "any.hpp"

namespace {

using released::any;
using released::member;

[[maybe_unused]] void values_of_tls_version()
{
    static_cast<void>(cohub::fake::tls_version::v1_0);
    static_cast<void>(cohub::fake::tls_version::v1_1);
    static_cast<void>(cohub::fake::tls_version::v1_2);
    static_cast<void>(cohub::fake::tls_version::v1_3);
}

[[maybe_unused]] void values_of_tls_end()
{
    static_cast<void>(cohub::fake::tls_end::close_notify);
    static_cast<void>(cohub::fake::tls_end::none);
}

[[maybe_unused]] void values_of_raw_ending()
{
    static_cast<void>(cohub::fake::raw_ending::open);
    static_cast<void>(cohub::fake::raw_ending::closed);
    static_cast<void>(cohub::fake::raw_ending::reset);
    static_cast<void>(cohub::fake::raw_ending::peer_closed);
    static_cast<void>(cohub::fake::raw_ending::peer_reset);
    static_cast<void>(cohub::fake::raw_ending::tls_failed);
    static_cast<void>(cohub::fake::raw_ending::stopped);
}

[[maybe_unused]] void use(cohub::fake::authority& x)
{
    static_cast<void>(cohub::fake::authority(any<std::string_view>()));
    static_cast<void>(x.issue(any<cohub::fake::certificate_request const&>()));
    static_cast<void>(x.intermediate(any<std::string_view>()));
    static_cast<void>(x.pem());
}

[[maybe_unused]] void use(cohub::fake::certificate_request& x)
{
    static_cast<void>(cohub::fake::certificate_request::key_kind::ecdsa);
    static_cast<void>(cohub::fake::certificate_request::key_kind::rsa);
    static_cast<void>(cohub::fake::certificate_request(any<std::string>()));
    static_cast<void>(x.dns(any<std::string>()));
    static_cast<void>(x.ip(any<std::string>()));
    static_cast<void>(x.not_before(any<std::chrono::seconds>()));
    static_cast<void>(x.not_after(any<std::chrono::seconds>()));
    static_cast<void>(x.rsa());
    static_cast<void>(x.ecdsa());
    static_cast<void>(x.common_name());
    static_cast<void>(x.dns_names());
    static_cast<void>(x.ip_addresses());
    static_cast<void>(x.not_before());
    static_cast<void>(x.not_after());
    static_cast<void>(x.kind());
}

[[maybe_unused]] void use(cohub::fake::identity& x)
{
    member<std::string>(x.certificate_pem);
    member<std::string>(x.key_pem);
    member<std::string>(x.chain_pem);
    static_cast<void>(cohub::fake::identity());
    static_cast<void>(
        cohub::fake::identity(any<std::string>(), any<std::string>(), any<std::string>())
    );
    static_cast<void>(cohub::fake::identity(any<std::string>(), any<std::string>()));
    static_cast<void>(x.full_chain_pem());
    static_cast<void>(x.with_foreign_key());
}

[[maybe_unused]] void use(cohub::fake::raw_answer& x)
{
    static_cast<void>(cohub::fake::raw_answer(any<std::string>()));
    static_cast<void>(cohub::fake::raw_answer());
    static_cast<void>(x.status(any<int>(), any<std::string>()));
    static_cast<void>(x.status(any<int>()));
    static_cast<void>(x.header(any<std::string>(), any<std::string>()));
    static_cast<void>(x.content_type(any<std::string>()));
    static_cast<void>(x.chunked(any<std::size_t>()));
    static_cast<void>(x.chunked());
    static_cast<void>(x.until_close());
    static_cast<void>(x.http_1_0());
    static_cast<void>(x.head());
    static_cast<void>(x.str());
}

[[maybe_unused]] void use(cohub::fake::raw_peer& x)
{
    static_cast<void>(x.wait_accepted(any<std::size_t>(), any<cohub::fake::raw_peer::duration>()));
    static_cast<void>(x.wait_accepted(any<std::size_t>()));
    static_cast<void>(x.wait_requests(any<std::size_t>(), any<cohub::fake::raw_peer::duration>()));
    static_cast<void>(x.wait_requests(any<std::size_t>()));
    static_cast<void>(x.wait_all_ended(any<cohub::fake::raw_peer::duration>()));
    static_cast<void>(x.wait_all_ended());
    static_cast<void>(x.wait_ended(any<std::size_t>(), any<cohub::fake::raw_peer::duration>()));
    static_cast<void>(x.wait_ended(any<std::size_t>()));
    static_cast<void>(x.wait_quiet(any<cohub::fake::raw_peer::duration>()));
    static_cast<void>(x.wait_quiet());
    static_cast<void>(x.wait(
        any<std::function<bool(std::vector<cohub::fake::raw_record> const&)> const&>(),
        any<cohub::fake::raw_peer::duration>()
    ));
    static_cast<void>(
        x.wait(any<std::function<bool(std::vector<cohub::fake::raw_record> const&)> const&>())
    );
    static_cast<void>(any<cohub::fake::raw_peer::duration*>());
    static_cast<void>(cohub::fake::raw_peer::patience);
    static_cast<void>(cohub::fake::raw_peer());
    static_cast<void>(cohub::fake::raw_peer(any<cohub::fake::tls_settings>()));
    static_cast<void>(x.port());
    static_cast<void>(x.tls());
    static_cast<void>(x.url());
    static_cast<void>(x.url(any<std::string_view>()));
    static_cast<void>(x.script(any<cohub::fake::raw_script>()));
    static_cast<void>(
        x.scripts(any<std::vector<cohub::fake::raw_script>>(), any<cohub::fake::raw_script>())
    );
    static_cast<void>(x.tls(any<cohub::fake::tls_settings>()));
    static_cast<void>(x.rotate_ticket_keys());
    static_cast<void>(x.release(any<std::string>()));
    static_cast<void>(x.wait_mark(any<std::string const&>(), any<cohub::fake::raw_peer::duration>())
    );
    static_cast<void>(x.wait_mark(any<std::string const&>()));
    static_cast<void>(x.connections());
    static_cast<void>(x.connection(any<std::size_t>()));
    static_cast<void>(x.requests());
    static_cast<void>(x.accepted());
    static_cast<void>(x.open());
    static_cast<void>(x.request_count());
    static_cast<void>(x.peak_open());
    static_cast<void>(x.drop_all());
    static_cast<void>(x.pause_listening());
    static_cast<void>(x.resume_listening());
}

[[maybe_unused]] void use(cohub::fake::raw_peer_options& x)
{
    static_cast<void>(cohub::fake::raw_peer_options());
    static_cast<void>(x.tls(any<cohub::fake::tls_settings>()));
    static_cast<void>(x.ipv6());
    static_cast<void>(x.receive_buffer(any<int>()));
}

[[maybe_unused]] void use(cohub::fake::raw_record& x)
{
    static_cast<void>(any<cohub::fake::raw_record::time_point*>());
    member<std::size_t>(x.index);
    member<cohub::fake::raw_record::time_point>(x.accepted);
    member<cohub::fake::raw_record::time_point>(x.ended);
    member<std::uint64_t>(x.bytes_in);
    member<std::uint64_t>(x.bytes_out);
    member<std::uint64_t>(x.application_in);
    member<std::vector<cohub::fake::raw_request>>(x.requests);
    member<std::string>(x.unfinished);
    member<bool>(x.tls);
    member<bool>(x.handshake_done);
    member<bool>(x.session_reused);
    member<bool>(x.close_notify_seen);
    member<std::uint64_t>(x.handshake_out);
    member<std::string>(x.tls_version);
    member<std::string>(x.server_name);
    member<std::string>(x.alert_seen);
    member<std::size_t>(x.steps_played);
    member<cohub::fake::raw_ending>(x.how);
    member<std::string>(x.detail);
    static_cast<void>(cohub::fake::raw_record());
}

[[maybe_unused]] void use(cohub::fake::raw_request& x)
{
    member<std::string>(x.head);
    member<std::string>(x.body);
    static_cast<void>(cohub::fake::raw_request());
    static_cast<void>(cohub::fake::raw_request(any<std::string>(), any<std::string>()));
    static_cast<void>(x.method());
    static_cast<void>(x.target());
    static_cast<void>(x.header(any<std::string_view>()));
}

[[maybe_unused]] void use(cohub::fake::raw_script& x)
{
    static_cast<void>(x.plain());
    static_cast<void>(x.cut_handshake(any<std::size_t>()));
    static_cast<void>(x.drip_handshake(any<cohub::fake::raw_script::duration>(), any<std::size_t>())
    );
    static_cast<void>(x.drip_handshake(any<cohub::fake::raw_script::duration>()));
    static_cast<void>(x.send(any<std::string>()));
    static_cast<void>(x.send_split(
        any<std::string>(), any<std::size_t>(), any<cohub::fake::raw_script::duration>()
    ));
    static_cast<void>(x.send_split(any<std::string>(), any<std::size_t>()));
    static_cast<void>(x.send_split_at(
        any<std::string>(), any<std::size_t>(), any<cohub::fake::raw_script::duration>()
    ));
    static_cast<void>(x.send_split_at(any<std::string>(), any<std::size_t>()));
    static_cast<void>(x.dribble(any<std::string>(), any<cohub::fake::raw_script::duration>()));
    static_cast<void>(x.send_repeated(any<std::string>(), any<std::size_t>()));
    static_cast<void>(x.send_raw(any<std::string>()));
    static_cast<void>(
        x.send_changed(any<std::string>(), any<cohub::fake::raw_script::bytes_function>())
    );
    static_cast<void>(x.respond(any<cohub::fake::raw_script::answer_function>()));
    static_cast<void>(x.respond(any<std::string>()));
    static_cast<void>(x.read_request());
    static_cast<void>(x.wait_bytes(any<std::size_t>()));
    static_cast<void>(x.wait_for_release(any<std::string>()));
    static_cast<void>(x.delay(any<cohub::fake::raw_script::duration>()));
    static_cast<void>(x.stall());
    static_cast<void>(x.mark(any<std::string>()));
    static_cast<void>(x.stop_reading());
    static_cast<void>(x.start_reading());
    static_cast<void>(x.half_close(any<cohub::fake::tls_end>()));
    static_cast<void>(x.half_close());
    static_cast<void>(x.close(any<cohub::fake::tls_end>()));
    static_cast<void>(x.close());
    static_cast<void>(x.reset());
    static_cast<void>(x.close_notify());
    static_cast<void>(x.key_update(any<bool>()));
    static_cast<void>(x.key_update());
    static_cast<void>(x.renegotiate());
    static_cast<void>(x.fatal_alert());
    static_cast<void>(any<cohub::fake::raw_script::duration*>());
    static_cast<void>(any<cohub::fake::raw_script::bytes_function*>());
    static_cast<void>(any<cohub::fake::raw_script::answer_function*>());
    static_cast<void>(cohub::fake::raw_script());
    static_cast<void>(x.forever());
    static_cast<void>(x.append(any<cohub::fake::raw_script const&>()));
    static_cast<void>(x.size());
}

[[maybe_unused]] void use(cohub::fake::refusing_port& x)
{
    static_cast<void>(cohub::fake::refusing_port());
    static_cast<void>(x.port());
}

[[maybe_unused]] void use(cohub::fake::silent_port& x)
{
    static_cast<void>(cohub::fake::silent_port());
    static_cast<void>(x.port());
}

[[maybe_unused]] void use(cohub::fake::tls_settings& x)
{
    static_cast<void>(cohub::fake::tls_settings(any<cohub::fake::identity>()));
    static_cast<void>(x.versions(any<cohub::fake::tls_version>(), any<cohub::fake::tls_version>()));
    static_cast<void>(x.only(any<cohub::fake::tls_version>()));
    static_cast<void>(x.ciphers(any<std::string>()));
    static_cast<void>(x.ciphersuites(any<std::string>()));
    static_cast<void>(x.security_level(any<int>()));
    static_cast<void>(x.without_chain());
    static_cast<void>(x.for_name(any<std::string>(), any<cohub::fake::identity>()));
    static_cast<void>(x.client_certificate(any<std::string>()));
    static_cast<void>(x.without_resumption());
    static_cast<void>(x.alert_on_resumption());
}

[[maybe_unused]] void use(cohub::fake::websocket_frame& x)
{
    member<int>(x.opcode);
    member<std::string>(x.payload);
    member<bool>(x.fin);
    member<int>(x.rsv);
    member<bool>(x.masked);
    member<int>(x.length_bits);
    member<std::optional<std::uint64_t>>(x.length);
}

[[maybe_unused]] void use(cohub::fake::websocket_script& x)
{
    static_cast<void>(cohub::fake::websocket_script());
    static_cast<void>(x.text(any<std::string>()));
    static_cast<void>(x.binary(any<std::string>()));
    static_cast<void>(x.ping(any<std::string>()));
    static_cast<void>(x.ping());
    static_cast<void>(x.pong(any<std::string>()));
    static_cast<void>(x.pong());
    static_cast<void>(x.close(any<int>(), any<std::string>()));
    static_cast<void>(x.close(any<int>()));
    static_cast<void>(x.close_without_code());
    static_cast<void>(x.frame(any<cohub::fake::websocket_frame>()));
    static_cast<void>(x.fragments(any<std::string>(), any<std::vector<std::size_t>>()));
    static_cast<void>(
        x.fragments(any<std::string>(), any<std::size_t>(), any<std::optional<std::string>>())
    );
    static_cast<void>(x.fragments(any<std::string>(), any<std::size_t>()));
    static_cast<void>(x.raw(any<std::string>()));
    static_cast<void>(x.profile());
    static_cast<void>(x.paced(any<std::size_t>(), any<std::chrono::milliseconds>()));
    static_cast<void>(x.paced(any<std::size_t>()));
    static_cast<void>(x.with_handshake());
    static_cast<void>(x.delay(any<std::chrono::milliseconds>()));
    static_cast<void>(x.hold());
    static_cast<void>(x.expect(any<int>(), any<std::optional<std::string>>()));
    static_cast<void>(x.expect(any<int>()));
    static_cast<void>(x.expect_pong(any<std::string>()));
    static_cast<void>(x.expect_pong());
    static_cast<void>(x.expect_ping(any<std::optional<std::string>>()));
    static_cast<void>(x.expect_ping());
    static_cast<void>(x.expect_close(any<int>()));
    static_cast<void>(x.expect_close());
    static_cast<void>(x.ignore_close());
    static_cast<void>(x.ignore_pings());
    static_cast<void>(x.stop_reading());
    static_cast<void>(x.fin());
    static_cast<void>(x.reset());
    static_cast<void>(x.live());
}

}  // namespace
