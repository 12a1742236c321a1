#pragma once

namespace llmr::daemon {

/// Exit codes of the program (sysexits.h where one fits).
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 64;
/// A configuration that cannot work: systemd does not restart on it.
inline constexpr int kExitConfig = 78;

/// Reads the command line and runs the command. The process's exit code.
int run_cli(int argc, char** argv);

}  // namespace llmr::daemon
