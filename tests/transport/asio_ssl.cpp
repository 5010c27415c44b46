// Asio's TLS, which cohub::compiled does not need and so does not have.
#include <boost/asio/ssl/impl/src.hpp>
