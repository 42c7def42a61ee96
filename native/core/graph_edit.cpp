#include "graph_edit.h"

#include "ggml-impl.h"

#include <algorithm>
#include <stdexcept>
#include <string>

graph_edit::graph_edit(ggml_cgraph * gf, std::vector<ggml_tensor *> states_in_order) :
    gf(gf), states(std::move(states_in_order)), redirected(states), removed(states.size(), false) {
    for (size_t i = 0; i < states.size(); ++i) {
        state_index[states[i]] = static_cast<int>(i);
    }
    for (int i = 0; i < gf->n_nodes; ++i) {
        owners[gf->nodes[i]] = owner_of(gf->nodes[i]);
    }
}

int graph_edit::owner_of(const ggml_tensor * node) const {
    const auto reach = [this](const ggml_tensor * src) {
        if (src == nullptr) {
            return no_block;
        }
        const auto state = state_index.find(src);
        if (state != state_index.end()) {
            return state->second;
        }
        const auto owner = owners.find(src);
        return owner == owners.end() ? no_block : owner->second;
    };

    int block = reach(node->view_src);
    for (const ggml_tensor * src : node->src) {
        block = std::max(block, reach(src));
    }
    return block;
}

ggml_tensor * graph_edit::find_first_state(ggml_cgraph * gf, ggml_tensor * embeddings, const ggml_tensor * next_state) {
    const auto find_readers = [gf](const ggml_tensor * tensor) {
        std::vector<ggml_tensor *> readers;
        for (int i = 0; i < gf->n_nodes; ++i) {
            ggml_tensor * node = gf->nodes[i];
            if (std::find(std::begin(node->src), std::end(node->src), tensor) != std::end(node->src)) {
                readers.push_back(node);
            }
        }
        return readers;
    };

    ggml_tensor * current = embeddings;
    while (current != nullptr) {
        const auto readers = find_readers(current);
        if (readers.size() >= 2) {
            break;
        }
        current = readers.empty() ? nullptr : readers.front();
    }
    if (current == nullptr || ggml_n_dims(current) == ggml_n_dims(next_state)) {
        return current;
    }
    for (int i = 0; i < gf->n_nodes && gf->nodes[i] != next_state; ++i) {
        if (ggml_are_same_shape(gf->nodes[i], next_state) && find_readers(gf->nodes[i]).size() >= 2) {
            return gf->nodes[i];
        }
    }
    return nullptr;
}

void graph_edit::start_at(int block, ggml_tensor * given) {
    first_block       = block;
    redirected[block] = given;
    std::fill_n(removed.begin(), block, true);
}

void graph_edit::attenuate(ggml_context * ctx, int block, float factor) {
    if (block < first_block || block >= n_blocks()) {
        throw std::runtime_error("no block " + std::to_string(block) + " to attenuate");
    }
    attenuated = {ctx, block, factor};
}

void graph_edit::patch(ggml_context * ctx, int block, ggml_tensor * map, float eps) {
    patches[block] = {ctx, map, eps};
}

ggml_tensor * graph_edit::append_patch(int block, ggml_tensor * input) {
    const linear_patch & by = patches.at(block);
    if (ggml_n_dims(input) > 2 || input->ne[0] != by.map->ne[0] || input->ne[0] != by.map->ne[1]) {
        throw std::runtime_error(std::string("a linear map cannot stand for the block after ") + input->name);
    }
    ggml_tensor * norm = ggml_rms_norm(by.ctx, input, by.eps);
    ggml_tensor * sum  = ggml_add(by.ctx, input, ggml_mul_mat(by.ctx, by.map, norm));
    mixing.insert({norm, sum->src[1], sum});
    ggml_build_forward_expand(gf, sum);
    return sum;
}

