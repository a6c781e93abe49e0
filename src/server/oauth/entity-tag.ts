import type { LogPosition } from '../../revocation/index.js';

/** `"<node>.<generation>.<count>"`: what the bearer of it has learnt from that node. */
export function entityTag(node: string, { generation, count }: LogPosition): string {
  return `"${node}.${generation}.${count}"`;
}

/** What an If-None-Match (RFC 9110, 13.1.2) says of this node; undefined where it names others alone. */
export function positionIn(ifNoneMatch: string | undefined, node: string): LogPosition | undefined {
  for (const [, name, generation, count] of (ifNoneMatch ?? '').matchAll(
    /"([\w-]+)\.(\d{1,15})\.(\d{1,15})"/g,
  )) {
    if (name === node) return { generation: Number(generation), count: Number(count) };
  }
  return undefined;
}
