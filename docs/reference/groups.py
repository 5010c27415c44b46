"""Which page of the reference a public name is on: as somebody looks for it who uses the library.

A page takes headers, as an #include says them, and names of their own, which go before headers. pages.py refuses a
public name that no page takes.
"""

TRANSPORT_ERRORS = ', '.join(f':cpp:enumerator:`{e} <cohub::errc::{e}>`' for e in (
    'resolve_failed', 'connect_failed', 'tls_untrusted', 'tls_failed', 'timeout', 'cancelled', 'connection_lost',
    'truncated', 'protocol_error', 'too_large', 'unexpected_encoding', 'bad_json', 'bad_shape', 'http_status',
    'rate_limited', 'redirect_refused', 'unavailable', 'overloaded', 'client_closed', 'proxy_unauthorized',
    'proxy_refused'))

PAGES = [
    ('front-doors', 'Front doors', '''
What a program makes first: a client of one service. All of them have the members of
:cpp:class:`cohub::transport::front_door`, by which they are :doc:`steered <steering>`.
''', ['cohub/cocalc/hub.hpp', 'cohub/cocalc/project.hpp', 'cohub/cocalc/v1.hpp', 'cohub/pieces/client.hpp',
      'cohub/sharded_hub.hpp', 'cohub::executor_source']),
    ('methods', 'Methods', '''
The methods of the services, by group. Each one says what it gives, how it fails, whether it is repeated by itself,
and where upstream's source shows what it does.
''', [
        ('methods-system', 'hub.system()', '', ['cohub/cocalc/system.hpp', 'cohub/cocalc/types/user.hpp',
                                                'cohub/cocalc/types/api_key.hpp',
                                                'cohub/cocalc/types/server_time.hpp']),
        ('methods-org', 'hub.org()', '', ['cohub/cocalc/org.hpp', 'cohub/cocalc/types/organization.hpp']),
        ('methods-projects', 'hub.projects()', '', [
            'cohub/cocalc/projects.hpp', 'cohub/cocalc/types/project.hpp', 'cohub/cocalc/types/project_query.hpp',
            'cohub/cocalc/types/new_project.hpp', 'cohub/cocalc/types/collaborator.hpp']),
        ('methods-project', 'hub.project(id)', '', [
            'cohub/cocalc/project_api.hpp', 'cohub/cocalc/project_system.hpp', 'cohub/cocalc/project_editor.hpp',
            'cohub/cocalc/project_sync.hpp', 'cohub/cocalc/types/exec.hpp', 'cohub/cocalc/types/project_file.hpp']),
        ('methods-jupyter', 'hub.jupyter()', '', ['cohub/cocalc/jupyter.hpp', 'cohub/cocalc/types/jupyter.hpp']),
        ('methods-db', 'hub.db()', '', ['cohub/cocalc/db.hpp', 'cohub/cocalc/types/db.hpp']),
        ('methods-others', 'hub.sync(), messages(), purchases()', '', [
            'cohub/cocalc/sync.hpp', 'cohub/cocalc/types/history.hpp', 'cohub/cocalc/messages.hpp',
            'cohub/cocalc/types/message.hpp', 'cohub/cocalc/purchases.hpp']),
        ('methods-v2', 'hub.v2()', '', ['cohub/cocalc/v2_api.hpp', 'cohub/cocalc/types/account_profile.hpp']),
        ('methods-v1', 'cohub::v1', '', ['cohub/cocalc/v1_api.hpp', 'cohub/cocalc/types/v1_user.hpp']),
        ('values', 'Common to all methods', '', [
            'cohub/cocalc/rpc.hpp', 'cohub/json/timestamp.hpp', 'cohub/json/open_enum.hpp', 'cohub/json/decode.hpp',
            'cohub/core/secret.hpp']),
    ]),
    ('options', 'Options', '''
How a client connects, and what one call asks for. What a call does not say comes from its client, and what the client
does not say is the default.
''', ['cohub/transport/options.hpp', 'cohub/call/call_options.hpp', 'cohub/call/retry.hpp',
      'cohub/transport/endpoints.hpp',
      'cohub/core/clock.hpp', 'cohub/version.hpp']),
    ('tokens', 'Tokens and results', '''
What a call gives before it has begun, and the ways to wait for it.
''', ['cohub/call/completion.hpp', 'cohub/call/as_result.hpp', 'cohub/call/wait.hpp', 'cohub::result']),
    ('errors', 'Errors', '''
A call fails with a :cpp:class:`cohub::failure`, be that thrown as a :cpp:class:`cohub::error` or given as a
:cpp:type:`cohub::result`. Where a method's errors end with "transport errors", it may fail with
what any call may: ''' + TRANSPORT_ERRORS + '''.
''', ['cohub/core/error.hpp']),
    ('seeing', 'Seeing', '''
What a client tells while it works. The guide is :doc:`seeing </docs/seeing>`.
''', ['cohub::hooks', 'cohub::call_event', 'cohub::attempt_event', 'cohub::next_attempt', 'cohub::connection_stats',
      'cohub/transport/prometheus.hpp']),
    ('steering', 'Steering', '''
What a program does to a client that works. The guide is :doc:`steering </docs/steering>`.
''', ['cohub/transport/front_door.hpp']),
    ('getting-through', 'Getting through', '''
Proxies, TLS and certificates. The guide is :doc:`getting through </docs/getting-through>`.
''', ['cohub/transport/proxy.hpp', 'cohub/transport/tls_options.hpp']),
    ('batching', 'Batching', '''
Many calls at once, and calls that share an answer. The guide is :doc:`batching </docs/batching>`.
''', ['cohub/call/gather.hpp', 'cohub::coalesce_options']),
    ('pieces', 'Pieces OS and streams', '''
The guide is :doc:`Pieces OS </docs/pieces>`; the client itself is with the :doc:`front doors <front-doors>`.
''', ['cohub/pieces/user.hpp', 'cohub/pieces/user_stream.hpp', 'cohub/streams/stream.hpp', 'cohub/pieces/discover.hpp',
      'cohub/pieces/discover_options.hpp', ('pieces-types', 'The user\'s profile', '', [
          'cohub/pieces/types/user_profile.hpp', 'cohub/pieces/types/aesthetics.hpp',
          'cohub/pieces/types/allocation.hpp', 'cohub/pieces/types/auth0_user.hpp',
          'cohub/pieces/types/beta_status.hpp', 'cohub/pieces/types/date_time.hpp', 'cohub/pieces/types/entity.hpp',
          'cohub/pieces/types/metadata.hpp', 'cohub/pieces/types/provider.hpp', 'cohub/pieces/types/schema.hpp'])]),
    ('simulation', 'Simulation', '''
A network in memory and a time of its own. The guide is :doc:`simulation </docs/simulation>`.
''', ['cohub/sim/world.hpp', 'cohub/sim/conditions.hpp', 'cohub/sim/script.hpp', 'cohub/sim/http_server.hpp',
      'cohub/sim/socket.hpp', 'cohub/sim/timer.hpp', 'cohub/sim/random.hpp', 'cohub/core/auto_advance_clock.hpp',
      'cohub/transport/socket.hpp', 'cohub/transport/watched_tcp.hpp']),
    ('fake-server', 'Fake server', '''
A server inside your tests. The guides are :doc:`testing your service </docs/testing-your-service>` and
:doc:`the fake server </docs/fake-server>`.
''', ['cohub/fake_server.hpp', 'cohub/fake/served_world.hpp', 'cohub/fake/session.hpp',
      'cohub/fake/account.hpp', 'cohub/fake/project.hpp', 'cohub/fake/organization.hpp',
      'cohub/fake/mail.hpp', 'cohub/fake/pieces.hpp', 'cohub/fake/v1_profile.hpp', 'cohub/fake/time_source.hpp',
      ('fake-script', 'Scripting', '', ['cohub/fake/script.hpp', 'cohub/fake/websocket.hpp']),
      ('fake-journal', 'Journal', '', ['cohub/fake/journal.hpp']),
      ('fake-matchers', 'Fixture and matchers', '', [
          'cohub/fake/fixture.hpp', 'cohub/fake/matchers.hpp', 'cohub/fake/paused_time.hpp']),
      ('fake-raw-peer', 'A peer that misbehaves', '', ['cohub/fake/raw_peer.hpp']),
      ('fake-pki', 'Certificates', '', ['cohub/fake/pki.hpp'])]),
]
