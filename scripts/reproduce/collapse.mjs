import { evaluateFile, parseSources } from '../../dist/index.js';
import { dropRatio } from './dropRatio.mjs';

const ratios = [0, 0.04, 0.08, 0.12, 0.17, 0.22, 0.28, 0.34];
const taskNames = ['hellaswag', 'arc-e', 'piqa'];

/** What is left of answers and of written texts as blocks go. */
export async function measureCollapse(file, { data, limit, folder }) {
  const findSource = data === undefined ? undefined : parseSources(data);
  const tasks =
    findSource === undefined ? [] : taskNames.map((task) => ({ task, source: findSource(task), limit }));
  const steps = [];
  for (const ratio of ratios) {
    const pruned = await dropRatio(file, ratio, folder);
    // of few blocks two shares may be the same number
    if (steps.some(({ dropped }) => dropped.length === pruned.dropped.length)) continue;
    const report = await evaluateFile({
      model: pruned.file,
      against: ratio === 0 ? undefined : file,
      text: false,
      tasks,
      generation: {},
      speed: false,
    });
    const { after } = report.generation;
    steps.push({
      dropped: pruned.dropped,
      tasks: report.tasks.map(({ title, chance, after: { accuracy } }) => ({ title, chance, ...accuracy })),
      texts: after.texts,
      repetition: after.repetition,
      loops: after.loops.count,
      drifts: after.drifts.count,
      unrecognised: after.unrecognised.count,
      troubled: report.generation.comparison?.troubled ?? null,
    });
  }
  return { steps };
}
