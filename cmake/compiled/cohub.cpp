// The non-template code of cohub, Asio and Beast, compiled once. Boost.JSON is in json.cpp.

#if __has_include(<cohub/src.hpp>)
#include <cohub/src.hpp>
#else
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
#endif
