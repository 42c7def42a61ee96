import { describeModelConditions } from '../../../src/run/conditions.js';

const describeOn = (backend: 'off' | 'cuda', device: string, gpuLayers?: number) =>
  describeModelConditions(
    {
      backend,
      facts: { device },
      description: { blocks: Array.from({ length: 30 }) },
    } as unknown as Parameters<typeof describeModelConditions>[0],
    { sha256: 'ab' },
    { gpuLayers },
  );

describe('The conditions of figures', () => {
  it('are others on another device, and with another part of the model on it', () => {
    const whole = describeOn('cuda', 'NVIDIA H100');
    expect(describeOn('cuda', 'NVIDIA H200')).not.toEqual(whole);
    expect(describeOn('cuda', 'NVIDIA H100', 12)).not.toEqual(whole);
    // the head is a layer, and all are all
    expect(describeOn('cuda', 'NVIDIA H100', 30)).not.toEqual(whole);
    expect(describeOn('cuda', 'NVIDIA H100', 31)).toEqual(whole);
    expect(describeOn('cuda', 'NVIDIA H100', 99)).toEqual(whole);
    expect(describeOn('off', 'CPU', 12)).toEqual(describeOn('off', 'CPU'));
    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
  });
});
