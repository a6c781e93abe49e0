import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WEBHOOK_EVENTS } from '../../src/config/webhooks.js';
import { TYPES, toldAs } from '../../src/webhooks/message.js';
import { signedHeaders } from '../../src/webhooks/signature.js';
import type { AuditType } from '../../src/stores/index.js';

const PAGE = readFileSync(join(__dirname, '../../docs/webhooks.md'), 'utf8');
const [, snippet = ''] = /^```js\n([\s\S]*?)^```$/m.exec(PAGE) ?? [];

it('the page’s table has every event, its type, and the events of the log', () => {
  const rows = [...PAGE.matchAll(/^\| `([a-z-]+)` +\| `(.*?)` +\| (.*?) *\|$/gm)];
  expect(rows.map(([, name, type]) => [name, type])).toEqual(
    WEBHOOK_EVENTS.map((name) => [name, TYPES[name]]),
  );
  for (const [, name, , types = ''] of rows) {
    const told = [...types.matchAll(/`(.*?)`/g)].map(([, type]) => toldAs(type as AuditType));
    expect(told).toEqual(told.map(() => name));
    expect(told.length).toBeGreaterThan(0);
  }
});

it('the page’s check of a signature accepts ours, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-webhook-'));
  const key = Buffer.from('of thirty-two bytes, or of more!');
  const secrets = [key.toString(), `whsec_${key.toString('base64')}`];
  const body = '{"data":"ü"}';
  const headers = signedHeaders({ id: 'msg_1', body, timestamp: 1_000 }, [Buffer.alloc(32), key]);
  const asked = [
    ...secrets.map((secret) => [headers, body, secret, 1_300]),
    [headers, `${body} `, secrets[0], 1_000],
    [headers, body, `${key.toString()}?`, 1_000],
    [headers, body, secrets[0], 1_301],
    [{ ...headers, 'webhook-id': 'msg_2' }, body, secrets[0], 1_000],
    [{ ...headers, 'webhook-timestamp': '1001' }, body, secrets[0], 1_000],
    [{}, body, secrets[0], 1_000],
  ];
  const program = `${snippet}
    console.log(JSON.stringify(${JSON.stringify(asked)}.map((each) => isOurs(...each))));`;
  await writeFile(join(folder, 'check.mjs'), program);
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'check.mjs')]);
  await rm(folder, { recursive: true });
  expect(JSON.parse(stdout)).toEqual([true, true, ...Array<boolean>(6).fill(false)]);
});
