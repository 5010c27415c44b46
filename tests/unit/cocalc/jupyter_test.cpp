#include <cohub/cocalc/jupyter.hpp>

#include <string>

#include "support/group_test.hpp"

namespace cohub {
namespace {

using boost::json::parse;
using boost::json::value;

class JupyterTest : public tests::GroupTest
{
protected:
    jupyter_api jupyter() { return jupyter_api(channel); }

    /// The only output of a cell.
    jupyter_output output(std::string const& json)
    {
        auto const r = answered(
            R"({"output":[)" + json + R"(],"created":"2025-10-09T08:53:20.000Z"})",
            jupyter().execute(jupyter_input("1", "python3"), as_result)
        );
        return r.value().output.at(0);
    }
};

TEST_F(JupyterTest, ExecuteSaysItsTimeInBothPlaces)
{
    jupyter().execute(
        jupyter_input("1", "python3")
            .history({"a=1"})
            .project_id("p")
            .path("f")
            .tag("t")
            .no_cache()
            .timeout(std::chrono::milliseconds(1500)),
        quietly()
    );
    EXPECT_EQ(
        argument(),
        parse(R"({"input":"1","kernel":"python3","history":["a=1"],"project_id":"p","path":"f",
                  "tag":"t","noCache":true,"timeout":1.5})")
    );
    EXPECT_EQ(sent().expected_duration, std::chrono::milliseconds(1500));
    EXPECT_EQ(sent().declared, retry::never);
}

TEST_F(JupyterTest, ExecuteTakes90SecondsUnlessToldOtherwise)
{
    jupyter().execute(jupyter_input("1", "python3"), quietly());
    EXPECT_EQ(argument().at("timeout"), value(90));
    EXPECT_EQ(sent().expected_duration, std::chrono::seconds(90));
}

TEST_F(JupyterTest, ATimeThatIsNotAboveZeroIsRefused)
{
    auto const r = run(jupyter().execute(
        jupyter_input("1", "python3").timeout(std::chrono::seconds(-1)), as_result
    ));
    EXPECT_EQ(r.error().code, errc::invalid_argument);
}

TEST_F(JupyterTest, AStreamHasText)
{
    auto const o = output(R"({"name":"stderr","text":"x\n"})");
    EXPECT_EQ(o.stream(), "stderr");
    EXPECT_EQ(o.text(), "x\n");
    EXPECT_FALSE(o.is_error());
}

TEST_F(JupyterTest, DataHasFormats)
{
    auto const o = output(R"({"data":{"text/plain":"4950","text/html":"<b>","x":{}}})");
    EXPECT_EQ(o.text(), "4950");
    EXPECT_EQ(o.data("text/html"), "<b>");
    EXPECT_EQ(o.data("x"), "");
    EXPECT_EQ(o.data("image/png"), "");
    EXPECT_EQ(o.stream(), "");
}

TEST_F(JupyterTest, AnErrorIsAnOutput)
{
    auto const o = output(R"({"ename":"ValueError","evalue":"no","traceback":["a","b"]})");
    EXPECT_TRUE(o.is_error());
    EXPECT_EQ(o.error_name(), "ValueError");
    EXPECT_EQ(o.error_value(), "no");
    EXPECT_EQ(o.extra.at("traceback").as_array().size(), 2u);
}

TEST_F(JupyterTest, AnOutputOfAnyShapeIsKept)
{
    auto const o = output(R"({"text":["a","b"],"data":5,"name":1})");
    EXPECT_EQ(o.text(), "");
    EXPECT_EQ(o.data("text/plain"), "");
    EXPECT_EQ(o.stream(), "");
    EXPECT_EQ(value(o.extra), parse(R"({"text":["a","b"],"data":5,"name":1})"));
}

TEST_F(JupyterTest, TheCacheIsAskedByHash)
{
    auto const none = answered("null", jupyter().cached("h", as_result));
    EXPECT_EQ(argument(), parse(R"({"hash":"h"})"));
    EXPECT_EQ(sent().declared, retry::safe);
    EXPECT_FALSE(none.value());
    auto const some = answered(R"({"output":[],"id":"i"})", jupyter().cached("h", as_result));
    EXPECT_TRUE(some.value()->is_cached());
}

TEST_F(JupyterTest, KernelsAreThePoolsOrAProjects)
{
    jupyter().kernels(quietly());
    EXPECT_EQ(argument(), parse("{}"));
    jupyter().kernels("p", quietly());
    EXPECT_EQ(argument(), parse(R"({"project_id":"p"})"));
    auto const r =
        answered(R"([{"name":"sage","interrupt_mode":"m"}])", jupyter().kernels("p", as_result));
    EXPECT_EQ(r.value().at(0).name, "sage");
    EXPECT_FALSE(r.value().at(0).language);
    EXPECT_EQ(r.value().at(0).extra.at("interrupt_mode"), value("m"));
}

}  // namespace
}  // namespace cohub
