import type { PublishedEngine } from '../../../transforms/metrics/published-sql.ts';
import { NotFound, Rejected } from '../../../warehouse/errors.ts';
import { DASHBOARDS, type Dashboard } from '../dashboards.ts';
import { cardBody, cardKeyOf, dashboardBody, entityIdOf, type PublishedAt, placedCards } from './bodies.ts';
import type { MetabaseApi } from './client.ts';

interface ProvisionRequest {
  /** The name of the database in Metabase, whose marts are read. */
  readonly database: string;
  readonly schema: string | undefined;
  readonly pagesUrl: string | undefined;
}

/** What Metabase has now. */
interface Provisioned {
  readonly dashboards: readonly {
    readonly dashboard: string;
    readonly dashboard_id: number;
    readonly cards_created: number;
    readonly cards_updated: number;
    readonly is_new: boolean;
  }[];
}

const COLLECTION = 'Tantieme';
const ENGINES: Readonly<Record<string, PublishedEngine>> = {
  postgres: 'postgresql',
  duckdb: 'duckdb',
  'bigquery-cloud-sdk': 'bigquery',
};

interface Listed {
  readonly id: number;
  readonly name: string;
}
type Item = Listed & { readonly model: string };

/**
 * Brings Metabase's collections, cards and dashboards to what is declared: running it again creates nothing twice. Cards are found by their
 * `entity_id`, also where somebody has moved them or put them into the trash, collections and dashboards by name. What people made beside them stays. Throws `NotFound` for an unknown database.
 */
export async function provision(
  api: MetabaseApi,
  { database, schema, pagesUrl }: ProvisionRequest,
): Promise<Provisioned> {
  const at = { ...(await requireDatabase(api, database)), schema, pagesUrl };
  if (at.engine === 'bigquery' && schema === undefined)
    throw new Rejected('On BigQuery the marts are found by their dataset; give it as the schema.');
  const root = await collectionNamed(api, { name: COLLECTION, parentId: null });
  const known = await knownCards(api);
  const dashboards = [];
  for (const dashboard of DASHBOARDS) dashboards.push(await provisionDashboard(api, dashboard, { at, root, known }));
  return { dashboards };
}

async function provisionDashboard(
  api: MetabaseApi,
  dashboard: Dashboard,
  { at, root, known }: { at: PublishedAt; root: number; known: ReadonlyMap<string, number> },
): Promise<Provisioned['dashboards'][number]> {
  const collectionId = await collectionNamed(api, { name: dashboard.title, parentId: root });
  const items = await itemsOf(api, collectionId);
  const cardIds = new Map<string, number>();
  let created = 0;
  for (const card of placedCards(dashboard)) {
    const entity_id = entityIdOf(cardKeyOf(dashboard, card));
    const body = cardBody(card, { ...at, collectionId });
    const id = known.get(entity_id);
    if (id === undefined) created++;
    const { id: cardId } =
      id === undefined
        ? await api.request<Listed>('POST', '/card', { ...body, entity_id })
        : await api.request<Listed>('PUT', `/card/${id}`, { ...body, archived: false });
    cardIds.set(card.name, cardId);
  }
  const existing = items.find(({ model, name }) => model === 'dashboard' && name === dashboard.title);
  const { id } =
    existing ??
    (await api.request<Listed>('POST', '/dashboard', {
      ...{ name: dashboard.title, description: dashboard.meaning, collection_id: collectionId },
    }));
  await arrange(api, dashboard, { id, cardIds, at });
  return {
    ...{ dashboard: dashboard.name, dashboard_id: id, is_new: existing === undefined },
    ...{ cards_created: created, cards_updated: cardIds.size - created },
  };
}

/** Puts the cards of a dashboard in their places; those that it has keep their numbers. */
async function arrange(
  api: MetabaseApi,
  dashboard: Dashboard,
  { id, cardIds, at }: { id: number; cardIds: ReadonlyMap<string, number>; at: PublishedAt },
): Promise<void> {
  const { dashcards } = await api.request<{ dashcards: { id: number; card_id: number | null }[] }>(
    'GET',
    `/dashboard/${id}`,
  );
  const numbers = new Map(
    [...cardIds].map(([name, cardId]) => {
      const dashcardId = dashcards.find(({ card_id }) => card_id === cardId)?.id;
      return [name, { cardId, dashcardId }] as const;
    }),
  );
  await api.request('PUT', `/dashboard/${id}`, dashboardBody(dashboard, numbers, at));
}

/** The numbers of all cards of Metabase by `entity_id`, which it takes only once. */
async function knownCards(api: MetabaseApi): Promise<ReadonlyMap<string, number>> {
  const known = new Map<string, number>();
  for (const filter of ['archived', 'all']) {
    const cards = await api.request<(Listed & { entity_id: string | null })[]>('GET', `/card?f=${filter}`);
    for (const { entity_id, id } of cards) if (entity_id !== null) known.set(entity_id, id);
  }
  return known;
}

async function requireDatabase(api: MetabaseApi, name: string): Promise<Pick<PublishedAt, 'databaseId' | 'engine'>> {
  const { data } = await api.request<{ data: (Listed & { engine: string })[] }>('GET', '/database');
  const found = data.find((each) => each.name === name);
  if (!found) {
    const names = data.map((each) => each.name).join(', ') || 'none';
    throw new NotFound(
      `Metabase has no database ${name}; its databases are: ${names}. Connect one first, as in warehouse/bi.md.`,
    );
  }
  const engine = ENGINES[found.engine];
  if (!engine) {
    throw new Rejected(
      `The database ${name} is of the kind ${found.engine}; marts are published to PostgreSQL, DuckDB and BigQuery.`,
    );
  }
  return { databaseId: found.id, engine };
}

async function collectionNamed(
  api: MetabaseApi,
  { name, parentId }: { name: string; parentId: number | null },
): Promise<number> {
  const items = await itemsOf(api, parentId ?? 'root');
  const found = items.find((item) => item.model === 'collection' && item.name === name);
  if (found) return found.id;
  return (await api.request<Listed>('POST', '/collection', { name, parent_id: parentId })).id;
}

/** Everything in a collection that is not archived, page by page. */
async function itemsOf(api: MetabaseApi, collection: number | 'root'): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (;;) {
    const path = `/collection/${collection}/items?limit=${PAGE}&offset=${items.length}`;
    const { data, total } = await api.request<{ data: Item[]; total: number }>('GET', path);
    items.push(...data);
    if (data.length === 0 || items.length >= total) return items;
  }
}
const PAGE = 200;
