import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { validateSchema } from '@metabase/representations';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cardsOf, DASHBOARDS } from '../../../reports/dashboards/dashboards.ts';
import { type Dashcard, entityIdOf } from '../../../reports/dashboards/metabase/bodies.ts';
import { metabaseApi } from '../../../reports/dashboards/metabase/client.ts';
import { provision } from '../../../reports/dashboards/metabase/provision.ts';
import { type LocalMetabase, startMetabase } from '../../support/metabase/local-metabase.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';

const KEY = 'mb_local';
const REQUEST = { database: 'Tantieme', schema: undefined, pagesUrl: 'https://royalties.example.com' };

let metabase: LocalMetabase;
beforeAll(async () => {
  metabase = await startMetabase({ key: KEY });
});
afterAll(() => metabase.stop());

const api = () => metabaseApi({ url: metabase.url, key: KEY });
const counts = () => [metabase.collections.size, metabase.dashboards.size, metabase.cards.size];

const dashcardsOf = (dashboard: object = {}): readonly Dashcard[] => (dashboard as { dashcards: Dashcard[] }).dashcards;
const queryOf = (card: object = {}): string =>
  (card as { dataset_query: { native: { query: string } } }).dataset_query.native.query;

describe('provisioning', () => {
  test('makes collections, cards and dashboards once, and changes them when it runs again', async () => {
    // Each dashboard has its own, and which publication they read.
    const cards = DASHBOARDS.flatMap((dashboard) => [...dashboard.cards, 'publication']).length;
    const first = await provision(api(), REQUEST);
    expect(counts()).toEqual([DASHBOARDS.length + 1, DASHBOARDS.length, cards]);
    expect(first.dashboards.every(({ is_new }) => is_new)).toBe(true);
    const ids = [...metabase.dashboards.values()].map(({ dashcards }) => (dashcards as Dashcard[]).map(({ id }) => id));

    const again = await provision(api(), REQUEST);
    expect(counts()).toEqual([DASHBOARDS.length + 1, DASHBOARDS.length, cards]);
    expect(again.dashboards.map(({ cards_created, is_new }) => [cards_created, is_new])).toEqual(
      DASHBOARDS.map(() => [0, false]),
    );
    expect(
      [...metabase.dashboards.values()].map(({ dashcards }) => (dashcards as Dashcard[]).map(({ id }) => id)),
    ).toEqual(ids);
  });

  test('leaves what people made beside, but takes foreign cards off its dashboards', async () => {
    const [dashboard] = [...metabase.dashboards.values()];
    const { id, collection_id } = dashboard as { id: number; collection_id: number };
    const own = { name: 'Mine', display: 'table', visualization_settings: {}, collection_id };
    const dataset_query = { type: 'native', database: 7, native: { query: 'select 1', 'template-tags': {} } };
    await api().request('POST', '/card', { ...own, dataset_query });
    const before = metabase.cards.size;
    await provision(api(), REQUEST);
    expect(metabase.cards.size).toBe(before);
    expect(dashcardsOf(metabase.dashboards.get(id)).length).toBe((DASHBOARDS[0]?.cards.length ?? 0) + 1);
  });

  test('takes back cards that somebody has moved or put into the trash', async () => {
    const before = structuredClone(metabase.cards);
    const [moved, removed] = [...before.values()].filter(({ entity_id }) => entity_id !== null);
    await api().request('PUT', `/card/${moved?.id}`, { collection_id: null });
    await api().request('PUT', `/card/${removed?.id}`, { archived: true });
    const { dashboards } = await provision(api(), REQUEST);
    expect(dashboards.map(({ cards_created }) => cards_created)).toEqual(DASHBOARDS.map(() => 0));
    expect(metabase.cards).toEqual(before);
  });

  test('says what is wrong with the database or the key', async () => {
    await expect(provision(api(), { ...REQUEST, database: 'Other' })).rejects.toThrow(
      'Metabase has no database Other; its databases are: Sample Database, Tantieme.',
    );
    await expect(provision(api(), { ...REQUEST, database: 'Sample Database' })).rejects.toThrow('is of the kind h2');
    const withoutKey = metabaseApi({ url: metabase.url, key: 'wrong' });
    await expect(provision(withoutKey, REQUEST)).rejects.toThrow('give the API key of the group Administrators');
  });
});

