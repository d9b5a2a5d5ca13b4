// Points in time as the services write them. Pure functions.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string_view>

namespace drift::client {

// "Mon, 02 Jan 2006 15:04:05 GMT" (RFC 9110, IMF-fixdate). Empty when it is not of this form.
std::optional<base::SystemTime> parse_http_date(std::string_view text) noexcept;

// "2006-01-02T15:04:05Z", with a fraction or an offset ("+02:00") too (RFC 3339). Empty when it is not of this form.
std::optional<base::SystemTime> parse_iso8601(std::string_view text) noexcept;

}  // namespace drift::client
