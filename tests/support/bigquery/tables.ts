import { type LayoutResource, readDescription } from './descriptions.ts';
import { type Evaluation, sizeOf } from './evaluation.ts';
import { addressOf, type TableReference } from './names.ts';
import { invalid, Refusal, unable } from './refusal.ts';
import { type Field, type FieldResource, fieldResource, patchedFields, readFields } from './schema.ts';
import type { Address, Description, Storage, Table } from './storage.ts';
import { expiryIn } from './writes.ts';

/** A table or view as the API accepts it: https://cloud.google.com/bigquery/docs/reference/rest/v2/tables */
export interface TableResource extends LayoutResource {
  readonly tableReference?: TableReference;
  readonly schema?: { readonly fields?: readonly FieldResource[] };
  readonly description?: string | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly expirationTime?: string | number | null;
  readonly view?: { readonly query: string; readonly useLegacySql?: boolean };
}

const KNOWN_KEYS = [
  'tableReference',
  'schema',
  'description',
  'labels',
  'expirationTime',
  'view',
  'timePartitioning',
  'clustering',
  'requirePartitionFilter',
  // Sent back by clients from an earlier response.
  ...['kind', 'id', 'etag', 'type', 'creationTime', 'lastModifiedTime', 'numRows', 'numBytes', 'location', 'selfLink'],
];

export interface Catalogue {
  readonly storage: Storage;
  readonly evaluation: Evaluation;
}

export async function insertTable(catalogue: Catalogue, dataset: string, given: TableResource): Promise<object> {
  const { storage } = catalogue;
  storage.dataset(dataset);
  if (!given.tableReference) throw invalid('Required parameter is missing: tableReference');
  const address = addressOf({ ...given.tableReference, datasetId: dataset }, storage.projectId);
  if (address.partition !== undefined) throw invalid('Cannot create a partition by itself.');
  const exists = (): void => {
    if (storage.find(address)) throw new Refusal('duplicate', `Already Exists: Table ${storage.nameOf(address)}`);
  };
  exists();
  const description = await read(catalogue, given);
  exists();
  const now = storage.clock.now();
  const table = { ...expiryIn(storage, dataset), ...description, dataset, id: address.table, rows: [] };
  return resourceOf(storage, storage.put({ ...table, created_at_ms: now, modified_at_ms: now }));
}

export function getTable({ storage }: Catalogue, address: Address): object {
  return resourceOf(storage, storage.table(address));
}

/** A patch has the changes, an update the whole new state. */
export async function changeTable(
  catalogue: Catalogue,
  address: Address,
  { given, whole, etag }: { given: TableResource; whole: boolean; etag: string | undefined },
): Promise<object> {
  const { storage } = catalogue;
  const table = storage.table(address);
  if (etag !== undefined && etag !== etagOf(table)) {
    throw new Refusal('conditionNotMet', 'Precondition check failed.');
  }
  const isView = table.view !== undefined;
  if (given.view && !isView) throw invalid(`${storage.nameOf(address)} is a table, and cannot become a view`);
  const { fields: patched } = isView ? { fields: undefined } : { fields: readSchema(given) };
  const name = storage.nameOf(address);
  const fields = isView
    ? await viewFields(catalogue, given, table)
    : patched
      ? patchedFields(table.fields, patched, name)
      : table.fields;
  const changed = {
    fields,
    ...(isView ? { view: given.view?.query ?? table.view ?? '' } : {}),
    ...texts(given),
    ...relaid(table, given, fields),
  };
  const { dataset, id, created_at_ms } = table;
  const now = storage.clock.now();
  const { expires_at_ms, ...kept } = table;
  const stays = given.expirationTime === null || expires_at_ms === undefined ? kept : { ...kept, expires_at_ms };
  const next = { ...(whole ? {} : stays), ...changed, fields, dataset, id, created_at_ms, modified_at_ms: now };
  // Read the rows now: computing a view's schema has taken some time.
  return resourceOf(storage, storage.put({ ...next, rows: storage.table(address).rows }));
}

