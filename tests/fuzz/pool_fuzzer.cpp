#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    cohub::fuzz::play_pool(data, size);
    return 0;
}
