// The errors of a journal, in one place: each names the file, says what is safe and what to do next.
#pragma once

#include <drift/error.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace drift::journal {

// What is in the file cannot be trusted.
Error damaged(const std::filesystem::path& file, std::string_view what);
// Another process, or another object of this one, has the journal open. `owner`: "process 4711".
Error locked(const std::filesystem::path& file, std::string_view owner);
// Written by another version of drift.
Error other_version(const std::filesystem::path& file, std::int64_t found, std::int64_t expected);
Error disk_full(const std::filesystem::path& file);
// The directory cannot hold a journal, or the file cannot be opened in it.
Error state_directory(const std::filesystem::path& path, std::string_view why);
// Anything else.
Error journal_error(const std::filesystem::path& file, std::string_view what, std::string next_step = {});

// "Permission denied", for an errno.
std::string system_text(int error_number);

}  // namespace drift::journal
