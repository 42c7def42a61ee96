import { unrelatedArrays } from '../../../src/model/architectures.js';
import { findArchitecture } from '../../../src/model/index.js';

describe('An architecture', () => {
  it.each(['llama', 'qwen2', 'qwen3', 'gemma', 'gemma3', 'phi3'])(
    '%s is known with the name of its states and the keys that every architecture may hold per block',
    (name) => {
      const { stateName, rules } = findArchitecture(name, 'model.gguf');
      expect(stateName).toBe('l_out');
      for (const key of ['feed_forward_length', 'attention.head_count', 'attention.head_count_kv']) {
        expect(rules).toContainEqual({ kind: 'filter', key });
      }
    },
  );

  it.each(['', 'Llama', 'llama4', 'constructor', '__proto__', 'toString'])('%j is refused', (name) => {
    expect(() => findArchitecture(name, 'model.gguf')).toThrow(
      expect.objectContaining({
        code: 'ARCHITECTURE_UNSUPPORTED',
        message: expect.stringContaining(`model.gguf is of the architecture "${name}"`) as string,
      }) as Error,
    );
  });

  it('has no rule for an array that is listed as unrelated to blocks', () => {
    const { rules } = findArchitecture('gemma3', 'model.gguf');
    expect(rules.filter((rule) => 'key' in rule && unrelatedArrays.has(rule.key))).toEqual([]);
  });
});
