// Where `drift local` serves, and so where --local is: a port, and the credentials that mean nothing.
#pragma once

#include <cstdint>

namespace drift::cli {

inline constexpr std::uint16_t local_port = 8000;
inline constexpr const char* local_endpoint = "http://127.0.0.1:8000";
inline constexpr const char* local_region = "us-east-1";

}  // namespace drift::cli
