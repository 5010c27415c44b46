#include <string>

#include "contract/groups.hpp"
#include "contract/replay.hpp"

namespace cohub::tests {
namespace {

came_back kernels(caller const& call, boost::json::object const& params)
{
    if (given(params, "project_id") == nullptr)
        return call([](hub const& h) { return h.jupyter().kernels(as_result); });
    std::string const id = text(params, "project_id");
    return call([&](hub const& h) { return h.jupyter().kernels(id, as_result); });
}

came_back execute(caller const& call, boost::json::object const& params)
{
    jupyter_input code(text(params, "input"), text(params, "kernel"));
    if (given(params, "project_id") != nullptr) code.project_id(text(params, "project_id"));
    // Upstream's timeout is also the client's default, so the call does not set it.
    EXPECT_EQ(params.at("timeout_s").as_int64(), 90);
    return call([&](hub const& h) { return h.jupyter().execute(code, as_result); });
}

}  // namespace

contract_group const& jupyter_group()
{
    static contract_group const group = [] {
        contract_group g;
        g.prefixes = {"jupyter."};
        g.size = 4;
        g.methods = {{"jupyter.kernels", kernels}, {"jupyter.execute", execute}};
        // packages/conat/hub/api/jupyter.ts
        g.vendor_routes = {"jupyter.kernels", "jupyter.execute"};
        g.codes = {{"permission denied", errc::forbidden}};
        return g;
    }();
    return group;
}

namespace {

class JupyterToWire : public Replay
{
protected:
    JupyterToWire() : Replay(jupyter_group()) {}
};
TEST_P(JupyterToWire, SendsTheVectorsRequest) { send(); }

class JupyterFromWire : public Replay
{
protected:
    JupyterFromWire() : Replay(jupyter_group()) {}
};
TEST_P(JupyterFromWire, UnderstandsTheVectorsResponse) { understand(); }

INSTANTIATE_TEST_SUITE_P(
    All, JupyterToWire, testing::ValuesIn(jupyter_group().sendable()), vector_name
);
INSTANTIATE_TEST_SUITE_P(
    All, JupyterFromWire, testing::ValuesIn(jupyter_group().vectors()), vector_name
);

TEST(JupyterVectors, AreAllReplayed)
{
    jupyter_group().expect_whole();
    jupyter_group().tell("jupyter");
}

}  // namespace
}  // namespace cohub::tests
