import { constants } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';

const ROTATE_ABOVE = 4 * 1024 * 1024;
const TAIL = 64 * 1024;

/** PostgreSQL's own log. It writes there itself, so the log outlives a kill of this process. */
export interface ServerLog {
  path: string;
  fd: number;
  /** The line of this start that best tells what went wrong. */
  failure(): Promise<string>;
  close(): Promise<void>;
}

/** Opens the log to be appended to; one that has grown large is set aside first. */
export async function openServerLog(path: string): Promise<ServerLog> {
  let file = await openFile(path);
  let start = (await file.stat()).size;
  if (start > ROTATE_ABOVE) {
    await file.close();
    await rename(path, `${path}.1`);
    file = await openFile(path);
    start = 0;
  }
  return {
    path,
    fd: file.fd,
    failure: async () => mostTelling(await textFrom(file, start)),
    close: () => file.close(),
  };
}

function openFile(path: string): Promise<FileHandle> {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  return open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
}

async function textFrom(file: FileHandle, start: number): Promise<string> {
  const { size } = await file.stat();
  const from = Math.max(start, size - TAIL);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
  return buffer.toString('utf8', 0, bytesRead);
}

function mostTelling(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.findLast((line) => /\b(FATAL|PANIC):/.test(line)) ?? lines.at(-1);
  // Without the time and process number that stand before the severity.
  return (telling ?? 'it wrote nothing').replace(/^\S+ \S+ \S+ \[\d+\] /, '').trim();
}
