#include "log_capture.h"

#include "llama.h"

#include <mutex>

namespace log_capture {
namespace {

constexpr size_t max_kept_bytes = 16 * 1024;

std::mutex     mutex;
std::string    errors;
std::string    warnings;
ggml_log_level level_of_line = GGML_LOG_LEVEL_NONE;

void on_log(ggml_log_level level, const char * text, void * /*user_data*/) {
    const std::lock_guard<std::mutex> lock(mutex);
    // a line may arrive in several pieces
    if (level != GGML_LOG_LEVEL_CONT) {
        level_of_line = level;
    }
    if (level_of_line != GGML_LOG_LEVEL_WARN && level_of_line != GGML_LOG_LEVEL_ERROR) {
        return;
    }
    std::string & kept = level_of_line == GGML_LOG_LEVEL_ERROR ? errors : warnings;
    kept += text;
    if (kept.size() > max_kept_bytes) {
        kept.erase(0, kept.size() - max_kept_bytes);
    }
}

} // namespace

void install() {
    llama_log_set(on_log, nullptr);
}

std::string take() {
    const std::lock_guard<std::mutex> lock(mutex);
    const std::string                 lines = errors.empty() ? warnings : errors;
    errors.clear();
    warnings.clear();
    return lines;
}

} // namespace log_capture
