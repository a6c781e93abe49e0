import { OPTIONS, environment, readConfig } from '../config/index.js';
import type { Config, OptionName } from '../config/index.js';

type Words<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Capitalize<Lowercase<Head>>}${Words<Tail>}`
  : Capitalize<Lowercase<S>>;
type Plain<S extends string> = S extends `PORTCULLIS_${infer Rest}` ? Rest : S;

/** How a setting is called in code: `DATABASE_URL` is `databaseUrl`, `PORTCULLIS_SCHEME` is `scheme`. */
export type SettingName<N extends OptionName> = Uncapitalize<Words<Plain<N>>>;

/** Settings of the server that say nothing where somebody else serves. */
type NotHere =
  | 'HOST'
  | 'PORT'
  | 'METRICS_PORT'
  | 'PORTCULLIS_SERVICE_TOKENS'
  | 'TRUSTED_DOCUMENTS'
  | 'TRUSTED_DOCUMENTS_MODE';

/**
 * Every setting of the README's configuration table, in the notation of its variable: `accessTtl: '5m'`,
 * `scheme: 'sliding'`. What is not given comes from the environment, and then from the defaults.
 */
export type Settings = {
  readonly [N in Exclude<OptionName, NotHere> as SettingName<N>]?:
    string | number | boolean | undefined;
};

function nameOf(option: string): string {
  return option
    .replace(/^PORTCULLIS_/, '')
    .toLowerCase()
    .replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** @throws StartupError that lists every problem; it never repeats a value. */
export function configOf(settings: Settings): Config {
  const env: Record<string, string | undefined> = { ...environment() };
  const given = settings as Readonly<Record<string, string | number | boolean | undefined>>;
  for (const option of Object.keys(OPTIONS)) {
    const value = given[nameOf(option)];
    if (value !== undefined) env[option] = String(value);
  }
  return readConfig(env);
}
