// Stock llama.cpp's logits. Arguments: the folder of ggml's backends, then token ids.
// Each line of the standard input is a model's path and, after a tab, the file that its logits are written to, as
// floats [n_tokens][n_vocab]. Answers with a line each: "ok <n_vocab>" or "failed <where>".

#include "ggml-backend.h"
#include "llama.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

static std::string write_logits(const std::string & path, const std::string & target,
                                std::vector<llama_token> tokens) {
    const auto n_tokens = static_cast<int32_t>(tokens.size());

    llama_model_params model_params = llama_model_default_params();
    model_params.n_gpu_layers       = 0;
    const std::unique_ptr<llama_model, decltype(&llama_model_free)> model(
        llama_model_load_from_file(path.c_str(), model_params), llama_model_free);
    if (!model) {
        return "failed to load";
    }
    llama_context_params context_params = llama_context_default_params();
    context_params.n_ctx = context_params.n_batch = context_params.n_ubatch = n_tokens;
    context_params.n_threads = context_params.n_threads_batch = 1;
    const std::unique_ptr<llama_context, decltype(&llama_free)> ctx(
        llama_init_from_model(model.get(), context_params), llama_free);
    if (!ctx) {
        return "failed to make a context";
    }

    std::vector<int8_t> outputs(n_tokens, 1);
    llama_batch         batch = llama_batch_get_one(tokens.data(), n_tokens);
    batch.logits              = outputs.data();
    if (llama_decode(ctx.get(), batch) != 0) {
        return "failed to decode";
    }
    const int32_t n_vocab = llama_vocab_n_tokens(llama_model_get_vocab(model.get()));
    std::ofstream file(target, std::ios::binary);
    for (int32_t i = 0; i < n_tokens; ++i) {
        const float * row = llama_get_logits_ith(ctx.get(), i);
        if (row == nullptr) {
            return "failed to give logits";
        }
        file.write(reinterpret_cast<const char *>(row), static_cast<std::streamsize>(n_vocab * sizeof(float)));
    }
    return "ok " + std::to_string(n_vocab);
}

int main(int argc, char ** argv) {
    ggml_backend_load_all_from_path(argv[1]);
    llama_log_set(
        [](ggml_log_level level, const char * text, void *) {
            if (level == GGML_LOG_LEVEL_ERROR) {
                std::cerr << text;
            }
        },
        nullptr);
    std::vector<llama_token> tokens;
    for (int i = 2; i < argc; ++i) {
        tokens.push_back(std::atoi(argv[i]));
    }
    for (std::string line; std::getline(std::cin, line);) {
        const size_t tab = line.find('\t');
        std::cout << write_logits(line.substr(0, tab), line.substr(tab + 1), tokens) << std::endl;
    }
}
