import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inOrder, tablesIn } from '../../../transforms/engine/graph.ts';
import type { Model } from '../../../transforms/engine/model.ts';
import { MODELS } from '../../../transforms/models.ts';
import { stgRudderAssets } from '../../../transforms/staging/stg_rudder__assets.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';

function model(name: string, { reads, sql = `select 1 from ${reads.join(', ')}` }: { reads: string[]; sql?: string }) {
  return { ...stgRudderAssets, name, reads, readsPrevious: [], sql } satisfies Model;
}

test('every model comes once, after all models that it reads', () => {
  const names = inOrder(MODELS.toReversed()).map(({ name }) => name);
  expect(names.toSorted()).toEqual(MODELS.map(({ name }) => name).sort());
  for (const { name, reads } of MODELS) {
    for (const read of reads) expect(names.indexOf(read), `${read} before ${name}`).toBeLessThan(names.indexOf(name));
  }
});

test('a table that is read but not declared is reported', () => {
  const undeclared = model('tantieme.a', { reads: ['raw.x'], sql: 'select 1 from raw.x join seeds.y on true' });
  expect(() => inOrder([undeclared])).toThrow(
    new InvariantBroken('tantieme.a reads raw.x, seeds.y, but declares raw.x.'),
  );
});

test('a table that is declared but not read is reported', () => {
  const unread = model('tantieme.a', { reads: ['raw.x', 'ledger.y'], sql: 'select 1 from raw.x' });
  expect(() => inOrder([unread])).toThrow('tantieme.a reads raw.x, but declares ledger.y, raw.x.');
});

test('a table in a comment does not count as read', () => {
  expect(tablesIn('-- as raw.y has it\nselect x.a from raw.x as x -- not stripe.z')).toEqual(['raw.x']);
});

test('a cycle is reported with all its models', () => {
  const circle = [
    model('tantieme.a', { reads: ['tantieme.b'] }),
    model('tantieme.b', { reads: ['tantieme.c'] }),
    model('tantieme.c', { reads: ['tantieme.a'] }),
  ];
  expect(() => inOrder(circle)).toThrow(
    new InvariantBroken('The models form a cycle: tantieme.a → tantieme.b → tantieme.c → tantieme.a.'),
  );
});

test('reading a model that does not exist is reported', () => {
  expect(() => inOrder([model('tantieme.a', { reads: ['tantieme.gone'] })])).toThrow(
    new InvariantBroken('tantieme.a reads tantieme.gone, which is not a model.'),
  );
});

test('every model is in the diagram of the README', () => {
  const readme = readFileSync(new URL('../../../transforms/README.md', import.meta.url), 'utf8');
  for (const { name } of MODELS) expect(readme).toContain(name.replace(/^(tantieme|steps)\./, ''));
});
