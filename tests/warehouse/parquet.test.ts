import { expect, test } from 'vitest';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { InvariantBroken } from '../../warehouse/errors.ts';
import type { TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';

const TEXTS = [
  '',
  'a',
  ' ',
  'null',
  '"quoted", \\N',
  'two\r\nlines',
  'NUL \0.',
  '\u2028é 👩‍👩‍👧',
  'x'.repeat(127),
  'é'.repeat(300),
  'y\ud800',
];

const table = (name: string): TableShape => ({
  name: `raw.${name}`,
  meaning: 'A table of every type.',
  columns: [
    { name: 'position', type: 'int64', optional: false },
    ...(['partial', 'same', 'short', 'never'] as const).map((each) => ({
      name: each,
      type: 'string' as const,
      optional: true,
    })),
    { name: 'exact', type: 'numeric', optional: true },
    { name: 'truth', type: 'bool', optional: true },
    { name: 'ratio', type: 'float', optional: true },
    { name: 'at', type: 'timestamp', optional: true },
    { name: 'day', type: 'date', optional: true },
  ],
});

const rows = Array.from(
  { length: 1_200 },
  (_, index): ValueRow => ({
    position: index % 7 === 0 ? 2n ** 62n + BigInt(index) : index,
    partial: index % 3 === 0 ? null : (TEXTS[index % TEXTS.length] ?? null),
    same: 'the same, é',
    ...(index > 900 && { short: `é ${index}` }),
    never: null,
    exact: `${index}.000000001`,
    truth: index % 2 === 0,
    ratio: index % 5 === 0 ? 1e300 : index / 3,
    at: '2026-01-31T23:59:59.123456Z',
    day: index % 2 === 0 ? '2026-01-31' : null,
  }),
);

test('Many rows in a file are stored like a few in a parameter', async () => {
  const warehouse = await openDuckDb({ path: ':memory:' });
  const [file, parameter] = [table('file'), table('parameter')];
  await warehouse.transaction(async (writer) => {
    await writer.migrate([file, parameter]);
    await writer.append(file, rows);
    for (let from = 0; from < rows.length; from += 400) await writer.append(parameter, rows.slice(from, from + 400));
  });
  const stored = (name: string) => warehouse.query(`select * from raw.${name} order by position`);
  expect(await stored('file')).toEqual(await stored('parameter'));
  expect(
    await warehouse.query(`select count(*) as n, count(partial) as partial, count(never) as never from raw.file`),
  ).toEqual([{ n: 1_200n, partial: 800n, never: 0n }]);

  // Rows that are all the same, or have no value at all.
  await warehouse.transaction(async (writer) => {
    await writer.append(
      file,
      Array.from({ length: 600 }, () => ({ position: -1, same: 'x' })),
    );
    const unknown = writer.append(
      file,
      Array.from({ length: 600 }, (_, index) => ({ position: index, other: 1 })),
    );
    await expect(unknown).rejects.toThrow(InvariantBroken);
  });
  expect(await warehouse.query(`select count(*) as n, min(same) as same from raw.file where position = -1`)).toEqual([
    { n: 600n, same: 'x' },
  ]);
  await warehouse.close();
});
