// The interface of cohub 0.2.0, as consumer.py found it: this source has to go on compiling.

#include <cohub/sim.hpp>

#include "any.hpp"

namespace {

using cohub::error_code;
using released::any;
using released::member;

[[maybe_unused]] void use(cohub::sim::acceptor& x)
{
    static_cast<void>(any<cohub::sim::acceptor::executor_type*>());
    static_cast<void>(x.get_executor());
    static_cast<void>(x.close());
}

[[maybe_unused]] void use(cohub::sim::conditions& x)
{
    member<cohub::clock::duration>(x.min_latency);
    member<cohub::clock::duration>(x.max_latency);
    member<double>(x.loss);
    member<cohub::clock::duration>(x.retransmit);
    member<double>(x.refuse);
    member<double>(x.hang);
    member<double>(x.reset);
    member<double>(x.cut);
    member<double>(x.split);
    member<std::size_t>(x.segment);
    member<std::size_t>(x.window);
    static_cast<void>(cohub::sim::conditions());
}

[[maybe_unused]] void use(cohub::sim::random& x)
{
    static_cast<void>(cohub::sim::random(any<std::uint64_t>()));
    static_cast<void>(x.next());
    static_cast<void>(x.below(any<std::uint64_t>()));
    static_cast<void>(x.chance(any<double>()));
    static_cast<void>(x.between(any<cohub::clock::duration>(), any<cohub::clock::duration>()));
}

[[maybe_unused]] void use(cohub::sim::request& x)
{
    member<std::uint64_t>(x.connection);
    member<std::string>(x.method);
    member<std::string>(x.target);
    member<std::vector<std::pair<std::string, std::string>>>(x.headers);
    member<std::string>(x.body);
    static_cast<void>(cohub::sim::request());
    static_cast<void>(x.header(any<std::string_view>()));
}

[[maybe_unused]] void use(cohub::sim::response& x)
{
    member<int>(x.status);
    member<std::vector<std::pair<std::string, std::string>>>(x.headers);
    member<std::string>(x.body);
    member<bool>(x.close);
    static_cast<void>(cohub::sim::response());
    static_cast<void>(cohub::sim::response(any<std::string>()));
    static_cast<void>(cohub::sim::response(any<int>(), any<std::string>()));
}

[[maybe_unused]] void use(cohub::sim::script& x)
{
    static_cast<void>(cohub::sim::script());
    static_cast<void>(x.read_request());
    static_cast<void>(x.send(any<std::string>()));
    static_cast<void>(x.wait(any<cohub::clock::duration>()));
    static_cast<void>(x.half_close());
    static_cast<void>(x.reset());
    static_cast<void>(x.stall());
    static_cast<void>(cohub::sim::script::play(any<cohub::sim::script>(), any<cohub::sim::socket>())
    );
}

[[maybe_unused]] void use(cohub::sim::socket& x)
{
    static_cast<void>(any<cohub::sim::socket::executor_type*>());
    static_cast<void>(any<cohub::sim::socket::lowest_layer_type*>());
    static_cast<void>(any<cohub::sim::socket::endpoint*>());
    static_cast<void>(x.get_executor());
    static_cast<void>(x.lowest_layer());
    static_cast<void>(x.is_open());
    static_cast<void>(x.connection());
    static_cast<void>(x.cancel());
    static_cast<void>(x.shutdown_send());
    static_cast<void>(x.close());
    static_cast<void>(x.reset());
}

[[maybe_unused]] void use(cohub::sim::timer& x)
{
    static_cast<void>(any<cohub::sim::timer::executor_type*>());
    static_cast<void>(any<cohub::sim::timer::clock_type*>());
    static_cast<void>(any<cohub::sim::timer::duration*>());
    static_cast<void>(any<cohub::sim::timer::time_point*>());
    static_cast<void>(x.get_executor());
    static_cast<void>(x.expiry());
    static_cast<void>(x.expires_after(any<cohub::sim::timer::duration>()));
    static_cast<void>(x.expires_at(any<cohub::sim::timer::time_point>()));
    static_cast<void>(x.cancel());
}

[[maybe_unused]] void use(cohub::sim::world& x)
{
    static_cast<void>(any<cohub::sim::world::endpoint*>());
    static_cast<void>(any<cohub::sim::world::executor_type*>());
    static_cast<void>(any<cohub::sim::world::stream_handler*>());
    static_cast<void>(cohub::sim::world(any<std::uint64_t>()));
    static_cast<void>(x.seed());
    static_cast<void>(x.get_executor());
    static_cast<void>(x.context());
    static_cast<void>(x.now());
    static_cast<void>(x.elapsed());
    static_cast<void>(x.random());
    static_cast<void>(x.digest());
    static_cast<void>(x.client_options(any<std::string>(), any<cohub::secret>()));
    static_cast<void>(x.client_options());
    static_cast<void>(x.spawn(any<boost::asio::awaitable<void>>()));
    static_cast<void>(x.serve(any<std::string_view>(), any<cohub::sim::world::stream_handler>()));
    static_cast<void>(x.serve(any<std::string_view>(), any<cohub::sim::script>()));
    static_cast<void>(x.serve_http(any<std::string_view>(), any<cohub::sim::http_handler>()));
    static_cast<void>(x.stop(any<std::string_view>()));
    static_cast<void>(x.usual_conditions());
    static_cast<void>(x.conditions_of(any<std::string_view>()));
    static_cast<void>(x.part(any<std::string_view>()));
    static_cast<void>(x.heal(any<std::string_view>()));
    static_cast<void>(x.reset_connections(any<std::string_view>()));
    static_cast<void>(x.cut_connections(any<std::string_view>()));
    static_cast<void>(x.name(any<std::string>(), any<std::vector<std::string> const&>()));
    static_cast<void>(x.fail_operation(any<std::uint64_t>(), any<error_code>()));
    static_cast<void>(x.operations());
    static_cast<void>(x.open_connections(any<std::string_view>()));
    static_cast<void>(x.run_one());
    static_cast<void>(x.run());
    static_cast<void>(x.run_for(any<cohub::clock::duration>()));
    static_cast<void>(
        x.run_until(any<std::function<bool()> const&>(), any<cohub::clock::duration>())
    );
    static_cast<void>(cohub::sim::world::endpoint_of(any<std::string_view>()));
}

}  // namespace
