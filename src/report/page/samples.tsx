import type { VNode } from 'preact';
import type { RunReport, SampleReport } from '../run.js';
import type { Section } from './section.js';

/** What both models write after the same prompts, side by side. */
export function makeSamples({ evaluation }: RunReport): Section | undefined {
  const samples = evaluation?.samples ?? [];
  if (samples.length === 0) return undefined;
  return {
    id: 'samples',
    title: 'What they write',
    body: (
      <>
        <p>Each writes the token that it holds most likely, up to forty of them.</p>
        {samples.map((sample) => (
          <Pair {...sample} titles={['original', 'pruned']} />
        ))}
      </>
    ),
  };
}

/** A prompt and two texts after it. */
export function Pair({
  prompt,
  before,
  after,
  titles,
}: SampleReport & { readonly titles: readonly [string, string] }): VNode {
  return (
    <article class="sample">
      <p class="prompt" dir="auto">
        {prompt}
      </p>
      <div class="pair">
        {[before, after].map((text, i) => (
          <div>
            <h3>{titles[i]}</h3>
            <p class="text" dir="auto">
              {text.trim() || '(nothing)'}
            </p>
          </div>
        ))}
      </div>
    </article>
  );
}
