#pragma once

#include <string>

// Keeps the warnings and errors that llama.cpp and ggml log instead of letting them reach stderr.
// Process-wide, because llama.cpp's logger is.
namespace log_capture {

void install();

// The lines kept since the last call, oldest first, newline-separated; empties the store.
std::string take();

} // namespace log_capture
