/** `npm run new model|event|job|command NAME`: writes the files of a new one with their test. */
import { join } from 'node:path';
import { messageOf, Rejected } from '../../../warehouse/errors.ts';
import { scaffold } from './scaffold.ts';

try {
  const { written, next } = scaffold(join(import.meta.dirname, '../../..'), process.argv.slice(2));
  console.log(`Written, and ready for npm run check:\n${written.map((path) => `  ${path}\n`).join('')}\n${next}`);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = error instanceof Rejected ? 2 : 1;
}
