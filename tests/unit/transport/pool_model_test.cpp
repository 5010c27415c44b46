#include <gtest/gtest.h>

#include <random>
#include <string>

#include "support/fault_rows.hpp"
#include "unit/transport/pool_player.hpp"

namespace cohub::transport::detail {
namespace {

struct model_row
{
    std::size_t max_connections, max_connecting, max_idle;
    unsigned seed;
};
class PoolModel : public testing::TestWithParam<model_row>
{
};

// POOL-25: a million steps in all.
TEST_P(PoolModel, KeepsItsBooksUnderRandomUse)
{
    pool_rules r;
    r.max_connections = GetParam().max_connections;
    r.max_connecting = GetParam().max_connecting;
    r.max_idle = GetParam().max_idle;
    r.idle_timeout = 10s;
    r.max_age = 100s;
    pool_player player(r, std::mt19937(GetParam().seed));
    for (int i = 0; i != 250'000; ++i) {
        player.step();
        ASSERT_EQ(player.problem(), "") << "step " << i;
    }
    EXPECT_GT(player.served(), 1000u);
    faults::covers("POOL-25", 250'000);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes,
    PoolModel,
    testing::Values(
        model_row{1, 1, 65535, 1},
        model_row{4, 2, 65535, 2},
        model_row{16, 32, 3, 3},
        model_row{40, 8, 0, 4}
    ),
    [](auto const& row) { return "Max" + std::to_string(row.param.max_connections); }
);

}  // namespace
}  // namespace cohub::transport::detail
