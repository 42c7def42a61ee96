import { PruneError } from '../../../src/errors.js';
import { asResumable } from '../../../src/run/resumable.js';

const stop = (fresh: boolean | undefined, code: 'CANCELLED' | 'OUTPUT' = 'CANCELLED') =>
  asResumable({ fresh }, () =>
    asResumable({ fresh }, () => Promise.reject(new PruneError(code, 'Stopped.'))),
  );

describe('Work whose figures are kept', () => {
  it.each([
    [undefined, 'Stopped. The same command goes on from there.'],
    [false, 'Stopped. The same command goes on from there.'],
    [true, 'Stopped. The same command without --fresh goes on from there.'],
  ])('says once how it goes on when it is cancelled (fresh: %p)', async (fresh, message) => {
    await expect(stop(fresh)).rejects.toMatchObject({ code: 'CANCELLED', message });
  });

  it('says nothing of it where it failed', async () => {
    await expect(stop(false, 'OUTPUT')).rejects.toMatchObject({ message: 'Stopped.' });
  });
});
