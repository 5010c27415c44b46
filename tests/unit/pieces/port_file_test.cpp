#include <cohub/pieces/detail/port_file.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace cohub::pieces::detail {
namespace {

using platform::family;

std::vector<std::string> usual(family system, char const* home, char const* local)
{
    std::vector<std::string> texts;
    for (auto const& path : usual_port_files(system, path_of(home), path_of(local)))
        texts.push_back(text_of(path));
    return texts;
}

TEST(PortFileTest, StandsWhereEachSystemKeepsIt)
{
    using paths = std::vector<std::string>;
    std::string const rest = "/com.pieces.os/production/Config/.port.txt";
    EXPECT_EQ(usual(family::linux_, "/home/ada", ""), paths{"/home/ada/Documents" + rest});
    EXPECT_EQ(usual(family::macos, "/Users/ada", ""), paths{"/Users/ada/Library" + rest});
    EXPECT_EQ(
        usual(family::windows, "C:/Users/ada", "C:/Users/ada/AppData/Local"),
        (paths{
            "C:/Users/ada/AppData/Local/Mesh Intelligent Technologies, Inc/Pieces OS" + rest,
            "C:/Users/ada/Documents" + rest})
    );
    EXPECT_EQ(usual(family::windows, "C:/Users/ada", ""), paths{"C:/Users/ada/Documents" + rest});
    EXPECT_EQ(usual(family::linux_, "/home/ada", "/elsewhere").size(), 1u);
    EXPECT_EQ(usual(family::linux_, "", ""), paths());
}

TEST(PortFileTest, AVariableThatIsNotSetIsEmpty)
{
    EXPECT_TRUE(platform::variable("COHUB_THAT_NOBODY_SETS").empty());
    EXPECT_FALSE(platform::variable("PATH").empty());
}

class PortFileReading : public testing::Test
{
protected:
    PortFileReading()
        : folder_(
              std::filesystem::temp_directory_path() /
              path_of("cohub J\xc3\xbcrgen " + std::to_string(std::random_device()()))
          )
    {
        std::filesystem::create_directory(folder_);
    }
    ~PortFileReading() override { std::filesystem::remove_all(folder_); }

    std::string path(std::string const& name) const { return text_of(folder_ / name); }
    /// The port, or the reason why there is none.
    static std::string read(std::string const& path)
    {
        std::uint16_t port = 0;
        char const* const problem = read_port(path_of(path), port);
        return problem != nullptr ? problem : std::to_string(port);
    }
    std::string read_text(std::string const& text) const
    {
        std::ofstream(folder_ / "port", std::ios::binary) << text;
        return read(path("port"));
    }

private:
    std::filesystem::path folder_;
};

TEST_F(PortFileReading, TakesANumberAndBlanksAroundIt)
{
    for (char const* const text : {"39300", " 39300\r\n", "\t39300\n\n", "0039300"})
        EXPECT_EQ(read_text(text), "39300") << text;
}

TEST_F(PortFileReading, TakesNothingElse)
{
    for (std::string const& text :
         {std::string(),
          std::string("0"),
          std::string("65536"),
          std::string("-1"),
          std::string("80 81"),
          std::string("80\0", 3),
          std::string("hello"),
          std::string(100, ' ') + "39300",
          std::string(100'000, '7')})
        EXPECT_EQ(read_text(text), "holds no port") << text.substr(0, 10);
}

TEST_F(PortFileReading, TellsAMissingFileFromAFolder)
{
    EXPECT_EQ(read(path("none")), "not there");
    EXPECT_EQ(read(path("none/none")), "not there");
    EXPECT_EQ(read(path("")), "holds no port");
    EXPECT_EQ(read(""), "not there");
}

}  // namespace
}  // namespace cohub::pieces::detail
