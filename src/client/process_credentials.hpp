// Credentials from a program of the user's: the profile's `credential_process`, run as the AWS command line runs it:
// split into words like a shell would, but without a shell; one JSON object of Version 1 on its standard output.
#pragma once

#include "base/clock.hpp"

#include <drift/credentials.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace drift::client {

// Throws Error (code "CredentialsError") when it cannot be started, fails, takes longer than `timeout` (it is killed
// then), or says something else than credentials. What it writes to its standard error is in the message.
Credentials run_credential_process(const std::string& command, base::Clock& clock,
                                   std::chrono::milliseconds timeout = std::chrono::minutes(1));

// The words of a command line, by the quoting rules of a POSIX shell; nothing is expanded. Throws Error (code
// "CredentialsError") when a quote is not closed.
std::vector<std::string> split_command(std::string_view command);

}  // namespace drift::client
