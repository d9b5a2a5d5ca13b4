// What of Asio is used, set up once: standalone, without its deprecated parts. Only the few files that need it
// include this, because each translation unit that does pays for it with seconds.
#pragma once

#define ASIO_STANDALONE 1
#define ASIO_NO_DEPRECATED 1
// One thread runs the context, and others reach it through its mutex: fences around handlers order nothing more. (They
// are also what ThreadSanitizer cannot follow.)
#define ASIO_DISABLE_FENCED_BLOCK 1

#ifdef __clang__
// clang 14, and with it clang-tidy, knows coroutines, but does not say so in the way that libstdc++ and Asio ask for.
#define ASIO_HAS_CO_AWAIT 1
#define ASIO_HAS_STD_COROUTINE 1
#ifndef __cpp_impl_coroutine
#define __cpp_impl_coroutine 201902L  // NOLINT(bugprone-reserved-identifier): see above
#endif
#endif

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
