// Asio's TLS. cohub::compiled does not need it and therefore does not have it.
#include <boost/asio/ssl/impl/src.hpp>
