import pg from 'pg';

/** Transactions that a test leaves open; each rolls back when its connection ends. */
export class OpenTransactions {
  readonly #clients: pg.Client[] = [];

  async begin(url: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url });
    this.#clients.push(client);
    await client.connect();
    await client.query('BEGIN');
    return client;
  }

  async endAll(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.end()));
  }
}
