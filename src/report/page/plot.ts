import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** A plot as inline SVG, twice: for a wide window, and for a phone. Its colours are the page's, light or dark. */
export interface Plot {
  readonly wide: string;
  readonly narrow: string;
}

/** Colours of things that are of one kind each. */
const categoryColours = [
  'var(--c1)',
  'var(--c2)',
  'var(--c3)',
  'var(--c4)',
  'var(--c5)',
  'var(--c6)',
] as const;

/** A scale that gives each thing a colour; they come again after six. */
export const paintCategories = (domain: readonly string[]) => ({
  domain: [...domain],
  range: domain.map((_, i) => categoryColours[i % categoryColours.length] ?? ''),
});

/** Blocks side by side, the first on the left. */
export const blockAxis = {
  field: 'block',
  type: 'ordinal',
  title: 'block',
  axis: { labelAngle: 0, labelOverlap: 'greedy' },
} as const;

/** Places of a plot's width on the page, in pixels. */
const widths = { wide: 720, narrow: 340 } as const;

/** What a plot is described by. It fills the page's width unless it names one. */
export type PlotSpec = Omit<TopLevelSpec, 'width' | 'config' | 'background' | 'autosize' | '$schema'> & {
  readonly width?: number;
};

const config = {
  // the page says in words what a plot shows; marks that are read out one by one say it worse
  aria: false,
  font: 'system-ui, sans-serif',
  axis: {
    labelColor: 'var(--muted)',
    titleColor: 'var(--muted)',
    titleFontWeight: 'normal',
    gridColor: 'var(--line)',
    domainColor: 'var(--line)',
    tickColor: 'var(--line)',
    labelFontSize: 12,
    titleFontSize: 12,
  },
  legend: {
    labelColor: 'var(--text)',
    titleColor: 'var(--muted)',
    titleFontWeight: 'normal',
    labelFontSize: 12,
    titleFontSize: 12,
    labelLimit: 0,
    orient: 'top',
  },
  view: { stroke: null },
} as const;

/** Draws a plot. @param describe the plot for a width; true for a phone */
export async function drawPlot(describe: (isNarrow: boolean) => PlotSpec): Promise<Plot> {
  const draw = async (width: number, isNarrow: boolean) => {
    const spec = {
      width,
      ...describe(isNarrow),
      config,
      background: 'transparent',
      autosize: { type: 'fit', contains: 'padding' },
    } as TopLevelSpec;
    const view = new View(parse(compile(spec).spec), { renderer: 'none' });
    try {
      return hidePlot(await view.toSVG());
    } finally {
      view.finalize();
    }
  };
  return { wide: await draw(widths.wide, false), narrow: await draw(widths.narrow, true) };
}

/** The figure around a plot describes it. */
function hidePlot(svg: string): string {
  const width = /width="(\d+)/.exec(svg)?.[1] ?? '';
  return svg.replace('<svg ', `<svg aria-hidden="true" focusable="false" style="max-width:${width}px" `);
}

/** How many pixels wide a plot is at most, for one whose parts are drawn by size. */
export const plotWidth = (isNarrow: boolean): number => (isNarrow ? widths.narrow : widths.wide);
