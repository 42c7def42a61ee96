import type { VNode } from 'preact';

/** A part of the page under a heading of its own. */
export interface Section {
  /** What a link to it ends in. */
  readonly id: string;
  readonly title: string;
  readonly body: VNode;
}

/** Makes a section of a report; undefined where the report has nothing for it. */
export type MakeSection<Report> = (report: Report) => Promise<Section | undefined> | Section | undefined;

/** Makes those sections that a report has something for, in order. */
export async function makeSections<Report>(
  report: Report,
  makers: readonly MakeSection<Report>[],
): Promise<readonly Section[]> {
  const made: Section[] = [];
  for (const make of makers) {
    const section = await make(report);
    if (section !== undefined) made.push(section);
  }
  return made;
}
