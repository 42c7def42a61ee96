#include "quantize.h"

#include "llama.h"
#include "log_capture.h"

#include <stdexcept>

void quantize_model(const std::string & input, const std::string & output, int32_t ftype, int32_t n_threads) {
    log_capture::take();
    llama_model_quantize_params params = llama_model_quantize_default_params();
    params.ftype                       = static_cast<llama_ftype>(ftype);
    params.nthread                     = n_threads;
    params.allow_requantize            = true;
    if (llama_model_quantize(input.c_str(), output.c_str(), &params) != 0) {
        throw std::runtime_error("llama.cpp cannot quantise the model: " + log_capture::take());
    }
}
