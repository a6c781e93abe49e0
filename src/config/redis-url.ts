interface Address {
  readonly host: string;
  readonly port: number;
}

interface Access {
  /** Whether every connection is TLS, those to the sentinels too. */
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

type Layout =
  | { readonly kind: 'single'; readonly address: Address; readonly db: number }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly Address[];
      /** What the sentinels call the primary. */
      readonly name: string;
      readonly db: number;
      readonly sentinelUsername: string | undefined;
      readonly sentinelPassword: string | undefined;
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly Address[] };

/** Where Redis is, and how it is laid out. */
export type RedisTarget = Access & Layout;

const URL_PARTS =
  /^(?<scheme>rediss?)(?<layout>\+sentinel|\+cluster|):\/\/(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<hosts>[^@/?#]+)(?<path>[^@?#]*)(?:\?(?<query>[^@#]*))?$/;
const HOST = /^(?:\[(?<ipv6>[\da-f:.]+)\]|(?<name>[\w.-]+))(?::(?<port>\d{1,5}))?$/i;
const DATABASE = /^\/?(?<db>\d{0,5})$/;
const NAMED = /^\/(?<name>[^/]+)(?:\/(?<db>\d{1,5}))?$/;
const NOTHING = /^\/?$/;

type Groups = Readonly<Record<string, string | undefined>>;

/**
 * Reads `redis://user:password@host:6379/0`, `redis+sentinel://host1:26379,host2:26379/name/0` or
 * `redis+cluster://host1:6379,host2:6379`; `rediss` in place of `redis` means TLS. Sentinels that have
 * credentials of their own get them as `?sentinelUsername=…&sentinelPassword=…`.
 * @returns undefined when the text is none of these.
 */
export function parseRedisUrl(text: string): RedisTarget | undefined {
  const parts: Groups | undefined = URL_PARTS.exec(text)?.groups;
  if (!parts) return undefined;
  try {
    const layout = readLayout(parts);
    return layout && { tls: parts['scheme'] === 'rediss', ...credentials(parts), ...layout };
  } catch {
    return undefined; // a percent sign that escapes nothing
  }
}

function readLayout({ layout, hosts = '', path = '', query }: Groups): Layout | undefined {
  const parameters = new URLSearchParams(query);
  switch (layout) {
    case '+sentinel': {
      const sentinels = addresses(hosts, 26_379);
      const found = NAMED.exec(path)?.groups;
      const name = decoded(found?.['name']);
      const sentinelUsername = taken(parameters, 'sentinelUsername');
      const sentinelPassword = taken(parameters, 'sentinelPassword');
      if (!sentinels || name === undefined || parameters.size > 0) return undefined;
      const db = Number(found?.['db'] ?? 0);
      return { kind: 'sentinel', sentinels, name, db, sentinelUsername, sentinelPassword };
    }
    case '+cluster': {
      const nodes = addresses(hosts, 6_379);
      if (!nodes || !NOTHING.test(path) || parameters.size > 0) return undefined;
      return { kind: 'cluster', nodes };
    }
    default: {
      const [address, ...others] = addresses(hosts, 6_379) ?? [];
      const db = DATABASE.exec(path)?.groups?.['db'];
      if (!address || others.length > 0 || db === undefined || parameters.size > 0)
        return undefined;
      return { kind: 'single', address, db: Number(db) };
    }
  }
}

function addresses(text: string, defaultPort: number): Address[] | undefined {
  const found = text.split(',').map((each) => HOST.exec(each.trim())?.groups);
  const list = found.map((groups) => ({
    host: groups?.['ipv6'] ?? groups?.['name'] ?? '',
    port: Number(groups?.['port'] ?? defaultPort),
  }));
  return list.every(({ host, port }) => host !== '' && port <= 65_535) ? list : undefined;
}

function credentials({ user, password }: Groups): Pick<Access, 'username' | 'password'> {
  return { username: decoded(user), password: decoded(password) };
}

function decoded(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : decodeURIComponent(text);
}

/** Reads a parameter once; what nobody takes is a mistake. */
function taken(parameters: URLSearchParams, name: string): string | undefined {
  const value = parameters.get(name) ?? undefined;
  parameters.delete(name);
  return value;
}
