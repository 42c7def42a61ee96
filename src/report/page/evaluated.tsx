import type { EvalReport, SpeedFigures, TextReport } from '../evaluation.js';
import { formatBytes, formatChange, formatFigure } from '../format.js';
import type { GenerationFigures, TextCount } from '../generationReport.js';
import { Pair } from './samples.js';
import type { Section } from './section.js';
import { Table } from './Table.js';
import { formatNats, formatShare } from './words.js';

/** Perplexity and divergence on a text. */
export function makeText({ text }: EvalReport): Section | undefined {
  if (text === null) return undefined;
  const { before, after, divergence } = text;
  const perplexity = ({ perplexity: value, lossError }: TextReport['after']) =>
    `${formatFigure(value)} ± ${formatFigure(value * lossError)}`;
  const rows = [
    [
      'perplexity',
      before === null ? '–' : perplexity(before),
      perplexity(after),
      before === null ? '' : formatChange(before.perplexity, after.perplexity),
    ],
    ...(divergence === null
      ? []
      : [
          ['KL divergence, mean', '–', `${formatNats(divergence.mean)} ± ${divergence.error.toFixed(3)}`, ''],
          ['KL divergence, 99 % of tokens below', '–', formatNats(divergence.percentile99), ''],
          ['same next token', '–', formatShare(divergence.sameTop, 1), ''],
        ]),
  ];
  return {
    id: 'text',
    title: 'On a text',
    body: (
      <>
        <Table label="Perplexity and divergence" head={['', 'original', 'model', 'change']} rows={rows} />
        <p class="note">
          {`${text.source}: ${text.windows} of ${text.windowsOfText} windows of ${text.context} tokens, ${text.tokens.toLocaleString('en')} of them scored; ± standard error.`}
        </p>
      </>
    ),
  };
}

/** What the models write by themselves. */
export function makeWritten({ generation }: EvalReport): Section | undefined {
  if (generation === null) return undefined;
  const { before, after, comparison, excerpts, prompts, texts, tokens, source } = generation;
  const row = (title: string, show: (figures: GenerationFigures) => string) => [
    title,
    before === null ? '–' : show(before),
    show(after),
  ];
  const share = (pick: (figures: GenerationFigures) => number | null) => (figures: GenerationFigures) =>
    formatShare(pick(figures), 1);
  const count = (pick: (figures: GenerationFigures) => TextCount) => (figures: GenerationFigures) => {
    const { count: some, of } = pick(figures);
    return of === 0 ? '–' : `${some} of ${of}`;
  };
  return {
    id: 'written',
    title: 'What they write',
    body: (
      <>
        {comparison === null ? null : <p>{comparison.verdict.sentence}</p>}
        <Table
          label="Figures of the texts"
          head={['', 'original', 'model']}
          rows={[
            row(
              'repeated 4-grams',
              share(({ repetition }) => repetition),
            ),
            row(
              'different tokens',
              share(({ distinct1 }) => distinct1),
            ),
            row(
              'different pairs',
              share(({ distinct2 }) => distinct2),
            ),
            row(
              'end in a loop',
              count(({ loops }) => loops),
            ),
            row(
              'in another language',
              count(({ drifts }) => drifts),
            ),
            row(
              'in no recognisable one',
              count(({ unrecognised }) => unrecognised),
            ),
            row(
              'stopped early',
              count(({ earlyStops }) => earlyStops),
            ),
          ]}
        />
        <p class="note">{`${prompts} prompts (${source}), ${texts} texts each, of up to ${tokens} tokens.`}</p>
        {excerpts.map(({ prompt, original, pruned, finding }) => (
          <Pair
            prompt={prompt}
            before={original}
            after={pruned}
            titles={['original', finding === '' ? 'model' : `model (${finding})`]}
          />
        ))}
      </>
    ),
  };
}

/** Time, memory and size. */
export function makeSpeed({ speed }: EvalReport): Section | undefined {
  if (speed === null) return undefined;
  const { before, after } = speed;
  const row = (title: string, pick: (figures: SpeedFigures) => number, format: (value: number) => string) => [
    title,
    before === null ? '–' : format(pick(before)),
    format(pick(after)),
    before === null ? '' : formatChange(pick(before), pick(after)),
  ];
  return {
    id: 'speed',
    title: 'Speed and memory',
    body: (
      <>
        <Table
          label="Times and sizes"
          head={['', 'original', 'model', 'change']}
          rows={[
            row('file', ({ bytes }) => bytes, formatBytes),
            row('peak memory', ({ peakMemory }) => peakMemory, formatBytes),
            row('first token, ms', ({ firstToken }) => 1000 * firstToken.median, formatFigure),
            ...after.batches.flatMap(({ texts }, i) =>
              (['prompt', 'generation'] as const).map((phase) =>
                row(
                  `${phase}, ${texts} ${texts === 1 ? 'text' : 'texts'}, tokens/s`,
                  ({ batches }) => batches[i]?.[phase].median ?? NaN,
                  formatFigure,
                ),
              ),
            ),
          ]}
        />
        <p class="note">
          {`Medians; a prompt of ${speed.promptTokens} tokens, ${speed.generatedTokens} written.`}
        </p>
      </>
    ),
  };
}
