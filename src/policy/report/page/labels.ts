import type { Requirement } from '../../requirement.js';
import { LEGEND, freshnessOf } from './freshness.js';
import { html } from './html.js';
import type { Html } from './html.js';

/** A requirement as a row of labels, its freshness first. */
export function labels(requirement: Requirement): Html {
  const { scopes, maxAuthAge, maxStale, when = [] } = requirement;
  const freshness = freshnessOf(requirement);
  const name = freshness === 'bounded' ? `≤ ${maxStale ?? 0} s old` : LEGEND[freshness].name;
  const alternatives = scopes.map((all) => all.join(' and ')).join(', or ');
  return html`<span class="label freshness">${name}</span>${[
      ...(alternatives === '' ? [] : [label('scopes', alternatives)]),
      ...(maxAuthAge === undefined ? [] : [label('password', `≤ ${maxAuthAge} s ago`)]),
      ...when.map((condition) => label('when', condition)),
    ]}`;
}

function label(kind: string, text: string): Html {
  return html` <span class="label"><span class="kind">${kind}</span> ${text}</span>`;
}
