import { computeTensorBytes, findGgmlType } from '../../gguf/index.js';
import { findTraining, matrixKinds, planHealing, type HealingName } from '../../heal/index.js';
import type { Drop } from '../../model/index.js';
import type { Repairs } from '../../rewrite/index.js';
import { toBypass } from '../bypass.js';
import type { Choosable } from '../choose.js';
import { listTrainedMatrices } from './trainedTensors.js';
import type { FittedWeight } from './fit.js';
import { findFittedWeight } from './weights.js';

/**
 * Repairs of at least as many bytes as those that healing will have kept, to plan with before anything is fitted: all maps
 * in gaps, and the matrices that grow, trained ones among them. Their values are none.
 * @param type the type that is asked for
 */
export function boundRepairs(
  model: Choosable,
  drop: Drop,
  methods: readonly HealingName[],
  type: number | undefined,
): Repairs {
  const { header, description } = model;
  const { bypass } = toBypass(description, drop);
  const steps = planHealing(methods, description.trunk, bypass, drop.droppedAttention);
  const sized = steps.flatMap(({ kind, block, ...step }) => {
    const weight = findFittedWeight(model, { kind, block, ...step }, type);
    return typeof weight === 'string' ? [] : [{ kind, block, weight, size: countBytes(weight) }];
  });
  const isTrained = findTraining(methods) !== undefined;
  const trained = isTrained ? listTrainedMatrices(model, drop, matrixKinds, { type }) : [];
  const merged = trained.map(({ block, weight }) => ({
    kind: 'refit' as const,
    block,
    weight,
    size: countBytes(weight),
  }));
  const all = [...sized.filter(({ weight }) => !trained.some(({ name }) => name === weight.name)), ...merged];
  const present = new Map(header.tensors.map(({ name, bytes }) => [name, bytes]));
  // one piece of memory serves for all: it is never written
  const memory = new ArrayBuffer(all.reduce((most, { size }) => Math.max(most, size), 0));
  const take = (size: number) => new Uint8Array(memory, 0, size);
  return {
    refitted: all.flatMap(({ kind, weight: { name, type: fitted }, size }) =>
      kind === 'refit' && size > (present.get(name) ?? 0) ? [{ name, type: fitted, bytes: take(size) }] : [],
    ),
    patches: all.flatMap(({ kind, block, weight, size }) =>
      kind === 'patch' ? [{ block, type: weight.type, bytes: take(size) }] : [],
    ),
  };
}

function countBytes({ type, inputs, outputs }: FittedWeight): number {
  const found = findGgmlType(type);
  return (found && computeTensorBytes(found, [inputs, outputs])) ?? 0;
}
