import fc from 'fast-check';
import { PruneError } from '../../../src/errors.js';
import { readHeader, type GgufHeader } from '../../../src/gguf/index.js';
import { writeTemp } from '../../fixtures/buildGguf.js';
import { MALFORMED } from '../../fixtures/malformed.js';
import { WHOLE } from '../../fixtures/truncated.js';

/** What reading throws; fails the test when it throws nothing or another class of error. */
async function failureOf(bytes: Uint8Array): Promise<PruneError> {
  const failure: unknown = await readHeader(writeTemp(bytes, 'broken.gguf')).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PruneError);
  return failure as PruneError;
}

describe('The reader', () => {
  it.each(MALFORMED)('refuses $name', async ({ bytes, code, message }) => {
    const failure = await failureOf(bytes);
    expect({ code: failure.code, message: failure.message }).toEqual({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it('names file, place and remedy in the message for a truncated file', async () => {
    const failure = await failureOf(WHOLE.slice(0, 101));
    expect(failure.message).toBe(
      'broken.gguf ends inside the metadata (key 2 of 2, "list", at byte 101): a string of 3 bytes cannot fit in ' +
        'the 1 byte left. The download may be incomplete.',
    );
  });

  it('accepts the file that the truncated ones are cut from', async () => {
    const header = await readHeader(writeTemp(WHOLE));
    expect(header.tensors).toHaveLength(1);
  });

  it('refuses every prefix of a valid file with a PruneError', async () => {
    for (let end = 0; end < WHOLE.length; end += 1) {
      const failure = await failureOf(WHOLE.slice(0, end));
      expect(failure.code).toBe(end < 4 ? 'NOT_GGUF' : 'GGUF_DAMAGED');
    }
  });

  it('either reads a file with changed bytes or refuses it with a PruneError', async () => {
    const changes = fc.array(fc.tuple(fc.nat(WHOLE.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const bytes = WHOLE.slice();
        for (const [at, byte] of changed) bytes[at] = byte;
        const result: unknown = await readHeader(writeTemp(bytes)).catch((error: unknown) => error);
        expect(result instanceof PruneError || (result as GgufHeader).fileBytes === WHOLE.length).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
