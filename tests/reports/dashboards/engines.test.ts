import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindCard } from '../../../reports/dashboards/card-sql.ts';
import { CARDS } from '../../../reports/dashboards/cards.ts';
import { tablesIn } from '../../../transforms/engine/graph.ts';
import { MODELS } from '../../../transforms/models.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { selectRows } from '../../../warehouse/table-queries.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { PUBLISHED_ENGINES, publishedEngines } from '../../support/published.ts';
import type { GivenTable } from '../../support/scenarios.ts';
import { openClosedJanuary } from '../../transforms/closed-january.ts';

/** Each card gives on the marts of a closed month, wherever they are published, what the warehouse itself gives. */

let january: Warehouse;
beforeAll(async () => {
  january = await openClosedJanuary();
});
afterAll(() => january.close());

const { rowsOn } = publishedEngines();

describe.each([...CARDS.values()])('$name', (card) => {
  const [sql] = bindCard({ ...card, locked: [] }, {});

  test('has the same rows on every engine', async () => {
    const given = await Promise.all(tablesIn(card.sql).map(martOf));
    const wanted = (await january.query(sql)).map((row) =>
      Object.entries(row)
        .map(([name, value]) => `${name}: ${value}`)
        .join(', '),
    );
    for (const engine of PUBLISHED_ENGINES) expect(await rowsOn(engine)(sql, given), engine).toEqual(wanted.sort());
  });
});

test('most cards have rows in the closed month', async () => {
  const counts = await Promise.all(
    [...CARDS.values()].map(async (card) => (await january.query(bindCard({ ...card, locked: [] }, {})[0])).length),
  );
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(20);
});

async function martOf(name: string): Promise<GivenTable> {
  const model = requirePresent(
    MODELS.find((each) => each.name === name),
    `No model is named ${name}.`,
  );
  const shape = { ...model, columns: model.columns.map((column) => ({ ...column, optional: true })) };
  return {
    shape: { name, meaning: shape.meaning, columns: shape.columns },
    rows: await january.query(...selectRows(model)),
  };
}
