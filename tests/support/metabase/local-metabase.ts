import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { invariant } from '../../../warehouse/invariant.ts';

/**
 * The part of Metabase's REST API that provisioning uses, in memory: closed bodies (an unknown key is an error), numbers for ids, and what refers to
 * nothing is refused. Source: Metabase's API documentation, and the names of keys in `@metabase/representations`.
 */

export interface LocalMetabase {
  readonly url: string;
  readonly cards: ReadonlyMap<number, Record<string, unknown>>;
  readonly dashboards: ReadonlyMap<number, Record<string, unknown>>;
  readonly collections: ReadonlyMap<number, Record<string, unknown>>;
  stop(): Promise<void>;
}

type Json = Record<string, unknown>;

const BODIES: Readonly<Record<string, { readonly required: readonly string[]; readonly optional: readonly string[] }>> =
  {
    'POST /collection': { required: ['name'], optional: ['description', 'parent_id', 'authority_level'] },
    'POST /card': {
      required: ['name', 'dataset_query', 'display', 'visualization_settings'],
      optional: [
        'description',
        'collection_id',
        'collection_position',
        'entity_id',
        'parameters',
        'type',
        'result_metadata',
      ],
    },
    'PUT /card': {
      required: [],
      optional: [
        ...['name', 'description', 'dataset_query', 'display', 'visualization_settings', 'collection_id', 'archived'],
        ...['parameters', 'type', 'enable_embedding', 'embedding_params', 'cache_ttl'],
      ],
    },
    'POST /dashboard': { required: ['name'], optional: ['description', 'collection_id', 'parameters', 'cache_ttl'] },
    'PUT /dashboard': {
      required: [],
      optional: [
        ...['name', 'description', 'parameters', 'dashcards', 'tabs', 'enable_embedding', 'embedding_params', 'width'],
        ...['collection_id', 'archived', 'position', 'cache_ttl', 'auto_apply_filters'],
      ],
    },
  };
const DASHCARD = {
  required: ['id', 'row', 'col', 'size_x', 'size_y'],
  optional: [
    'card_id',
    'parameter_mappings',
    'visualization_settings',
    'series',
    'dashboard_tab_id',
    'inline_parameters',
  ],
};
const PARAMETER = {
  required: ['id', 'name', 'slug', 'type'],
  optional: ['default', 'required', 'sectionId', 'values_query_type', 'values_source_type', 'values_source_config'],
};

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function assertKeys(
  body: Json,
  { required, optional }: { required: readonly string[]; optional: readonly string[] },
  what: string,
): void {
  const missing = required.filter((key) => body[key] === undefined);
  const unknown = Object.keys(body).filter((key) => !required.includes(key) && !optional.includes(key));
  if (missing.length > 0) throw new Refusal(400, `${what}: missing ${missing.join(', ')}`);
  if (unknown.length > 0) throw new Refusal(400, `${what}: disallowed key ${unknown.join(', ')}`);
}

/** Starts it with one database for each engine. */
export async function startMetabase({ key }: { readonly key: string }): Promise<LocalMetabase> {
  const databases = [
    { id: 1, name: 'Sample Database', engine: 'h2' },
    { id: 7, name: 'Tantieme', engine: 'postgres' },
  ];
  const store = {
    cards: new Map<number, Json>(),
    dashboards: new Map<number, Json>(),
    collections: new Map<number, Json>(),
  };
  const numbers = { next: 100 };
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    if (request.headers['x-api-key'] !== key) throw new Refusal(401, 'Unauthenticated');
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, api, kind = '', id, part] = url.pathname.split('/');
    invariant(api === 'api', 'Paths begin with /api.');
    if (request.method === 'GET') {
      if (kind === 'database') return { data: databases, total: databases.length };
      if (kind === 'collection' && part === 'items') return itemsIn(store, id ?? '', url.searchParams);
      if (kind === 'card' && id === undefined) {
        const isArchived = url.searchParams.get('f') === 'archived';
        return [...store.cards.values()].filter(({ archived }) => archived === isArchived);
      }
      return found(kind === 'card' ? store.cards : store.dashboards, id);
    }
    const body = (await bodyOf(request)) as Json;
    const name = `${request.method} /${kind}`;
    const shape = BODIES[name];
    if (!shape) throw new Refusal(404, `API endpoint does not exist: ${name}`);
    assertKeys(body, shape, name);
    const table = { card: store.cards, dashboard: store.dashboards, collection: store.collections }[kind] as Map<
      number,
      Json
    >;
    assertRefers(store, body, databases);
    if (request.method === 'POST') {
      const number = ++numbers.next;
      const row = { id: number, archived: false, entity_id: null, dashcards: [], ...body };
      table.set(number, row);
      return row;
    }
    const row = { ...found(table, id), ...body };
    if (Array.isArray(body.dashcards)) row.dashcards = placed(store, body, found(table, id), numbers);
    table.set(Number(id), row);
    return row;
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (value) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value)),
      (error: unknown) => {
        const status = error instanceof Refusal ? error.status : 500;
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify({ message: String(error) }));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...store,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

