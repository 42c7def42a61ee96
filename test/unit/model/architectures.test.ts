import { unrelatedArrays } from '../../../src/model/architectures.js';
import { explainUnsupported, findArchitecture, supportedArchitectures } from '../../../src/model/index.js';
import { refusedArchitectures } from '../../../src/model/refusedArchitectures.js';

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

  it.each(['', 'Llama', 'kimi-k3', 'constructor', '__proto__', 'toString'])('%j is refused', (name) => {
    expect(() => findArchitecture(name, 'model.gguf')).toThrow(
      expect.objectContaining({
        code: 'ARCHITECTURE_UNSUPPORTED',
        message: expect.stringContaining(`model.gguf is of the architecture "${name}"`) as string,
      }) as Error,
    );
  });

  it.each([
    ['t5', /it has two stacks of blocks/],
    ['bert', /it makes embeddings/],
    ['no-such', /this version does not know it/],
    ['\u001b[2J"x', /"\\u001b\[2J\\"x"/],
    ['x'.repeat(100), /"x{64}…"/],
  ])('that is not supported (%j) is refused with the reason, printed safely', (name, reason) => {
    expect(() => findArchitecture(name, 'model.gguf')).toThrow(reason);
  });

  it('is either supported or refused with a reason, never both', () => {
    for (const name of Object.keys(refusedArchitectures)) {
      expect(supportedArchitectures).not.toContain(name);
      expect(explainUnsupported(name)).toBe(refusedArchitectures[name]);
    }
    for (const name of supportedArchitectures) expect(explainUnsupported(name)).toBeUndefined();
  });

  it('has no rule for an array that is listed as unrelated to blocks', () => {
    const { rules } = findArchitecture('gemma3', 'model.gguf');
    expect(rules.filter((rule) => 'key' in rule && unrelatedArrays.has(rule.key))).toEqual([]);
  });
});
