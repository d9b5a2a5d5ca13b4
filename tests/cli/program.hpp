// Program: the real command as a person has it, in a terminal of so many columns, or as a pipeline has it, with stdout
// and stderr apart. A test waits for what it prints, never for time; each wait ends after a minute. Killed with its
// object. For one thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drift::testing {

using Variables = std::map<std::string, std::string>;

// This process's environment without what would set drift, and with these.
std::vector<std::string> clean_environment(const Variables& variables);

struct Finished {
  int code = 0;  // the exit code, or minus the signal that ended it
  std::string out = {};
  std::string err = {};
};

// A program to its end, without a terminal.
Finished run_program(const std::vector<std::string>& command, const Variables& variables);

class TerminalProgram {
 public:
  TerminalProgram(const std::vector<std::string>& command, const Variables& variables, unsigned short columns = 120);
  ~TerminalProgram();
  TerminalProgram(const TerminalProgram&) = delete;
  TerminalProgram& operator=(const TerminalProgram&) = delete;

  // Reads until this is printed, behind where the last wait has ended; false: it is not, and all that was printed is
  // said as a failure.
  bool wait_for(std::string_view text);
  void press_ctrl_c() const;
  // Reads to its end; the exit code, or minus the signal that ended it.
  int wait();

  [[nodiscard]] int pid() const { return pid_; }
  // All that was printed so far.
  [[nodiscard]] const std::string& output() const { return output_; }
  // What stood in one place at one time: between line ends and removals of the line.
  [[nodiscard]] std::vector<std::string> lines() const;
  // What a person sees now.
  [[nodiscard]] std::vector<std::string> screen() const;

 private:
  // False: nothing more comes.
  bool read_more();

  unsigned short columns_;
  int pid_ = 0;
  int terminal_ = -1;
  bool has_ended_ = false;
  std::string output_;
  std::size_t waited_for_ = 0;
};

}  // namespace drift::testing
