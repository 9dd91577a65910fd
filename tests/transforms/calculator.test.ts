import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBigQuery } from '../../warehouse/bigquery/bigquery.ts';
import { parseBigQueryAddress } from '../../warehouse/bigquery/client/address.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { type LocalBigQuery, startBigQuery } from '../support/bigquery/local-bigquery.ts';
import { disagreement, type Scene } from '../support/calculator/agreement.ts';
import { FULL_RUN } from '../support/full-run.ts';
import { missingGoogleSql } from '../support/googlesql/server.ts';
import { openTestWarehouse, openThoroughWarehouse } from './small-month.ts';

/**
 * The models agree with a calculator that is written from DECISIONS.md alone, on small marketplaces in which everything that
 * can go wrong does.
 */

const CLOSINGS = [
  { period: '2026-01', cutoff: '2026-02-03T08:00:00.000Z' },
  { period: '2026-02', cutoff: '2026-03-02T08:00:00.000Z' },
  { period: '2026-03', cutoff: '2026-04-05T08:00:00.000Z' },
  { period: '2026-04', cutoff: '2026-05-01T00:00:00.000Z' },
];

/** The calendar year of taxes ends between the second and the third, which is credited on the first of January. */
const OVER_THE_YEAR = [
  { period: '2026-10', cutoff: '2026-11-03T08:00:00.000Z' },
  { period: '2026-11', cutoff: '2026-12-02T08:00:00.000Z' },
  { period: '2026-12', cutoff: '2027-01-05T08:00:00.000Z' },
];

/** Five scenes of forty marketplaces, in which two to four months are closed; the third alone unless the run is a full one. */
const SCENES: readonly Scene[] = (FULL_RUN ? [0, 1, 2, 3, 4] : [2]).map((scene) => ({
  seeds: Array.from({ length: 40 }, (_, index) => scene * 40 + index + 1),
  closings: scene === 4 ? OVER_THE_YEAR : CLOSINGS.slice(0, 2 + (scene % 3)),
}));
const titled = (scene: Scene): { title: string; scene: Scene } => ({
  title: `marketplaces ${scene.seeds[0]} to ${scene.seeds.at(-1)}, ${scene.closings.length} months`,
  scene,
});

test.each(SCENES.map(titled))('DuckDB agrees on $title', async ({ scene }) => {
  await using warehouse = closing(await openThoroughWarehouse());
  expectNone(await disagreement(warehouse.opened, scene));
});

// A full run compares the local BigQuery too: there each month takes several seconds.
describe.skipIf(missingGoogleSql ?? !FULL_RUN)('BigQuery', () => {
  let local: LocalBigQuery | undefined;
  beforeAll(async () => {
    local = await startBigQuery({ projectId: 'acme-test' });
  });
  afterAll(() => local?.stop());

  const few = SCENES.slice(0, 1).map(({ seeds, closings }) => ({
    seeds: seeds.slice(0, 20),
    closings: closings.slice(0, 2),
  }));
  test.each(few.map(titled))('agrees on $title', async ({ scene }) => {
    const address = parseBigQueryAddress('bigquery://acme-test/calculator');
    const { url: apiEndpoint } = requirePresent(local, 'The local BigQuery must run.');
    const opened = openBigQuery({ address, apiEndpoint, wait: async () => undefined });
    await using warehouse = closing(await openTestWarehouse(opened));
    expectNone(await disagreement(warehouse.opened, scene));
  });
});

function closing<T extends { close(): Promise<void> }>(opened: T): AsyncDisposable & { readonly opened: T } {
  return { opened, [Symbol.asyncDispose]: () => opened.close() };
}

/** The text is the message, in full. */
function expectNone(differences: string): void {
  expect(differences === '', differences).toBe(true);
}
