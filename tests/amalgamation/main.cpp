// A program of two sources that knows the one header alone.

#include <boost/json/src.hpp>

#include <cstdio>
#include <stdexcept>

#include "cohub.hpp"

cohub::errc of_a_refused_connect();

int main()
try {
    auto const got = of_a_refused_connect();
    if (got == cohub::errc::connect_failed) return 0;
    std::printf("the call ended with %d\n", static_cast<int>(got));
    return 1;
} catch (std::exception const& e) {
    std::printf("%s\n", e.what());
    return 1;
}
