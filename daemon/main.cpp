#include "daemon/cli.hpp"

int main(int argc, char** argv) {
    return llmr::daemon::run_cli(argc, argv);
}
