import type { ComponentChildren, VNode } from 'preact';
import type { Plot } from './plot.js';

/** A plot with what it shows in a sentence, and its data as a table: for those who do not see it, they are what there is. */
export function Figure({
  plot,
  caption,
  children,
}: {
  readonly plot: Plot;
  readonly caption: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <figure>
      <div aria-hidden="true">
        <div class="wide" dangerouslySetInnerHTML={{ __html: plot.wide }} />
        <div class="narrow" dangerouslySetInnerHTML={{ __html: plot.narrow }} />
      </div>
      <figcaption>{caption}</figcaption>
      <details>
        <summary>The same as a table</summary>
        {children}
      </details>
    </figure>
  );
}