// input + factor * (output - input): what is added is small and exact where the factor is near 1 or 0
ggml_tensor * graph_edit::append_mix(ggml_tensor * input, ggml_tensor * output) {
    ggml_context * ctx   = attenuated.ctx;
    const bool     lower = attenuated.factor < 0.5f;
    ggml_tensor *  added = ggml_sub(ctx, output, input);
    ggml_tensor *  part  = ggml_scale(ctx, added, lower ? attenuated.factor : attenuated.factor - 1.0f);
    ggml_tensor *  mix   = ggml_add(ctx, lower ? input : output, part);
    mixing.insert({added, part, mix});
    ggml_build_forward_expand(gf, mix);
    return mix;
}

void graph_edit::bypass_attention(const std::vector<int32_t> & blocks, const std::vector<ggml_tensor *> & sums) {
    for (const int32_t block : blocks) {
        if (block < 0 || block >= n_blocks() || sums[block] == nullptr) {
            throw std::runtime_error("no attention of block " + std::to_string(block) + " to bypass");
        }
        residuals[sums[block]] = find_residual(sums[block], block);
        remove_attention(sums[block], block);
    }
}

// What is added to the attention's output: the block's input or, in a last block, the rows of it that are asked for.
ggml_tensor * graph_edit::find_residual(const ggml_tensor * sum, int block) const {
    for (ggml_tensor * src : sum->src) {
        if (src != nullptr && (src == states[block] || (src->op == GGML_OP_GET_ROWS && src->src[0] == states[block]))) {
            return src;
        }
    }
    throw std::runtime_error(std::string("the input of its block is not added at ") + sum->name);
}

// Of a block's nodes those that do not follow from the sum compute the attention.
void graph_edit::remove_attention(const ggml_tensor * sum, int block) {
    std::unordered_set<const ggml_tensor *> following{sum};
    for (int i = 0; i < gf->n_nodes; ++i) {
        const ggml_tensor * node  = gf->nodes[i];
        const auto          owner = owners.find(node);
        if (owner == owners.end() || owner->second != block || node == sum) {
            continue;
        }
        const bool follows = following.count(node->view_src) != 0 ||
                             std::any_of(std::begin(node->src), std::end(node->src),
                                         [&](const ggml_tensor * src) { return following.count(src) != 0; });
        (follows ? following : removed_attention).insert(node);
    }
    removed_attention.insert(sum);
}

void graph_edit::bypass(const std::vector<int32_t> & blocks) {
    for (const int32_t block : blocks) {
        if (block < 0 || block >= n_blocks()) {
            throw std::runtime_error("no block " + std::to_string(block) + " to bypass");
        }
        removed[block] = true;
    }
    // ascending, so that a run of dropped blocks resolves to the state below the run
    for (int block = first_block; block < n_blocks(); ++block) {
        ggml_tensor * input  = redirected[block];
        ggml_tensor * output = states[block + 1];
        if (!removed[block]) {
            if (block == attenuated.block) {
                redirected[block + 1] = append_mix(input, output);
            }
            continue;
        }
        if (patches.count(block) != 0) {
            redirected[block + 1] = append_patch(block, input);
            continue;
        }
        // the last block keeps only the rows that are asked for; so must what stands for it
        redirected[block + 1] = ggml_are_same_shape(input, output) ? input : find_selected_rows(input, output);
    }
    for (int i = 0; i < gf->n_nodes; ++i) {
        if (!is_removed(gf->nodes[i])) {
            rewire(gf->nodes[i]);
        }
    }
}

void graph_edit::cut_head() {
    removed.back() = true;
}

ggml_tensor * graph_edit::state(int i) const {
    return redirected[i];
}

ggml_tensor * graph_edit::find_selected_rows(ggml_tensor * source, const ggml_tensor * like) const {
    for (int i = 0; i < gf->n_nodes; ++i) {
        ggml_tensor * node = gf->nodes[i];
        if (node->op == GGML_OP_GET_ROWS && replacement(node->src[0]) == source && ggml_are_same_shape(node, like)) {
            node->src[0] = source;
            return node;
        }
    }
    throw std::runtime_error(std::string("a bypassed block changes the shape of the residual stream at ") + like->name);
}

