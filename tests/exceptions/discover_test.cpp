#include <cohub/pieces/discover.hpp>

#include <boost/asio/io_context.hpp>

#include "trial.hpp"

namespace cohub::tests {
namespace {

TEST(FailedAllocation, OfTheBeginOfASearchGivesTheCallBack)
{
    raw_peer& peer = tcp_peer();
    ASSERT_TRUE(peer.wait_quiet());
    peer.script(raw_script().forever().respond(raw_answer("ok")));
    auto const where = pieces::discover_options()
                           .timeout(3s)
                           .probe_timeout(3s)
                           .port_files({})
                           .ports({peer.port()})
                           .old_ports({});
    long refusals = 0;
    for_each_point("a search", sources_of(false), [&](allocation::source from, long n) {
        boost::asio::io_context io;
        auto const made = std::make_shared<outcome>();
        bool failed = false;
        {
            allocation::failing const one(from, n);
            try {
                pieces::discover(io, where, as_result)(counted_handler(made));
            } catch (std::bad_alloc const&) {
                made->refused();
            }
            failed = one.has_failed();
        }
        io.run();
        EXPECT_EQ(made->completions() + made->refusals(), 1);
        EXPECT_EQ(made->alive(), 0) << "the handler still exists";
        EXPECT_TRUE(failed || made->ok());
        refusals += made->refusals();
        return failed;
    });
    EXPECT_GT(refusals, 0);
    EXPECT_TRUE(peer.wait_quiet()) << "a connection stayed open";
}

}  // namespace
}  // namespace cohub::tests
