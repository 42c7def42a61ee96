import type { AnyReport } from './anyReport.js';
import { straighten } from './words.js';

/**
 * Makes one self-contained HTML page, without scripts, that asks for nothing from anywhere.
 * @param reports one report; a run and an evaluation of what it wrote; or several runs, which are set side by side
 * @throws PruneError USAGE for others
 */
export async function renderPage(reports: readonly AnyReport[]): Promise<string> {
  // what draws takes long to load, and most of what this package does draws nothing
  const [{ makePage }, { renderDocument }] = await Promise.all([
    import('./makePage.js'),
    import('./document.js'),
  ]);
  return renderDocument(await makePage(straighten(reports)), reports);
}
