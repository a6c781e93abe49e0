import { readFileSync } from 'node:fs';
import type { Config } from '../config/index.js';
import { StartupError } from '../errors/index.js';
import { readOperations } from '../graphql/index.js';
import { TrustedDocuments, collectDocuments, readManifest } from '../limits/trusted/index.js';

/** Our own operations and those of the manifest; undefined where any document is answered. @throws StartupError */
export function trustedDocumentsOf(config: Config): TrustedDocuments | undefined {
  const { trustedDocuments: file, trustedDocumentsOnly } = config;
  const given = file === undefined ? [] : readManifest(read(file), file);
  if (!trustedDocumentsOnly) return undefined;
  return new TrustedDocuments([...collectDocuments(readOperations()), ...given]);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new StartupError(`TRUSTED_DOCUMENTS: cannot read ${file}: ${code}.`);
  }
}
