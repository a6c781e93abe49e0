import {
  getNamedType,
  isCompositeType,
  isIntrospectionType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type {
  GraphQLAbstractType,
  GraphQLCompositeType,
  GraphQLField,
  GraphQLObjectType,
  GraphQLSchema,
} from 'graphql';
import type { PolicyReport } from '../report.js';
import { freshnessOf } from './freshness.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { labels } from './labels.js';

/** Every composite type once, as a list of its members that the page's script opens within each other. */
export function tree(report: PolicyReport): { readonly roots: Html[]; readonly types: Html[] } {
  const { schema } = report;
  const roots = [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ].filter((type) => type != null);
  const others = Object.values(schema.getTypeMap())
    .filter((type) => isCompositeType(type))
    .filter((type) => !isIntrospectionType(type) && !roots.some((root) => root === type))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const notes = new Map<string, string[]>();
  for (const { coordinate, message } of report.warnings) {
    const text = message.slice(coordinate.length + 2);
    notes.set(coordinate, [...(notes.get(coordinate) ?? []), text]);
  }
  const drawing = { ...report, notes };
  return {
    roots: roots.map((type) => drawType(drawing, type, html`open`)),
    types: others.map((type) => drawType(drawing, type, html``)),
  };
}

interface Drawing extends PolicyReport {
  /** Warnings by coordinate, without it. */
  readonly notes: ReadonlyMap<string, readonly string[]>;
}

function drawType(drawing: Drawing, type: GraphQLCompositeType, open: Html): Html {
  const { schema, policy } = drawing;
  const members = isObjectType(type)
    ? Object.values(type.getFields()).map((field) => drawField(drawing, type, field))
    : possibleTypes(schema, type).map((each) => drawMember(drawing, each));
  const whole = policy.type(type.name);
  const own = whole.signedIn ? labels(whole) : html``;
  return html`<details class="type ${freshnessOf(whole)}" id="${type.name}" ${open}>
    <summary>
      <span class="kind">${kindOf(type)}</span> <strong>${type.name}</strong> ${own}
    </summary>
    ${described(type.description)}
    <ul>
      ${members}
    </ul>
  </details> `;
}

function kindOf(type: GraphQLCompositeType): string {
  if (isObjectType(type)) return 'type';
  return isUnionType(type) ? 'union' : 'interface';
}

function possibleTypes(schema: GraphQLSchema, type: GraphQLAbstractType): GraphQLObjectType[] {
  return [...schema.getPossibleTypes(type)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function drawField(
  { policy, notes }: Drawing,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
): Html {
  const coordinate = `${type.name}.${field.name}`;
  const requirement = policy.field(type.name, field.name);
  const named = getNamedType(field.type);
  const below = isCompositeType(named) ? named.name : undefined;
  const [before = '', after = ''] = String(field.type).split(named.name);
  const answer =
    below === undefined
      ? html`${String(field.type)}`
      : html`${before}<a href="#${below}">${below}</a>${after}`;
  const warnings = (notes.get(coordinate) ?? []).map(
    (note) => html` <span class="warning">${note}</span>`,
  );
  return html`<li class="${freshnessOf(requirement)}" id="${coordinate}" ${opens(below)}>
    <span class="row"
      ><span class="name"><span class="of">${type.name}.</span>${field.name}</span
      ><span class="answer">: ${answer}</span> ${labels(requirement)}${warnings}</span
    >${described(field.description)}
  </li> `;
}

/** A type that a value of an interface or a union may be. */
function drawMember({ policy }: Drawing, type: GraphQLObjectType): Html {
  const whole = policy.type(type.name);
  return html`<li class="${freshnessOf(whole)}" ${opens(type.name)}>
    <span class="row"
      ><a class="name" href="#${type.name}">${type.name}</a>
      ${whole.signedIn ? labels(whole) : html``}</span
    >
  </li> `;
}

function opens(type: string | undefined): Html {
  return type === undefined ? html`` : html`data-opens="${type}"`;
}

/** The first paragraph of a description says enough here. */
function described(description: string | null | undefined): Html {
  const [first = ''] = (description ?? '').split(/\n\s*\n/);
  return first === '' ? html`` : html`<p class="description">${first}</p>`;
}
