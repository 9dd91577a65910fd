import { Conflict, Unavailable } from '../../errors.ts';
import type { SqlFunction } from '../../functions/function.ts';
import { FUNCTIONS } from '../../functions/functions.ts';
import { invariant, requirePresent } from '../../invariant.ts';
import { findMissingColumns } from '../../migration.ts';
import type { ColumnShape, TableShape } from '../../vocabulary/tables.ts';
import type { BigQueryAddress } from '../client/address.ts';
import { datasetOf } from '../client/address.ts';
import type { Api } from '../client/api.ts';
import { inParallel } from '../client/in-parallel.ts';
import { bigQueryType, columnShape, fieldOf, typeNameOf } from '../client/types.ts';
import { LAST_COMMIT } from '../transaction/commit-guard.ts';
import { createDataset } from './datasets.ts';
import { listed } from './listing.ts';
import { bigQuerySql, pathOf, type TablePath, tablePrefix } from './names.ts';
import { deployRoutines } from './routines.ts';
import { viewOfLoaded } from './rudderstack-view.ts';
import { OUR_LABELS, type TableResource, tableResource, viewResource } from './table-resource.ts';

/** How often a migration is retried if others change the table at the same time. */
const ATTEMPTS = 10;

interface ListedTable {
  readonly tableReference?: { readonly tableId?: string };
  readonly type?: string;
}

/** The tables and views of the datasets, and their migration to this version. No table is ever dropped or retyped. */
export class Catalogue {
  readonly #api: Api;
  readonly #address: BigQueryAddress;
  /** Datasets that are known to exist. */
  readonly #datasets = new Map<string, Promise<void>>();
  /** The raw tables of this version, if RudderStack loads them. */
  readonly #loaded = new Map<string, TableShape>();
  readonly #functions: readonly SqlFunction[];
  #routines: Promise<void> | undefined;

  constructor(api: Api, address: BigQueryAddress, functions: readonly SqlFunction[] = FUNCTIONS) {
    this.#api = api;
    this.#address = address;
    this.#functions = functions;
  }

  /** Throws `InvariantBroken` if a statement cannot name this table or function. */
  assertKnown(_name: string): void {
    // BigQuery itself says what does not exist.
  }

  /** The columns of each table and view of a dataset, by the table's name without the dataset. */
  async describe(dataset: string): Promise<ReadonlyMap<string, readonly ColumnShape[]>> {
    const described = new Map<string, readonly ColumnShape[]>();
    for (const { name, resource } of await this.#tables(dataset)) {
      described.set(name, (resource.schema?.fields ?? []).map(columnShape));
    }
    return described;
  }

  /** When the dataset was created. Distinguishes it from an earlier dataset of the same name that was dropped. */
  async createdAt(): Promise<string> {
    const path = `/datasets/${datasetOf('tantieme', this.#address)}`;
    const found = await this.#api.find<{ creationTime?: string }>({ path });
    return found?.creationTime ?? '';
  }

  /** The SELECT of each view among the models, by its full name, as deployed at BigQuery. */
  async views(): Promise<ReadonlyMap<string, string>> {
    const tables = await this.#tables('tantieme', 'VIEW');
    return new Map(tables.map(({ name, resource }) => [`tantieme.${name}`, resource.view?.query ?? '']));
  }

