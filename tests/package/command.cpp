// The command around a migration of one's own, of the installed library drift::cli.
#include <drift/cli.hpp>

int main(int argc, char** argv) {
  const drift::Migration migration{.number = 7,
                                   .table = "Movies",
                                   .description = "nothing",
                                   .up = [](const drift::Item&, drift::Actions&) {},
                                   .revision = "1"};
  return drift::main(argc, argv, {migration});
}
