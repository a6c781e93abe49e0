import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CEILING, DELAYS, FORGIVEN, STRANGERS } from '../../src/services/attempts/rules.js';
import { LIMITS } from '../../src/stores/attempts/address-limits.js';

const PAGE = readFileSync(join(__dirname, '../../docs/guessing.md'), 'utf8');
const figures = [...PAGE.matchAll(/^\| .* \| (\d+(?: \w+)?) +\|$/gm)].map(([, figure]) => figure);

it('the table of the page about guessing has the figures that are in force', () => {
  const { place, strangers } = DELAYS;
  expect(figures).toEqual([
    `${place.free}`,
    `${place.longest / 3_600_000} h`,
    `${strangers.free}`,
    `${strangers.longest / 60_000} min`,
    `${STRANGERS}`,
    `${CEILING}`,
    `${LIMITS.burst}`,
    `${LIMITS.trickle} s`,
    `${FORGIVEN / 3_600_000} h`,
    '1 s',
  ]);
});