type Store = Pick<LocalMetabase, 'cards' | 'dashboards' | 'collections'>;

function found(table: ReadonlyMap<number, Json>, id: string | undefined): Json {
  const row = table.get(Number(id));
  if (!row) throw new Refusal(404, 'Not found.');
  return row;
}

/** The items of a collection, by pages. */
function itemsIn({ cards, dashboards, collections }: Store, id: string, query: URLSearchParams): object {
  const parent = id === 'root' ? null : Number(id);
  const all = [
    ...[...collections.values()]
      .filter(({ parent_id = null }) => parent_id === parent)
      .map((each) => ({ ...each, model: 'collection' })),
    ...[...cards.values()]
      .filter(({ collection_id, archived }) => collection_id === parent && !archived)
      .map((each) => ({ ...each, model: 'card' })),
    ...[...dashboards.values()]
      .filter(({ collection_id }) => collection_id === parent)
      .map((each) => ({ ...each, model: 'dashboard' })),
  ];
  const offset = Number(query.get('offset') ?? 0);
  // Smaller pages than are wished for, so that a reader must take several.
  return { data: all.slice(offset, offset + 4), total: all.length };
}

function assertRefers(store: Store, body: Json, databases: readonly { id: number }[]): void {
  const { collection_id, parent_id, entity_id, dataset_query } = body;
  for (const id of [collection_id, parent_id]) {
    if (typeof id === 'number' && !store.collections.has(id)) throw new Refusal(404, 'No such collection.');
  }
  if (entity_id !== undefined) {
    if (!/^[\w-]{21}$/.test(String(entity_id))) throw new Refusal(400, 'entity_id must have 21 characters');
    const isTaken = [...store.cards.values()].some((card) => card.entity_id === entity_id);
    if (isTaken) throw new Refusal(400, 'entity_id is taken');
  }
  if (dataset_query === undefined) return;
  const { type, database, native, ...more } = dataset_query as Json & {
    native: { query: string; 'template-tags': Json };
  };
  if (type !== 'native' || Object.keys(more).length > 0) throw new Refusal(400, 'The query must be native.');
  if (!databases.some(({ id }) => id === database)) throw new Refusal(404, 'No such database.');
  const used = [...new Set([...native.query.matchAll(/\{\{(\w+)\}\}/g)].map(([, tag]) => tag))].sort();
  if (used.join() !== Object.keys(native['template-tags']).sort().join())
    throw new Refusal(400, 'Tags differ from the query.');
}

/** The cards of a dashboard, new ones with a number. */
function placed(store: Store, body: Json, before: Json, numbers: { next: number }): readonly Json[] {
  const known = new Set((before.dashcards as Json[]).map(({ id }) => id));
  const parameters = (body.parameters ?? []) as Json[];
  for (const parameter of parameters) assertKeys(parameter, PARAMETER, 'parameter');
  return (body.dashcards as Json[]).map((dashcard) => {
    assertKeys(dashcard, DASHCARD, 'dashcard');
    const card = found(store.cards, String(dashcard.card_id));
    const { native } = card.dataset_query as { native: { 'template-tags': Json } };
    for (const { parameter_id, card_id, target } of (dashcard.parameter_mappings ?? []) as Json[]) {
      if (!parameters.some(({ id }) => id === parameter_id)) throw new Refusal(400, 'A mapping has no parameter.');
      const [kind, [what, tag]] = target as [string, [string, string]];
      const isThere = kind === 'variable' && what === 'template-tag' && native['template-tags'][tag] !== undefined;
      if (card_id !== dashcard.card_id || !isThere) throw new Refusal(400, 'A mapping has no tag.');
    }
    const id = Number(dashcard.id);
    if (id >= 0 && !known.has(id)) throw new Refusal(400, 'The dashboard has no such dashcard.');
    return { ...dashcard, id: id < 0 ? ++numbers.next : id };
  });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString());
}
