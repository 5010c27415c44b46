#include <cohub/fake_server.hpp>

int main()
{
    cohub::fake_server server;
    return 0;
}
