import { describeGiven, PruneError } from '../../errors.js';
import { fileLabel, type GgufHeader } from '../../gguf/index.js';
import { checkHealing, findTraining, parseMatrixKinds, type HealingName } from '../../heal/index.js';
import { checkPatches, describeModel, findArchitecture } from '../../model/index.js';
import type { HealingOptions } from './options.js';
import { findHealType } from './weights.js';

/**
 * Refuses healing that cannot be done before any work.
 * @throws PruneError USAGE, DROP_REFUSED
 */
export function checkHealingOf(
  header: GgufHeader,
  methods: readonly HealingName[],
  { healText, healTokens, healType, ...training }: HealingOptions,
): void {
  checkHealing(methods);
  findHealType(healType);
  checkTraining(methods, training);
  if (methods.length === 0) {
    const given = Object.entries({
      '--heal-text': healText,
      '--heal-tokens': healTokens,
      '--heal-type': healType,
    });
    const [name] = given.find(([, value]) => value !== undefined) ?? [];
    if (name === undefined) return;
    throw new PruneError('USAGE', `${name} says how to heal; --heal says that it is to be done. Give both.`);
  }
  const description = describeModel(header);
  const { causal } = findArchitecture(description.architecture, fileLabel(header.path));
  if (!causal) {
    throw new PruneError(
      'USAGE',
      `${fileLabel(header.path)}: ${description.architecture} models cannot be healed: their tokens see those after ` +
        `them, so that no loss tells whether a repair helps.`,
    );
  }
  // whichever block it is, the first one apart
  if (methods.includes('patch')) checkPatches(header, description, [0], [1]);
}

/** @throws PruneError USAGE */
function checkTraining(
  methods: readonly HealingName[],
  {
    trainTokens,
    trainBatch,
    trainRank,
    trainRate,
    trainLoss,
    trainStream,
    trainTensors,
    adapter,
  }: HealingOptions,
): void {
  const findGiven = (options: Readonly<Record<string, unknown>>) =>
    Object.keys(options).find((name) => options[name] !== undefined);
  const ofLora = findGiven({ '--train-rank': trainRank, '--adapter': adapter });
  if (ofLora !== undefined && !methods.includes('lora')) {
    throw new PruneError('USAGE', `${ofLora} is about what --heal lora trains. Give both.`);
  }
  const ofAny = findGiven({
    '--train-tokens': trainTokens,
    '--train-batch': trainBatch,
    '--train-rate': trainRate,
    '--train-loss': trainLoss,
    '--train-stream': trainStream,
    '--train-tensors': trainTensors,
  });
  if (ofAny !== undefined && findTraining(methods) === undefined) {
    throw new PruneError('USAGE', `${ofAny} is about what --heal lora or full trains. Give both.`);
  }
  if (trainTensors !== undefined) parseMatrixKinds(trainTensors.join(','));
  const isWhole = (value: number | undefined, most: number) =>
    value === undefined || (Number.isInteger(value) && value >= 1 && value <= most);
  if (!isWhole(trainRank, mostRank)) {
    throw new PruneError(
      'USAGE',
      `--train-rank must be a whole number from 1 to ${mostRank}${describeGiven(trainRank, '; ')}.`,
    );
  }
  if (!isWhole(trainTokens, mostTokens)) {
    throw new PruneError(
      'USAGE',
      `--train-tokens must be a whole number from 1 to ${mostTokens}, such as 100000${describeGiven(trainTokens, '; ')}.`,
    );
  }
  if (!isWhole(trainBatch, mostBatch)) {
    throw new PruneError(
      'USAGE',
      `--train-batch must be a whole number from 1 to ${mostBatch}${describeGiven(trainBatch, '; ')}.`,
    );
  }
  if (trainRate !== undefined && !(trainRate > 0 && trainRate <= 1)) {
    throw new PruneError(
      'USAGE',
      `--train-rate must be above 0 and at most 1, such as 0.001${describeGiven(trainRate, '; ')}.`,
    );
  }
  if (trainStream !== undefined && !(trainStream >= 0 && trainStream <= mostStream)) {
    throw new PruneError(
      'USAGE',
      `--train-stream must be from 0 to ${mostStream}, such as 1${describeGiven(trainStream, '; ')}.`,
    );
  }
}

const mostTokens = 1e9;

const mostBatch = 4096;

/** Beyond it the loss itself counts next to nothing. */
const mostStream = 1000;

/** Beyond it an adapter has no fewer values than the matrices of small models. */
const mostRank = 256;
