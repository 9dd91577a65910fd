import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LONGEST } from './longest-first.ts';

test('the files that start first exist', () => {
  expect(LONGEST.filter((path) => !existsSync(join(import.meta.dirname, '../..', path)))).toEqual([]);
});
