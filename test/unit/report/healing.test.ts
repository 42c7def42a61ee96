import { hasRepairs, renderHealing, type HealingReport } from '../../../src/report/index.js';

const fit = { ridge: 0.1, errorBefore: 0.3, errorAfter: 0.15, divergenceBefore: 1.8, divergenceAfter: 1.2 };

const healing: HealingReport = {
  methods: ['reconstruct', 'patch'],
  text: 'built-in text',
  fittedTokens: 14336,
  heldOutTokens: 2560,
  divergenceBefore: 1.8,
  divergenceAfter: 1.2,
  steps: [
    { kind: 'patch', block: 10, kept: true, skipped: null, seconds: 1, fit },
    {
      kind: 'refit',
      block: 15,
      kept: false,
      skipped: null,
      seconds: 2,
      fit: { ...fit, divergenceBefore: 1.2, divergenceAfter: 1.25 },
    },
    { kind: 'refit', block: 16, kept: false, skipped: 'it is a mixture', seconds: 3, fit: null },
    { kind: 'refit', block: 17, kept: false, skipped: 'it is a mixture', seconds: 3, fit: null },
  ],
};

describe('What healing did', () => {
  const text = renderHealing(healing, { width: 100 });

  it('has a line for each repair that was tried, and says which one is not in the file', () => {
    expect(text.split('\n').slice(0, 3)).toEqual([
      ' healed    block  error              KL',
      ' patch        10  0.300  → 0.150  1.800  → 1.200  kept',
      ' ffn_down     15  0.300  → 0.150  1.200  → 1.250  no gain: left as it was',
    ]);
  });

  it('sums up what was gained, and what was not tried and why', () => {
    const all = text.replaceAll(/\s+/g, ' ');
    expect(all).toContain('fitted to 14,336 tokens of built-in text');
    expect(all).toContain('from 1.800 to 1.200 nats (33 % less)');
    expect(all).toContain('Not healed: block 16, block 17: it is a mixture.');
  });

  it('says why nothing was done, and not that anything was fitted or gained', () => {
    const refusals = ['Nothing was trained: no gradient passes ARGSORT.'];
    const nothing = { ...healing, methods: ['lora'], steps: [], training: null, refusals };
    expect(renderHealing(nothing, { width: 100 }).trim()).toBe(refusals[0]);
    expect(hasRepairs(nothing)).toBe(false);
    expect(hasRepairs(healing)).toBe(true);
  });

  it('has no table where nothing was tried', () => {
    const steps = healing.steps.filter((step) => step.fit === null);
    expect(renderHealing({ ...healing, steps }, { width: 100 })).not.toContain('error');
  });
});
