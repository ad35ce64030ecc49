#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace sidewire {

/// A coroutine that runs on a shard's thread. Asio's own, with the concrete executor. GCC 12 wants
/// its parameters by value and no capturing lambda within a `co_await` expression.
template <class T = void>
using awaitable = boost::asio::awaitable<T, boost::asio::io_context::executor_type>;

}  // namespace sidewire
