import { createHash } from 'node:crypto';
import type { PolicyReport } from '../report.js';
import { FRESHNESS, LEGEND, freshnessOf } from './freshness.js';
import type { Freshness } from './freshness.js';
import { Html, html } from './html.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { tree } from './tree.js';

/**
 * The report as one page of HTML that needs nothing beside itself: no request leaves it, and its
 * Content-Security-Policy allows no other style or script than its own.
 * @param title what the page is about, such as the names of the files
 */
export function policyPage(report: PolicyReport, title: string): string {
  const { roots, types } = tree(report);
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>Policy of ${title}</title>
        ${element('style', STYLE)}
      </head>
      <body>
        <a class="skip" href="#the-tree">Skip to the schema</a>
        <header>
          <h1>Policy of ${title}</h1>
          ${summary(report)}
        </header>
        ${warnings(report)}
        <main id="the-tree" tabindex="-1">
          <div class="tools" role="search">
            <label
              >Search
              <input id="search-box" type="search" placeholder="a field, a type, a scope" /></label
            ><output id="search-count" for="search-box" aria-live="polite"></output>
          </div>
          <h2>Roots</h2>
          ${roots}
          <h2>Types</h2>
          ${types}
        </main>
        ${element('script', SCRIPT)}
      </body>
    </html> `;
  return text;
}

/** To the letter: the page's policy names the hash of what stands in it. */
function element(name: 'style' | 'script', content: string): Html {
  return new Html(`<${name}>${content}</${name}>`);
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** How many fields there are of each freshness, as a bar, and as the legend by which to choose. */
function summary({ fields, policy }: PolicyReport): Html {
  const counts: Record<Freshness, number> = { public: 0, auth: 0, bounded: 0, now: 0 };
  for (const { coordinate } of fields) {
    const [type = '', field = ''] = coordinate.split('.');
    counts[freshnessOf(policy.field(type, field))] += 1;
  }
  let from = 0;
  const bars = FRESHNESS.map((freshness) => {
    const x = from;
    from += counts[freshness];
    return html`<rect
      class="${freshness}"
      x="${x}"
      y="0"
      width="${counts[freshness]}"
      height="1"
    />`;
  });
  const rows = FRESHNESS.map(
    (freshness) =>
      html`<label class="${freshness}"
        ><input type="checkbox" name="freshness" value="${freshness}" checked />
        <span class="label freshness">${LEGEND[freshness].name}</span> ${counts[freshness]}
        <span class="means">${LEGEND[freshness].means}</span></label
      > `,
  );
  return html`<div class="bar" aria-hidden="true">
      <svg viewBox="0 0 ${Math.max(from, 1)} 1" preserveAspectRatio="none">${bars}</svg>
    </div>
    <fieldset class="legend">
      <legend>
        ${from === 1 ? '1 field' : `${from} fields`}, by how fresh the knowledge of the session must
        be
      </legend>
      ${rows}
    </fieldset>`;
}

function warnings({ warnings: all }: PolicyReport): Html {
  if (all.length === 0) return html``;
  const rows = all.map(({ coordinate, message }) => {
    const name = coordinate.includes('.')
      ? html`<a href="#${coordinate}">${coordinate}</a>`
      : html`${coordinate}`;
    return html`<li>${name}${message.slice(coordinate.length)}</li> `;
  });
  return html`<section class="warnings" aria-labelledby="the-warnings">
    <h2 id="the-warnings">Warnings (${all.length})</h2>
    <ul>
      ${rows}
    </ul>
  </section>`;
}
