// One model of an architecture: scored, then pruned in several ways, each file judged by stock llama.cpp.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { getUint, makeEntry, readHeader, replaceEntry, ValueType } from '../../dist/gguf/index.js';
import { describeModel, explainUnsupported, findScales } from '../../dist/model/index.js';
import { openModel } from '../../dist/native/index.js';
import { applyPlan, planDrop, verifyFile } from '../../dist/rewrite/index.js';
import { blockTensors, keepTensors } from '../../dist/rewrite/keepTensors.js';
import { planFiles } from '../../dist/rewrite/planFiles.js';
import { chooseDroppable } from '../../dist/run/choose.js';
import { scoreWindows } from '../../dist/score/index.js';

/** In nats, per token. The losses themselves are rounded to 32 bits: 5e-7 at 4 to 8 nats. */
const tolerance = 2e-6;

/** Where queries take over a factor before they are rounded to 16 bits, which moves the rounding. */
const scaledTolerance = 1e-3;

/** A drop whose losses lie nearer to the whole model's than this would not show a mistake. */
const leastEffect = 1e-2;

/**
 * @returns `refused` for an architecture that is; otherwise a result for each drop. `fault` is set where something is
 *   wrong.
 */
export async function checkModel(file, tokens, judge, scratch) {
  const header = await readHeader(file);
  const description = describeModel(header);
  const name = path.basename(file, '.gguf');
  const refused = explainUnsupported(description.architecture);
  if (refused !== undefined) return { name, architecture: description.architecture, refused, drops: [] };

  const model = await openModel(file, { gpu: 'off', threads: 1, contextTokens: tokens.length });
  try {
    return {
      name,
      architecture: description.architecture,
      ...(await checkOpen(model, file, tokens, judge, scratch)),
    };
  } finally {
    await model.close();
  }
}

async function checkOpen(model, file, tokens, judge, scratch) {
  const { blocks, trunk } = model.description;
  const scores = await scoreWindows(model, [tokens]);
  const { losses: whole } = await model.runWindow({ tokens, losses: true });
  const stock = await judge.measure(file);
  const states = scores.blockInfluence.every(Number.isFinite) ? scores.blocks + 1 : 'not finite';
  const wholeDifference = stock.losses ? findDifference(whole, stock.losses) : stock.failure;

  const drops = [];
  for (const [kind, dropped] of chooseDrops(model, scores)) {
    drops.push({ kind, dropped, ...(await checkDrop(model, whole, dropped, tokens, judge, scratch)) });
  }
  const isWholeRight = wholeDifference <= tolerance && states === trunk + 1;
  const isRight = isWholeRight && drops.every(({ fault }) => fault === undefined);
  return { blocks: blocks.length, states, wholeDifference, drops, ...(isRight ? {} : { fault: true }) };
}

/** The first block, one in the middle, the last, a pair, a run, and what the lowest scores allow. */
function chooseDrops(model, { blockInfluence }) {
  const { trunk, blocks } = model.description;
  const middle = trunk >> 1;
  const drops = [
    ['first', [0]],
    ['middle', [middle]],
    ['last', [trunk - 1]],
    ['pair', [1, trunk - 2]],
    ['run', [middle - 1, middle, middle + 1]],
  ];
  if (trunk < blocks.length) drops.push(['further tokens', blocks.slice(trunk).map(({ index }) => index)]);
  for (const count of [2, 3]) {
    try {
      drops.push([`lowest ${count}`, [...chooseDroppable(model, { scores: blockInfluence }, count)]]);
    } catch (error) {
      drops.push([`lowest ${count}`, error]);
    }
  }
  return drops;
}

async function checkDrop(model, whole, dropped, tokens, judge, scratch) {
  if (dropped instanceof Error) return { dropped: [], ...describeRefusal(dropped) };
  const { header, description } = model;
  let plan;
  try {
    plan = planDrop(header, description, { dropped, droppedAttention: [] }, []);
  } catch (error) {
    return { ...describeRefusal(error), naive: await judgeNaive(model, dropped, judge, scratch) };
  }
  const bypass = dropped.filter((block) => block < description.trunk);
  const { losses } = await model.runWindow({ tokens, losses: true, bypass });
  const written = await judgePlan(plan, judge, scratch, (partial) => verifyFile(plan, partial));
  const difference = written.losses ? findDifference(losses, written.losses) : written.failure;
  const effect = findDifference(whole, losses);
  const naive = await judgeNaive(model, dropped, judge, scratch, losses);
  const isShown = bypass.length === 0 || effect >= leastEffect;
  const isScaled = findScales(header, description.architecture, description.blocks.length).size > 0;
  const isEqual = difference <= (isScaled ? scaledTolerance : tolerance);
  return { difference, effect, naive, ...(isEqual && isShown ? {} : { fault: true }) };
}

function describeRefusal(error) {
  return error.code === 'DROP_REFUSED' ? { refused: error.message } : { refused: error.message, fault: true };
}

/** What a tool makes of the drop that changes the number of blocks and nothing else, as `--prune-layers` does. */
async function judgeNaive({ header, description }, dropped, judge, scratch, losses) {
  const key = `${description.architecture}.block_count`;
  const kept = description.blocks.map(({ index }) => index).filter((index) => !dropped.includes(index));
  const count = makeEntry(key, ValueType.uint32, getUint(header, key) - dropped.length);
  const content = {
    entries: replaceEntry(header.entries, count),
    tensors: keepTensors(header, { kept, droppedAttention: [] }, blockTensors),
  };
  const judged = await judgePlan(planFiles(header, content), judge, scratch);
  if (judged.failure !== undefined) return judged.failure;
  return losses !== undefined && findDifference(losses, judged.losses) <= tolerance
    ? 'right'
    : 'silently different';
}

async function judgePlan(plan, judge, scratch, check) {
  const file = path.join(scratch, 'pruned.gguf');
  rmSync(file, { force: true });
  await applyPlan(plan, file, { check });
  return judge.measure(file);
}

/** The largest difference; NaN counts as one. */
function findDifference(a, b) {
  return a.reduce((most, value, i) => (Math.abs(value - b[i]) <= most ? most : Math.abs(value - b[i])), 0);
}
