/** Text that is HTML already. Only the template below makes any. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | readonly Html[];

/** HTML of which every value is escaped, in text and in quoted attributes alike, unless it is HTML. */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(
    literals.map((literal, at) => literal + (at in values ? show(values[at] ?? '') : '')).join(''),
  );
}

function show(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escape(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
