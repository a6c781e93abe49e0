/** Milliseconds. */
const ACCESS_TTL = 300_000;
const GRACE = 30_000;

interface Session {
  counter: number;
  /** When each refresh token was used first. */
  readonly usedAt: number[];
  /** Who signed in. */
  readonly email: string;
  authenticatedAt: number;
  ended: string | null;
}

export interface Asked {
  readonly query: string;
  readonly bearer: string | null;
  readonly refreshToken: string | null;
  readonly email: string;
}

export interface Told {
  readonly status: number;
  readonly body: object;
  /** Undefined: it stays as it is. */
  readonly cookie?: string | null;
}

const refused = (code: string, reason: string, status = 200): Told => ({
  status,
  body: {
    ...(status === 200 && { data: null }),
    errors: [{ message: reason, extensions: { code, reason } }],
  },
});

/** What the server does, as far as its clients can tell: refresh tokens with a grace, and ends. */
export class ModelServer {
  readonly sessions = new Map<string, Session>();
  readonly #now: () => number;
  readonly #isCookie: boolean;

  constructor(now: () => number, isCookie: boolean) {
    this.#now = now;
    this.#isCookie = isCookie;
  }

  end(id: string, reason: string): void {
    const session = this.sessions.get(id);
    if (session) session.ended ??= reason;
  }

  answer({ query, bearer, refreshToken, email }: Asked): Told {
    if (query.startsWith('mutation Login')) return this.#login(email);
    if (query.startsWith('mutation Refresh')) return this.#refresh(refreshToken);
    if (query.startsWith('mutation Logout')) {
      for (const token of [bearer, refreshToken]) this.end(idIn(token), 'SESSION_REVOKED');
      const cleared = refreshToken === null ? {} : { cookie: null };
      return { status: 200, body: { data: { logout: true } }, ...cleared };
    }
    if (query.startsWith('mutation Reauthenticate')) return this.#prove(bearer);
    return this.#read(query, bearer);
  }

  #login(email: string): Told {
    const id = `s${this.sessions.size + 1}`;
    this.sessions.set(id, {
      ...{ counter: 0, usedAt: [], ended: null, email },
      authenticatedAt: this.#now(),
    });
    return this.#tokens('login', id);
  }

  #refresh(token: string | null): Told {
    const id = idIn(token);
    const session = this.sessions.get(id);
    if (!session) return refused('REFRESH_REJECTED', 'REFRESH_INVALID');
    const used = Number(token?.split(':')[2]);
    if (session.ended === null && used < session.counter) {
      const isLate = this.#now() - (session.usedAt[used] ?? 0) > GRACE;
      if (isLate) this.end(id, 'REFRESH_REUSED');
    }
    if (session.ended !== null)
      return { ...refused('REFRESH_REJECTED', session.ended), cookie: null };
    if (used === session.counter) {
      session.usedAt.push(this.#now());
      session.counter += 1;
    }
    return this.#tokens('refresh', id);
  }

  #prove(bearer: string | null): Told {
    const refusal = this.#refusalOf(bearer);
    if (refusal) return refusal;
    const id = idIn(bearer);
    this.sessions.get(id)!.authenticatedAt = this.#now();
    return this.#tokens('reauthenticate', id);
  }

  #read(query: string, bearer: string | null): Told {
    if (bearer === null) return { status: 200, body: { data: { me: null } } };
    const refusal = this.#refusalOf(bearer);
    if (refusal) return refusal;
    const mySessions = [this.#sessionOf(idIn(bearer))];
    const data = query.includes('mySessions') ? { mySessions } : { me: USER };
    return { status: 200, body: { data } };
  }

  #refusalOf(bearer: string | null): Told | undefined {
    if (bearer === null) return refused('UNAUTHENTICATED', 'NO_TOKEN', 401);
    const session = this.sessions.get(idIn(bearer));
    if (session?.ended !== null) return refused('UNAUTHENTICATED', 'SESSION_REVOKED', 401);
    const isOver = Number(bearer.split(':')[3]) <= this.#now();
    return isOver ? refused('UNAUTHENTICATED', 'TOKEN_EXPIRED', 401) : undefined;
  }

  #tokens(field: string, id: string): Told {
    const now = this.#now();
    const { counter } = this.sessions.get(id)!;
    const refreshToken = `r:${id}:${counter}`;
    const payload = {
      accessToken: `a:${id}:${counter}:${now + ACCESS_TTL}`,
      accessTokenExpiresAt: new Date(now + ACCESS_TTL).toISOString(),
      expiresIn: ACCESS_TTL / 1_000,
      refreshToken: this.#isCookie ? null : refreshToken,
      ...{ session: this.#sessionOf(id), user: USER },
    };
    const cookie = this.#isCookie ? { cookie: refreshToken } : {};
    return { status: 200, body: { data: { [field]: payload } }, ...cookie };
  }

  #sessionOf(id: string) {
    const { authenticatedAt } = this.sessions.get(id)!;
    return { id, current: true, authenticatedAt: new Date(authenticatedAt).toISOString() };
  }
}

export const idIn = (token: string | null): string => token?.split(':')[1] ?? '';

const USER = { id: 'ada', email: 'ada@example.com', scopes: [] };

export function responseOf({ status, body }: Told): Response {
  const text = JSON.stringify(body);
  const response = {
    status,
    headers: new Headers({ 'content-type': 'application/json' }),
    json: () => Promise.resolve(JSON.parse(text) as unknown),
    text: () => Promise.resolve(text),
    clone: () => response,
  };
  return response as unknown as Response;
}
