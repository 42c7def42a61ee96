#include "backends.h"

#include "ggml-backend.h"
#include "llama.h"

namespace {

std::string kind_name(enum ggml_backend_dev_type type) {
    switch (type) {
        case GGML_BACKEND_DEVICE_TYPE_CPU:
            return "cpu";
        case GGML_BACKEND_DEVICE_TYPE_GPU:
            return "gpu";
        case GGML_BACKEND_DEVICE_TYPE_IGPU:
            return "integrated-gpu";
        default:
            return "accelerator";
    }
}

} // namespace

void load_backends(const std::string & folder) {
    // ggml that was built into the addon brings its backends along
    if (ggml_backend_dev_count() == 0) {
        ggml_backend_load_all_from_path(folder.c_str());
    }
}

std::vector<device_facts> list_devices() {
    std::vector<device_facts> devices;
    for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        ggml_backend_dev_t dev = ggml_backend_dev_get(i);

        size_t free  = 0;
        size_t total = 0;
        ggml_backend_dev_memory(dev, &free, &total);

        device_facts facts;
        facts.name         = ggml_backend_dev_name(dev);
        facts.description  = ggml_backend_dev_description(dev);
        facts.kind         = kind_name(ggml_backend_dev_type(dev));
        facts.backend      = ggml_backend_reg_name(ggml_backend_dev_backend_reg(dev));
        facts.memory_free  = static_cast<int64_t>(free);
        facts.memory_total = static_cast<int64_t>(total);
        devices.push_back(std::move(facts));
    }
    return devices;
}

std::string system_info() {
    return llama_print_system_info();
}
