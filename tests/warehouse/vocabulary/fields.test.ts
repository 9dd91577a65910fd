import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIELDS } from '../../../warehouse/vocabulary/fields.ts';

const FOLDER = join(import.meta.dirname, '../../../warehouse/vocabulary');

test('each name is declared by one subject, and every subject is part of the vocabulary', async () => {
  const declared: string[] = [];
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.ts'))) {
    const exported: Record<string, unknown> = await import(join(FOLDER, file));
    const subjects = Object.entries(exported).filter(([name]) => name.endsWith('_FIELDS'));
    declared.push(...subjects.flatMap(([, fields]) => Object.keys(fields as object)));
  }
  expect(declared.toSorted()).toEqual(Object.keys(FIELDS).toSorted());
});
