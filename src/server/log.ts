import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type Log = Logger;

/** Facts, and then what they mean in words; or words alone. */
interface LogLine {
  (facts: object, message?: string): void;
  (message: string): void;
}

/** As much of a log as whatever serves nothing itself needs; those of pino fit. */
export interface LogLines {
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}

/** JSON lines. Requests appear by method and path alone: no header, query string or variable is logged. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    // A second wall: whatever an object that reaches the log happens to carry.
    redact: {
      paths: [
        'authorization',
        'cookie',
        'password',
        'token',
        'accessToken',
        'refreshToken',
        'secret',
      ].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