describe('what is provisioned', () => {
  test('has every card on the grid of 24 columns, none over another', () => {
    for (const { name, dashcards } of metabase.dashboards.values()) {
      const cells = (dashcards as Dashcard[]).flatMap(({ row, col, size_x, size_y }) => {
        expect(col + size_x, String(name)).toBeLessThanOrEqual(24);
        return Array.from({ length: size_y }, (_, y) =>
          Array.from({ length: size_x }, (_, x) => `${row + y}/${col + x}`),
        ).flat();
      });
      expect(new Set(cells).size, String(name)).toBe(cells.length);
    }
  });

  test('has only SQL of published marts, and restricts by every filter', () => {
    const queries = [...metabase.cards.values()].map(queryOf);
    expect(queries.filter((query) => /\b(fn|tantieme|ledger|raw)\.|\$\d/.test(query))).toEqual([]);
  });

  test('shows on every dashboard which publication it reads', () => {
    for (const { name, dashcards } of metabase.dashboards.values()) {
      const last = (dashcards as Dashcard[]).at(-1)?.card_id ?? 0;
      expect(queryOf(metabase.cards.get(last)), String(name)).toMatch(/\bseal\b[\s\S]*\bfrom publication\b/);
    }
  });

  test('has words instead of codes, in the order of the codes', () => {
    const [funnel] = [...metabase.cards.values()].filter(({ name }) => name === 'Steps of new creators').map(queryOf);
    expect(funnel).toContain(`when '2_verified' then 'verified'`);
    expect(funnel).toMatch(/order by figures\.period, figures\.milestone$/);
  });

  test('locks the creator of the embedded dashboard, whose queries cannot run without one', () => {
    const embedded = [...metabase.dashboards.values()].filter(({ enable_embedding }) => enable_embedding);
    expect(embedded.map(({ embedding_params }) => embedding_params)).toEqual([
      { from: 'enabled', to: 'enabled', currency: 'enabled', creator_id: 'locked' },
    ]);
    for (const { card_id } of dashcardsOf(embedded[0]).slice(0, -1)) {
      expect(queryOf(metabase.cards.get(card_id))).toMatch(/\nand creator_id = \{\{creator_id\}\}\n/);
    }
  });

  test('has the shapes of Metabase’s own schemas', async () => {
    await using folder = await temporaryFolder();
    await writeRepresentations(folder.path);
    const { results, failed } = validateSchema({ folder: folder.path });
    expect(results.filter(({ status }) => status === 'fail')).toEqual([]);
    expect([results.length > 40, failed]).toEqual([true, 0]);
  });
});

/** Cards and dashboards as files of Metabase's serialization, as far as the same values are in both. JSON is YAML. */
async function writeRepresentations(folder: string): Promise<void> {
  const collections = join(folder, 'collections');
  await mkdir(collections);
  const by = 'admin@market.example';
  const entityOf = new Map(
    [...metabase.cards.values()].map(({ id, entity_id }) => [id, entity_id ?? entityIdOf('Mine')]),
  );
  for (const {
    id,
    name,
    display,
    description = null,
    dataset_query,
    visualization_settings,
  } of metabase.cards.values()) {
    const { native } = dataset_query as { native: { query: string; 'template-tags': object } };
    const entity_id = entityOf.get(id);
    const stage = { 'lib/type': 'mbql.stage/native', native: native.query, 'template-tags': native['template-tags'] };
    const query = { 'lib/type': 'mbql/query', database: 'Tantieme', stages: [stage] };
    const card = {
      name,
      entity_id,
      display,
      description,
      creator_id: by,
      dataset_query: query,
      visualization_settings,
    };
    await write(join(collections, `card-${id}.yaml`), card, [{ id: entity_id, model: 'Card' }]);
  }
  for (const { id, name, description, parameters, dashcards, enable_embedding } of metabase.dashboards.values()) {
    const entity_id = entityIdOf(`dashboard/${name}`);
    const placed = (dashcards as Dashcard[]).map(({ id: number, card_id, parameter_mappings, ...place }) => ({
      ...{ ...place, entity_id: entityIdOf(String(number)), card_id: entityOf.get(card_id) },
      parameter_mappings: parameter_mappings.map((mapping) => ({ ...mapping, card_id: entityOf.get(card_id) })),
      'serdes/meta': [
        { id: entity_id, model: 'Dashboard' },
        { id: entityIdOf(String(number)), model: 'DashboardCard' },
      ],
    }));
    const dashboard = { name, entity_id, description, creator_id: by, parameters, enable_embedding, dashcards: placed };
    await write(join(collections, `dashboard-${id}.yaml`), dashboard, [{ id: entity_id, model: 'Dashboard' }]);
  }
}

async function write(path: string, value: object, meta: readonly object[]): Promise<void> {
  await writeFile(path, JSON.stringify({ ...value, 'serdes/meta': meta }));
}

test('every card of a dashboard is declared, and none twice', () => {
  for (const dashboard of DASHBOARDS) {
    expect(cardsOf(dashboard).length).toBe(new Set(dashboard.cards).size);
  }
});
