/**
 * Reads what a PostgreSQL client sends and tells each statement that it executes, by its text: the
 * simple protocol's Query, and the extended protocol's Execute by way of Parse and Bind.
 */
export class StatementReader {
  #buffer: Buffer = Buffer.alloc(0);
  #started = false;
  readonly #prepared = new Map<string, string>();
  readonly #portals = new Map<string, string>();

  constructor(private readonly onStatement: (text: string) => void) {}

  read(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      // The start-up message alone has no type byte.
      const head = this.#started ? 1 : 0;
      if (this.#buffer.length < head + 4) return;
      const length = head + this.#buffer.readUInt32BE(head);
      if (this.#buffer.length < length) return;
      const message = this.#buffer.subarray(0, length);
      this.#buffer = this.#buffer.subarray(length);
      if (this.#started) this.#message(String.fromCharCode(message[0] ?? 0), message.subarray(5));
      this.#started = true;
    }
  }

  #message(type: string, body: Buffer): void {
    const [first = '', second = ''] = body.toString('latin1').split('\0', 2);
    if (type === 'Q') this.onStatement(first);
    if (type === 'P') this.#prepared.set(first, second);
    if (type === 'B') this.#portals.set(first, this.#prepared.get(second) ?? '');
    if (type === 'E') this.onStatement(this.#portals.get(first) ?? '');
  }
}
