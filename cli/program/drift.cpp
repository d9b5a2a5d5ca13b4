// The program `drift`: the command with no migrations of its own.
#include <drift/cli.hpp>

int main(int argc, char** argv) { return drift::main(argc, argv); }
