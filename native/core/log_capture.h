#pragma once

#include <string>

// Keeps the warnings and errors that llama.cpp and ggml log instead of letting them reach stderr.
// Process-wide, because llama.cpp's logger is.
namespace log_capture {

void install();

// The errors logged since the last call, oldest first, newline-separated; the warnings if there are no errors.
// Empties the store.
std::string take();

} // namespace log_capture
