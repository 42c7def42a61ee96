import type { EvalReport, SpeedFigures, TextReport } from '../evaluation.js';
import { formatBytes, formatChange, formatFigure, formatShare, formatShareWithin } from '../format.js';
import type { GenerationFigures, TextCount } from '../generationReport.js';
import { withSpread } from './evaluation.js';
import { Pair } from './samples.js';
import type { Section } from './section.js';
import { Table } from './Table.js';
import { formatError, formatNats, formatRateChange } from './words.js';

/** Perplexity and divergence on a text. */
export function makeText({ text }: EvalReport): Section | undefined {
  if (text === null) return undefined;
  const { before, after, divergence } = text;
  const perplexity = ({ perplexity: value, lossError }: TextReport['after']) =>
    withSpread(formatFigure(value), formatError(value * lossError));
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
          [
            'KL divergence, mean',
            '–',
            withSpread(formatNats(divergence.mean), formatError(divergence.error)),
            '',
          ],
          ['KL divergence, 99 % of tokens below', '–', formatNats(divergence.percentile99), ''],
          ['same next token', '–', formatShareWithin(divergence.sameTop, divergence.sameTopError), ''],
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

type Spread = SpeedFigures['firstToken'];

const exactly = (value: number): Spread => ({ median: value, lowest: value, highest: value });

/** Time, memory and size. */
export function makeSpeed({ speed }: EvalReport): Section | undefined {
  if (speed === null) return undefined;
  const { before, after } = speed;
  const row = (title: string, pick: (figures: SpeedFigures) => Spread, format: (value: number) => string) => {
    const show = (figures: SpeedFigures) => {
      const { median, lowest, highest } = pick(figures);
      const spread = lowest === highest ? '' : `${format(lowest)} to ${format(highest)}`;
      return withSpread(format(median), spread);
    };
    return [
      title,
      before === null ? '–' : show(before),
      show(after),
      before === null ? '' : formatRateChange(pick(before), pick(after)),
    ];
  };
  const turns = before === null || speed.interleaved ? '' : '; not in turns, for want of memory';
  return {
    id: 'speed',
    title: 'Speed and memory',
    body: (
      <>
        <Table
          label="Times and sizes"
          head={['', 'original', 'model', 'change']}
          rows={[
            row('file', ({ bytes }) => exactly(bytes), formatBytes),
            row('peak memory', ({ peakMemory }) => exactly(peakMemory), formatBytes),
            ...(after.deviceMemory === null
              ? []
              : [row('device memory', ({ deviceMemory }) => exactly(deviceMemory ?? NaN), formatBytes)]),
            row(
              'first token, ms',
              ({ firstToken }) => firstToken,
              (seconds) => formatFigure(1000 * seconds),
            ),
            ...after.batches.flatMap(({ texts }, i) =>
              (['prompt', 'generation'] as const).map((phase) =>
                row(
                  `${phase}, ${texts} ${texts === 1 ? 'text' : 'texts'}, tokens/s`,
                  ({ batches }) => batches[i]?.[phase] ?? exactly(NaN),
                  formatFigure,
                ),
              ),
            ),
          ]}
        />
        <p class="note">
          {`A prompt of ${speed.promptTokens} tokens, ${speed.generatedTokens} written; median, lowest to highest${turns}.`}
        </p>
      </>
    ),
  };
}
