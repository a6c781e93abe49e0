import type { Command } from 'commander';
import { examples } from './cli.js';
import { print } from './output.js';

export function documentsCommand(program: Command): void {
  program
    .command('documents <paths...>')
    .description('print the manifest of .graphql files, for TRUSTED_DOCUMENTS')
    .addHelpText('after', examples('documents src/queries > documents.json'))
    .action(async (paths: string[]) => {
      const { collectDocuments, formatManifest } = await import('../limits/trusted/index.js');
      const { readSchemaFiles } = await import('./policy/sources.js');
      print(formatManifest(collectDocuments(readSchemaFiles(paths))));
    });
}
