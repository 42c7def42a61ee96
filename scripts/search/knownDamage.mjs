import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findFirstDifference } from '../../dist/select/index.js';

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What was measured of a model, in a file that each figure is appended to: any way to choose may read it. */
export function openKnown(file, fresh) {
  if (fresh) rmSync(file, { force: true });
  mkdirSync(path.dirname(file), { recursive: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const known = new Map(lines.map((line) => JSON.parse(line)));
  return {
    get: (id) => known.get(id),
    add(id, value) {
      known.set(id, value);
      appendFileSync(file, `${JSON.stringify([id, value])}\n`);
    },
  };
}

/**
 * The model, but without running again what is known. Whoever asks for a pass believes that it was run, and counts it;
 * means stand for the figures of all tokens.
 */
export function withKnown(model, known) {
  const slots = new Map();
  const ids = new WeakMap();
  const identify = (tokens) => {
    if (!ids.has(tokens)) ids.set(tokens, createHash('sha256').update(tokens).digest('hex').slice(0, 16));
    return ids.get(tokens);
  };

  const run = async (request, call) => {
    const { tokens, bypass, slot = 0, keepInputs = false } = request;
    const held = slots.get(slot);
    const first = held?.tokens === tokens ? findFirstDifference(bypass, held.bypass) : 0;
    if (keepInputs) slots.delete(slot);
    const result = await model.runWindow(
      { ...request, firstBlock: Math.min(first, model.facts.blocks - 1) },
      call,
    );
    if (keepInputs) slots.set(slot, { tokens, bypass });
    return result;
  };

  /** What the one who asks believes to be kept. */
  const believed = new Map();
  return {
    ...model,
    async runWindow(request, call) {
      const { tokens, bypass = [], slot = 0, keepInputs = false, firstBlock = 0, reference } = request;
      const id = `${identify(tokens)} ${bypass.join(',')}`;
      const found = reference ? known.get(id) : undefined;
      if (keepInputs) believed.set(slot, bypass);
      if (found !== undefined)
        return { losses: [found.loss ?? NaN], divergences: [found.divergence ?? NaN], top: null };
      if (bypass.length === 0) return run({ ...request, bypass }, call);
      const held = slots.get(slot);
      const isHeld = held?.tokens === tokens && findFirstDifference(bypass, held.bypass) >= firstBlock;
      if (!isHeld && firstBlock > 0)
        await run({ tokens, losses: true, bypass: believed.get(slot), slot, keepInputs: true }, call);
      const result = await run({ ...request, bypass }, call);
      if (reference) known.add(id, { loss: mean(result.losses), divergence: mean(result.divergences) });
      return result;
    },
  };
}
