import type { VNode } from 'preact';
import type { EvalReport, VerdictReport } from '../evaluation.js';
import type { LimitReport } from '../run.js';

/** What stands at the top of a page: verdicts, broken limits, figures. */

export interface KeyFigure {
  readonly title: string;
  readonly value: string;
  readonly change?: string;
}

/** How a verdict looks; its words say the same. */
const looks: ReadonlyMap<string, string> = new Map([
  ['same', 'good'],
  ['slight', 'good'],
  ['noticeable', 'fair'],
  ['severe', 'bad'],
  ['broken', 'bad'],
]);

/** @param on what was judged, where it is not the one thing that the page is about */
export function Verdict({
  grade,
  sentence,
  on,
}: VerdictReport & { readonly on?: string | undefined }): VNode {
  return (
    <p class={`verdict ${looks.get(grade) ?? ''}`}>
      {on === undefined ? '' : `${on}: `}
      {sentence}
    </p>
  );
}

export function Limits({ limits }: { readonly limits: readonly LimitReport[] }): VNode {
  return (
    <>
      {limits.flatMap(({ sentence }) => (sentence === null ? [] : [<p class="verdict bad">{sentence}</p>]))}
    </>
  );
}

/** What an evaluation judged, on its text and of what was written. */
export function EvalVerdicts({
  report: { text, generation, limits },
}: {
  readonly report: EvalReport;
}): VNode {
  return (
    <>
      {text?.verdict ? <Verdict {...text.verdict} on={`On ${text.source}`} /> : null}
      {generation?.comparison ? <Verdict {...generation.comparison.verdict} on="What it writes" /> : null}
      <Limits limits={limits} />
    </>
  );
}

export function Tiles({ figures }: { readonly figures: readonly KeyFigure[] }): VNode {
  return (
    <dl class="tiles">
      {figures.map(({ title, value, change }) => (
        <div>
          <dt>{title}</dt>
          <dd>{value}</dd>
          {change === undefined ? null : <dd class="change">{change}</dd>}
        </div>
      ))}
    </dl>
  );
}
