import { sampleModelPath } from '../../scripts/sample-models.mjs';
import type { RunReport } from '../../dist/index.js';
import { runCli } from '../fixtures/runCli.js';

const model = sampleModelPath('smollm2');
const few = ['--window-tokens', '64', '--windows', 'auto', '--dry-run', '--json'];

describe('prune-gguf --windows auto', () => {
  const choose = async (blocks: string) => {
    const { code, stdout } = await runCli([model, '--metric', 'block-influence', '--blocks', blocks, ...few]);
    expect(code).toBe(0);
    return JSON.parse(stdout) as RunReport;
  };

  it('stops before the last window where the choice is settled, and tells both numbers', async () => {
    const { calibration, margin } = await choose('29');
    const { windows = 0, mostWindows = null } = calibration ?? {};
    expect(mostWindows).toBe(64);
    expect(windows).toBeGreaterThanOrEqual(4);
    expect(windows).toBeLessThan(64);
    expect(margin?.standardErrors).toBeGreaterThanOrEqual(3);
  });

  it('goes to the last one where blocks are too much alike, and chooses the same each time', async () => {
    const first = await choose('3');
    expect(first.calibration?.windows === 64 || (first.margin?.standardErrors ?? 0) >= 3).toBe(true);
    expect(await choose('3')).toEqual({ ...first, invocation: expect.anything() as unknown });
  });

  it('says on the terminal after how many windows the choice was settled', async () => {
    const { stderr } = await runCli([
      model,
      '--metric',
      'block-influence',
      '--blocks',
      '29',
      ...few.slice(0, -1),
    ]);
    expect(stderr).toMatch(
      /the choice is settled after \d+ of up to 64 windows: the dropped blocks stand apart/,
    );
  });

  it('tells of scores that nothing is chosen by when their lowest quarter stands apart', async () => {
    const { stderr } = await runCli(['score', model, '--window-tokens', '64', '--windows', 'auto']);
    expect(stderr).toMatch(
      /After (all )?\d+ windows( of up to 64| that there are), the 8 blocks of the lowest scores/,
    );
  });

  it('wants a number for a search', async () => {
    const { code, stderr } = await runCli([model, '--blocks', '3', '--windows', 'auto']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /--windows auto counts windows by how far scores stand apart, and a search goes by none/,
    );
  });

  it.each(['0', 'all', '1.5'])('refuses %s windows', async (windows) => {
    const { code, stderr } = await runCli([model, '--blocks', '3', '--windows', windows]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/number of windows must be 1, 2, 3, …, or auto/i);
  });
});
