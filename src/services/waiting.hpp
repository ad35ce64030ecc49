#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace sidewire::services {

/// How the services' coroutines wait: on their loop's own executor, without a type-erased one.
using executor_type = boost::asio::io_context::executor_type;
using clock = std::chrono::steady_clock;
using steady_timer =
    boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, executor_type>;
inline constexpr boost::asio::use_awaitable_t<executor_type> use_awaitable{};

}  // namespace sidewire::services
