#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    cohub::fuzz::read_texts(data, size);
    return 0;
}
