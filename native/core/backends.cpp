#include "backends.h"

#include "ggml-backend.h"
#include "llama.h"

#include <stdexcept>

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

void connect_servers(const std::string & library, const std::vector<std::string> & servers) {
    ggml_backend_reg_t rpc = ggml_backend_reg_by_name("RPC");
    if (!rpc) {
        rpc = ggml_backend_load(library.c_str());
    }
    if (!rpc) {
        throw std::runtime_error("ggml cannot load its RPC backend from " + library);
    }
    using add_server_t = ggml_backend_reg_t (*)(const char *);
    const auto add_server =
        reinterpret_cast<add_server_t>(ggml_backend_reg_get_proc_address(rpc, "ggml_backend_rpc_add_server"));
    for (const std::string & server : servers) {
        ggml_backend_reg_t devices = add_server ? add_server(server.c_str()) : nullptr;
        if (!devices) {
            throw std::runtime_error("the server " + server + " has no devices");
        }
        ggml_backend_register(devices);
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