  /** Creates what is missing, including what the engine itself needs. */
  async migrate(declared: readonly TableShape[]): Promise<void> {
    const tables = this.#isScratch ? declared : [...declared, LAST_COMMIT];
    await this.#deployRoutines();
    const datasets = [...new Set(tables.map(({ name }) => name.slice(0, name.indexOf('.'))))];
    await Promise.all(datasets.map((dataset) => this.makeDataset(dataset)));
    await inParallel(tables, (table) => this.#migrateTable(table));
  }

  /** Updates the views over the tables that RudderStack loads: a table or column may appear at any time. */
  async refreshLoaded(): Promise<void> {
    const { raw } = this.#address;
    if (raw) await inParallel(this.#loaded.values(), (table) => this.#createLoadedView(table, { raw }));
  }

  /** Creates a view, or replaces it if its SELECT differs. */
  async createView(view: TableShape & { readonly sql: string }): Promise<void> {
    await this.makeDataset(view.name.slice(0, view.name.indexOf('.')));
    const path = pathOf(view.name, this.#address);
    await this.putView(viewResource(path, { query: bigQuerySql(view.sql, this.#address), meaning: view.meaning }));
  }

  /** Drops the views of ours in a dataset that are not among these, which an earlier version has made. */
  async keepViews(dataset: string, views: readonly Pick<TableShape, 'name'>[]): Promise<void> {
    for (const { name, resource } of await this.#tables(dataset, 'VIEW')) {
      const view = `${dataset}.${name}`;
      const isOurs = resource.labels?.app === OUR_LABELS.app;
      if (isOurs && !views.some((each) => each.name === view)) await this.drop(pathOf(view, this.#address));
    }
  }

  /** Creates a table. Returns false if it exists already, perhaps because of an attempt that seemed to fail. */
  async makeTable(resource: TableResource): Promise<boolean> {
    const { datasetId } = resource.tableReference;
    const made = await this.#api.make({ method: 'POST', path: `/datasets/${datasetId}/tables`, body: resource });
    return made !== undefined;
  }

  async putView(resource: TableResource, existing?: TableResource): Promise<void> {
    const { datasetId, tableId } = resource.tableReference;
    const path = requestPath({ dataset: datasetId, table: tableId });
    const found = existing ?? (await this.#api.find<TableResource>({ path }));
    if (found?.view?.query === resource.view?.query && found?.description === resource.description) return;
    invariant(
      !found || found.type === 'VIEW',
      `The view ${datasetId}.${tableId} cannot be created: there is a table of that name.`,
    );
    // BigQuery derives the columns from the SELECT.
    if (found) await this.#api.request({ method: 'PUT', path, body: resource });
    else await this.makeTable(resource);
  }

  /** Clears the expiration time of a table, which a copy from the scratch dataset may have. */
  async clearExpiration(path: TablePath): Promise<void> {
    const found = await this.#api.find<TableResource>({ path: requestPath(path) });
    if (found) await this.#change(path, { body: withoutExpiration(found) });
  }

  async drop(path: TablePath): Promise<void> {
    await this.#api.find({ method: 'DELETE', path: requestPath(path) });
  }

  /** Throws `Conflict` if the dataset exists at another location. */
  makeDataset(name: string): Promise<void> {
    // In a scratch catalogue, all names are in one dataset.
    const id = datasetOf(name, this.#address);
    const made = this.#datasets.get(id) ?? createDataset(this.#api, { name, address: this.#address });
    this.#datasets.set(id, made);
    made.catch(() => this.#datasets.delete(id));
    return made;
  }

  get #isScratch(): boolean {
    return this.#address.scratch !== undefined;
  }

  /** Once per process: the functions change only with the version of the software. */
  async #deployRoutines(): Promise<void> {
    await this.makeDataset('fn');
    this.#routines ??= deployRoutines(this.#api, { address: this.#address, functions: this.#functions });
    this.#routines.catch(() => {
      this.#routines = undefined;
    });
    await this.#routines;
  }

  /** Reads the table again if others have changed it in the meantime. */
  async #migrateTable(table: TableShape): Promise<void> {
    const path = requestPath(pathOf(table.name, this.#address));
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await this.#tryMigrate(table, await this.#api.find<TableResource>({ path }))) return;
    }
    throw new Unavailable(
      `The table ${table.name} could not be migrated: other processes kept changing it at the same time. Try again.`,
    );
  }

  /** Tries to migrate the table. Returns false if others changed it in the meantime. */
  async #tryMigrate(table: TableShape, found: TableResource | undefined): Promise<boolean> {
    const path = pathOf(table.name, this.#address);
    if (this.#address.raw && table.name.startsWith('raw.')) {
      this.#loaded.set(table.name, table);
      await this.#createLoadedView(table, { raw: this.#address.raw, found });
      return true;
    }
    if (!found) return this.makeTable(tableResource(path, table));
    const fields = found.schema?.fields ?? [];
    const existing = new Map(fields.map((field) => [field.name ?? '', typeNameOf(field)]));
    const missing = findMissingColumns(table, { existing, typeName: bigQueryType });
    // An added column is nullable, since existing rows have no value.
    const added = missing.map((column) => fieldOf({ ...column, optional: true }));
    const body: Partial<TableResource> = {
      ...(missing.length > 0 ? { schema: { fields: [...fields, ...added] } } : {}),
      ...(this.#isScratch ? {} : withoutExpiration(found)),
    };
    return this.#change(path, {
      body,
      etag: requirePresent(found.etag, `BigQuery returned ${table.name} without an etag.`),
    });
  }

  /** Changes the table. Returns false if it no longer has the given etag. */
  async #change(path: TablePath, { body, etag }: { body: Partial<TableResource>; etag?: string }): Promise<boolean> {
    if (Object.keys(body).length === 0) return true;
    return (await this.#api.change({ method: 'PATCH', path: requestPath(path), etag, body })) !== undefined;
  }

  async #createLoadedView(
    table: TableShape,
    { raw, found }: { raw: string; found?: TableResource | undefined },
  ): Promise<void> {
    const path = pathOf(table.name, this.#address);
    if (found && found.type !== 'VIEW') {
      throw new Conflict(
        `The view ${path.dataset}.${path.table} over RudderStack's table in ${raw} cannot be created: there is a table of that name. Use a dataset in WAREHOUSE_URL into which nothing was loaded yet, or remove raw=.`,
      );
    }
    const query = await viewOfLoaded(this.#api, { table, raw });
    await this.putView(viewResource(path, { query, meaning: table.meaning }), found);
  }

  async #tables(
    dataset: string,
    type?: 'VIEW',
  ): Promise<{ readonly name: string; readonly resource: TableResource }[]> {
    const folder = `/datasets/${datasetOf(dataset, this.#address)}/tables`;
    const prefix = tablePrefix(dataset, this.#address);
    const names = (await listed<ListedTable>(this.#api, { path: folder, kind: 'tables' }))
      .filter((table) => type === undefined || table.type === type)
      .map(({ tableReference }) => tableReference?.tableId ?? '')
      .filter((name) => name.startsWith(prefix));
    const found = await inParallel(names.sort(), async (name) => ({
      name: name.slice(prefix.length),
      resource: await this.#api.find<TableResource>({ path: `${folder}/${name}` }),
    }));
    return found.flatMap(({ name, resource }) => (resource ? [{ name, resource }] : []));
  }
}

function requestPath({ dataset, table }: Pick<TablePath, 'dataset' | 'table'>): string {
  return `/datasets/${dataset}/tables/${table}`;
}

function withoutExpiration({ expirationTime }: TableResource): Partial<TableResource> {
  return expirationTime ? { expirationTime: null } : {};
}
