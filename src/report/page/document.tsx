import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { toolVersion } from '../../version.js';
import { dataId, generatorName } from './marks.js';
import type { Section } from './section.js';
import { style } from './style.js';

/** What a page is made of. */
export interface PageContent {
  readonly title: string;
  /** Below the title. */
  readonly subtitle: string;
  /** Above all sections. */
  readonly lead: ComponentChildren;
  readonly sections: readonly Section[];
}

/** Nothing is loaded and nothing is run, whatever a model's name or text may hold. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * Puts a page together: one file, without scripts, that asks for nothing else.
 * @param reports what it was made from, kept in it
 */
export function renderDocument(content: PageContent, reports: readonly object[]): string {
  return `<!doctype html>\n${renderToString(<Page {...content} reports={reports} />)}\n`;
}

function Page({
  title,
  subtitle,
  lead,
  sections,
  reports,
}: PageContent & { readonly reports: readonly object[] }): VNode {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content={`${generatorName} ${toolVersion}`} />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <header>
          <h1>{title}</h1>
          <p class="sub">{subtitle}</p>
        </header>
        <main>
          {lead}
          <nav aria-label="Sections">
            <ul>
              {sections.map(({ id, title: name }) => (
                <li>
                  <a href={`#${id}`}>{name}</a>
                </li>
              ))}
            </ul>
          </nav>
          {sections.map(({ id, title: name, body }) => (
            <section id={id} aria-labelledby={`${id}-title`}>
              <h2 id={`${id}-title`}>{name}</h2>
              {body}
            </section>
          ))}
        </main>
        <footer>
          Made by prune-gguf {toolVersion}. The data is in this page, as JSON: <code>prune-gguf report</code>{' '}
          reads it from here.
        </footer>
        <script
          type="application/json"
          id={dataId}
          dangerouslySetInnerHTML={{ __html: JSON.stringify(reports).replaceAll('<', '\\u003c') }}
        />
      </body>
    </html>
  );
}
