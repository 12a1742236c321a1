#pragma once

/// The version of CMakeLists.txt, given by the build.
namespace llmr::daemon {

inline constexpr const char* kVersion = LLMR_VERSION;

}  // namespace llmr::daemon