bool graph_edit::is_removed(const ggml_tensor * node) const {
    const auto owner = owners.find(node);
    return (owner != owners.end() && owner->second != no_block && removed[owner->second]) ||
           removed_attention.count(node) != 0;
}

ggml_tensor * graph_edit::replacement(ggml_tensor * tensor) const {
    const auto residual = residuals.find(tensor);
    tensor              = residual == residuals.end() ? tensor : residual->second;
    const auto state    = state_index.find(tensor);
    return state == state_index.end() ? tensor : redirected[state->second];
}

void graph_edit::rewire(ggml_tensor * node) const {
    if (mixing.count(node) != 0) {
        return;
    }
    for (ggml_tensor *& src : node->src) {
        if (src != nullptr) {
            src = replacement(src);
        }
    }
    if (node->view_src != nullptr && replacement(node->view_src) != node->view_src) {
        ggml_tensor * target = replacement(node->view_src);
        // a view names the tensor that owns the memory, never another view
        node->view_offs += target->view_src ? target->view_offs : 0;
        node->view_src = target->view_src ? target->view_src : target;
    }
}

void graph_edit::finish() {
    remove_dead_nodes();
    place_appended_nodes();
    recount_uses();
}

void graph_edit::remove_dead_nodes() {
    std::unordered_set<const ggml_tensor *> needed;
    for (int i = gf->n_nodes - 1; i >= 0; --i) {
        ggml_tensor * node = gf->nodes[i];
        if (is_removed(node) && needed.count(node) == 0) {
            continue;
        }
        // a removed block may hold what a kept one still reads, e.g. another block's keys and values
        rewire(node);
        needed.insert(node);
        needed.insert(node->view_src);
        needed.insert(std::begin(node->src), std::end(node->src));
    }
    const auto * last = std::remove_if(gf->nodes, gf->nodes + gf->n_nodes,
                                       [&needed](const ggml_tensor * node) { return needed.count(node) == 0; });
    gf->n_nodes       = static_cast<int>(last - gf->nodes);
}

void graph_edit::place_appended_nodes() {
    std::vector<ggml_tensor *> order;
    std::vector<ggml_tensor *> appended;
    for (int i = 0; i < gf->n_nodes; ++i) {
        (owners.count(gf->nodes[i]) != 0 ? order : appended).push_back(gf->nodes[i]);
    }

    std::unordered_map<const ggml_tensor *, size_t> position;
    std::unordered_map<const ggml_tensor *, size_t> first_reader;
    for (size_t i = 0; i < order.size(); ++i) {
        position[order[i]] = i;
        for (const ggml_tensor * src : order[i]->src) {
            first_reader.emplace(src, i);
        }
    }
    std::vector<std::vector<ggml_tensor *>> before(order.size());
    std::vector<std::vector<ggml_tensor *>> after(order.size());
    for (ggml_tensor * node : appended) {
        const auto reader = first_reader.find(node);
        if (reader != first_reader.end()) {
            before[reader->second].push_back(node);
            position[node] = reader->second; // what reads it beside that comes after
            continue;
        }
        size_t at = 0;
        for (const ggml_tensor * src : node->src) {
            const auto found = position.find(src);
            at               = found == position.end() ? at : std::max(at, found->second);
        }
        position[node] = at;
        after[at].push_back(node);
    }

    ggml_tensor ** next = gf->nodes;
    for (size_t i = 0; i < order.size(); ++i) {
        next    = std::copy(before[i].begin(), before[i].end(), next);
        *next++ = order[i];
        next    = std::copy(after[i].begin(), after[i].end(), next);
    }
}

void graph_edit::recount_uses() {
    std::fill_n(gf->use_counts, gf->visited_hash_set.size, 0);
    for (int i = 0; i < gf->n_nodes; ++i) {
        for (const ggml_tensor * src : gf->nodes[i]->src) {
            if (src != nullptr && ggml_hash_contains(&gf->visited_hash_set, const_cast<ggml_tensor *>(src))) {
                gf->use_counts[ggml_hash_find(&gf->visited_hash_set, src)]++;
            }
        }
    }
}
