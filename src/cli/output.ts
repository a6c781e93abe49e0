/** Writes an answer. Nothing but answers goes to standard output. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Writes an answer for programs; times are ISO 8601. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** What people should know beside the answer. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A reader that has seen enough, such as `head`, is no failure of ours. */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE') return;
      process.exitCode = 1;
      if (stream === process.stdout) note(`Cannot write the answer: ${code ?? 'unknown error'}.`);
    });
  }
}
