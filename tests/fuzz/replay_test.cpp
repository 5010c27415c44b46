#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "fuzz/targets.hpp"

namespace cohub::fuzz {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> corpus(char const* name)
{
    std::vector<fs::path> files;
    for (auto const& entry : fs::directory_iterator(fs::path(COHUB_FUZZ_CORPUS) / name))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    // With an empty corpus there would be no test that could fail.
    if (files.empty()) throw std::runtime_error(std::string("an empty corpus: ") + name);
    return files;
}

std::string content(fs::path const& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The whole file, each of its beginnings, and each variant with one changed byte.
template <class Target>
void replay(std::string const& text, Target target)
{
    auto const run = [&](std::string const& s) {
        target(reinterpret_cast<std::uint8_t const*>(s.data()), s.size());
    };
    run(text);
    for (std::size_t n = 0; n < text.size(); ++n) run(text.substr(0, n));
    for (std::size_t i = 0; i < text.size(); ++i)
        for (char const c : {'\0', '"', '\\', '\r', '\xff', '0'}) {
            std::string changed = text;
            changed[i] = c;
            run(changed);
        }
}

class DecodeCorpus : public testing::TestWithParam<fs::path>
{
};
TEST_P(DecodeCorpus, HoldsItsPromises) { replay(content(GetParam()), decode_body); }

class ResponseCorpus : public testing::TestWithParam<fs::path>
{
};
TEST_P(ResponseCorpus, HoldsItsPromises) { replay(content(GetParam()), parse_response); }

class WebsocketCorpus : public testing::TestWithParam<fs::path>
{
};
TEST_P(WebsocketCorpus, HoldsItsPromises) { replay(content(GetParam()), read_frames); }

class ExchangeCorpus : public testing::TestWithParam<fs::path>
{
};
TEST_P(ExchangeCorpus, HoldsItsPromises) { replay(content(GetParam()), live_exchange); }

class PoolCorpus : public testing::TestWithParam<fs::path>
{
};
TEST_P(PoolCorpus, HoldsItsPromises) { replay(content(GetParam()), play_pool); }

class TextsCorpus : public testing::TestWithParam<fs::path>
{
};
TEST_P(TextsCorpus, HoldsItsPromises) { replay(content(GetParam()), read_texts); }

auto const name_of = [](auto const& row) {
    std::string name = row.param.stem().string();
    std::erase_if(name, [](unsigned char c) { return !std::isalnum(c); });
    return name;
};
INSTANTIATE_TEST_SUITE_P(All, DecodeCorpus, testing::ValuesIn(corpus("decode")), name_of);
INSTANTIATE_TEST_SUITE_P(All, ResponseCorpus, testing::ValuesIn(corpus("response")), name_of);
INSTANTIATE_TEST_SUITE_P(All, ExchangeCorpus, testing::ValuesIn(corpus("exchange")), name_of);
INSTANTIATE_TEST_SUITE_P(All, PoolCorpus, testing::ValuesIn(corpus("pool")), name_of);
INSTANTIATE_TEST_SUITE_P(All, TextsCorpus, testing::ValuesIn(corpus("texts")), name_of);
INSTANTIATE_TEST_SUITE_P(All, WebsocketCorpus, testing::ValuesIn(corpus("websocket")), name_of);

}  // namespace
}  // namespace cohub::fuzz
