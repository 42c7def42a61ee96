import path from 'node:path';
import { evaluateFile } from '../../../../src/evalPipeline.js';
import type { EvalRequest } from '../../../../src/run/evaluation/options.js';
import { buildGguf, tinyLlama, writeTemp } from '../../../fixtures/buildGguf.js';
import { makeFolder } from '../../../fixtures/makeFolder.js';

describe('An evaluation that cannot be finished', () => {
  const none = path.join(import.meta.dirname, 'none.txt');

  it.each<[string, Partial<EvalRequest>]>([
    ['FILE_NOT_FOUND', { generation: { prompts: none } }],
    ['FILE_NOT_FOUND', { text: { file: none } }],
    ['USAGE', { text: { context: 1e9 } }],
  ])('is refused with %s before a model is read', async (code, changes) => {
    const model = writeTemp(buildGguf(tinyLlama({ blocks: 2 })));
    const events: string[] = [];
    const evaluation = evaluateFile({
      model,
      cacheFolder: makeFolder(),
      ...changes,
      onEvent: ({ kind }) => events.push(kind),
    });
    await expect(evaluation).rejects.toMatchObject({ code });
    expect(events).toEqual([]);
  });
});
