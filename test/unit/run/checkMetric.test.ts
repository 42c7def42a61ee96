import { checkMetric } from '../../../src/run/measure/check.js';

describe('A metric', () => {
  it.each(['kl', 'perplexity', 'taylor'] as const)(
    'by losses (%s) is refused where tokens see those after them',
    (name) => {
      expect(() => {
        checkMetric(name, 'dream', 'model.gguf');
      }).toThrow(
        expect.objectContaining({
          code: 'DROP_REFUSED',
          message: expect.stringContaining(`by ${name}`) as string,
        }) as Error,
      );
      expect(() => {
        checkMetric(name, 'llama', 'model.gguf');
      }).not.toThrow();
    },
  );

  it.each(['block-influence', 'best-span', 'magnitude', 'reverse', undefined] as const)(
    'by anything else (%s) is not',
    (name) => {
      expect(() => {
        checkMetric(name, 'dream', 'model.gguf');
      }).not.toThrow();
    },
  );
});
