// Completion scripts of shells, made from the rows of the verbs and the settings.
#pragma once

#include <string>
#include <string_view>

namespace drift::cli {

// "bash", "zsh" or "fish". Throws Error, code "Usage", for another shell.
std::string completion_script(std::string_view shell);

}  // namespace drift::cli