export function deleteTable({ storage }: Catalogue, address: Address): void {
  storage.table(address);
  storage.drop(address);
}

export function listTables({ storage }: Catalogue, dataset: string): object[] {
  storage.dataset(dataset);
  return storage.tablesIn(dataset).map((table) => {
    const { schema, numRows, numBytes, description, ...listed } = resourceOf(storage, table) as Record<string, unknown>;
    return { ...listed, kind: 'bigquery#table' };
  });
}

async function read(catalogue: Catalogue, given: TableResource): Promise<Description> {
  const fields = readSchema(given) ?? [];
  if (!given.view) return { fields, ...texts(given), ...readDescription(given, fields) };
  if (given.schema) throw invalid("Schema field shouldn't be used as input with a view");
  const { query } = given.view;
  return { fields: await viewFields(catalogue, given), view: query, ...texts(given) };
}

function readSchema(given: TableResource): readonly Field[] | undefined {
  const odd = Object.keys(given).find((key) => !KNOWN_KEYS.includes(key));
  if (odd !== undefined) throw unable(`keep "${odd}" of a table`);
  return given.schema && readFields(given.schema.fields);
}

/** The columns of a view are derived from its query; a schema may only add descriptions. */
async function viewFields({ evaluation }: Catalogue, given: TableResource, kept?: Table): Promise<readonly Field[]> {
  const { view } = given;
  if (view && view.useLegacySql !== false) throw unable('make a view in legacy SQL: useLegacySql must be false');
  const { fields } = await evaluation.plan(view?.query ?? kept?.view ?? '');
  const described = readSchema(given);
  return fields.map((field) => {
    const description = described?.find(({ name }) => name === field.name)?.description;
    return description === undefined ? field : { ...field, description };
  });
}

function texts({ description, labels, expirationTime }: TableResource): Partial<Table> {
  return {
    ...(typeof description === 'string' ? { description } : {}),
    ...(labels && { labels }),
    ...(expirationTime === undefined || expirationTime === null ? {} : { expires_at_ms: Number(expirationTime) }),
  };
}

/** The clustering and the required filter may change, the partitioning may not. */
function relaid(table: Table, given: TableResource, fields: readonly Field[]): Partial<Table> {
  const asked = { ...given, timePartitioning: given.timePartitioning ?? table.partitioning };
  if (
    given.timePartitioning &&
    JSON.stringify(readDescription(given, fields).partitioning) !== JSON.stringify(table.partitioning)
  ) {
    throw invalid(`Cannot convert the partitioning of ${table.dataset}.${table.id}`);
  }
  const { timePartitioning, ...rest } = asked;
  return readDescription({ ...rest, ...(timePartitioning && { timePartitioning }) }, fields);
}

function withoutUndefined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function etagOf({ modified_at_ms, fields, rows }: Table): string {
  return Buffer.from(`${modified_at_ms}/${fields.length}/${rows.length}`).toString('base64');
}

function resourceOf(storage: Storage, table: Table): object {
  const { projectId } = storage;
  const { dataset, id, fields, view, partitioning, clustering, expires_at_ms } = table;
  const held = { numRows: String(table.rows.length), numBytes: String(sizeOf(table)) };
  return withoutUndefined({
    kind: 'bigquery#table',
    etag: etagOf(table),
    id: `${projectId}:${dataset}.${id}`,
    tableReference: { projectId, datasetId: dataset, tableId: id },
    type: view === undefined ? 'TABLE' : 'VIEW',
    schema: { fields: fields.map(fieldResource) },
    description: table.description,
    labels: table.labels,
    timePartitioning: partitioning,
    requirePartitionFilter: table.filterRequired,
    clustering: clustering && { fields: clustering },
    expirationTime: expires_at_ms === undefined ? undefined : String(expires_at_ms),
    view: view === undefined ? undefined : { query: view, useLegacySql: false },
    creationTime: String(table.created_at_ms),
    lastModifiedTime: String(table.modified_at_ms),
    location: storage.dataset(dataset).location,
    ...(view === undefined ? held : {}),
  });
}
