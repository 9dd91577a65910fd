import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AccountingFile, parseAccountingFile } from '../../../reports/journal/accounting-file.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';

const README = readFileSync(join(import.meta.dirname, '../../../reports/journal/README.md'), 'utf8');

/** The example of the README, as text. */
export const EXAMPLE = requirePresent(/```json\n([\s\S]+?)```/.exec(README)?.[1], 'The README has an example.');

export const EXAMPLE_FILE: AccountingFile = parseAccountingFile(Buffer.from(EXAMPLE), 'example.json');
