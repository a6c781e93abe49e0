import { readConfig } from '../../src/config/index.js';
import { StartupError } from '../../src/errors/index.js';

export type Environment = Record<string, string>;

export const SECRET = 'n2Vq8xKf0LzTgYbRw4Jd7mCsHpUaE1oXiQ6vNt3kWyM=';
export const PRODUCTION = {
  NODE_ENV: 'production',
  PORTCULLIS_SECRET: SECRET,
  DATABASE_URL: 'postgres://app:pw@db:5432/app',
};

/** Every problem that the start-up error lists; the first line says what they are about. */
export function problems(env: Environment): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    const [title, ...lines] = (error as StartupError).message.split('\n');
    expect(title).toBe('The configuration is not valid:');
    return lines.map((line) => line.trim());
  }
}
