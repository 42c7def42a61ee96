#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct device_facts {
    std::string name;             // as the backend calls it, e.g. "Vulkan0"
    std::string description;      // of the hardware
    std::string kind;             // "cpu", "gpu", "integrated-gpu", "accelerator"
    std::string backend;          // e.g. "CPU", "Vulkan"
    int64_t     memory_free  = 0; // bytes
    int64_t     memory_total = 0; // bytes
};

// Loads every backend library found in the folder; of several CPU libraries the best that runs here.
void load_backends(const std::string & folder);

// Adds the devices of rpc-server processes, each named as host:port. The library is that of ggml's RPC backend, which
// is loaded unless ggml has it built in. An address that nothing answers at ends the process, as ggml does it.
void connect_servers(const std::string & library, const std::vector<std::string> & servers);

std::vector<device_facts> list_devices();

// The instruction sets and features of the loaded backends, as llama.cpp prints them.
std::string system_info();
