import { Conflict, Unavailable } from '../../errors.ts';
import { invariant, present } from '../../invariant.ts';
import { missingColumns } from '../../migration.ts';
import type { ColumnShape, TableShape } from '../../vocabulary/tables.ts';
import type { BigQueryAddress } from '../client/address.ts';
import { datasetOf } from '../client/address.ts';
import type { Api } from '../client/api.ts';
import { inParallel } from '../client/in-parallel.ts';
import { bigQueryType, columnShape, fieldOf, typeNameOf } from '../client/types.ts';
import { LAST_COMMIT } from '../transaction/commit-guard.ts';
import { bigQuerySql, pathOf, type TablePath } from './names.ts';
import { deployRoutines } from './routines.ts';
import { viewOfLoaded } from './rudderstack-view.ts';
import { type TableResource, tableResource, viewResource } from './table-resource.ts';

/** How long a table of a scratch lasts: longer than any transaction. */
const DAY_MS = String(24 * 60 * 60_000);

/** So often a table may be found changed by others before its own change is made. */
const ATTEMPTS = 10;

interface DatasetResource {
  readonly location?: string;
  readonly defaultTableExpirationMs?: string;
}

interface TableList {
  readonly tables?: readonly { readonly tableReference?: { readonly tableId?: string }; readonly type?: string }[];
  readonly nextPageToken?: string;
}

/** What stands in the datasets, and bringing it up to this version. Nothing is ever dropped or retyped. */
export class Catalogue {
  readonly #api: Api;
  readonly #address: BigQueryAddress;
  /** Datasets that are there for certain. */
  readonly #datasets = new Map<string, Promise<void>>();
  /** The raw tables of this version, where RudderStack loads them. */
  readonly #loaded = new Map<string, TableShape>();
  #routines: Promise<void> | undefined;

  constructor(api: Api, address: BigQueryAddress) {
    this.#api = api;
    this.#address = address;
  }

  /** The columns of each table and view of a dataset, by the table's name without the dataset. */
  async describe(dataset: string): Promise<ReadonlyMap<string, readonly ColumnShape[]>> {
    const described = new Map<string, readonly ColumnShape[]>();
    for (const { name, resource } of await this.#tables(dataset)) {
      described.set(name, (resource.schema?.fields ?? []).map(columnShape));
    }
    return described;
  }

  /** Tells this warehouse from one of the same name that was there before it and was dropped. */
  async createdAt(): Promise<string> {
    const path = `/datasets/${datasetOf('tantieme', this.#address)}`;
    const found = await this.#api.find<{ creationTime?: string }>({ path });
    return found?.creationTime ?? '';
  }

  /** The SELECT of each view of the models, by its full name, as it stands at BigQuery. */
  async views(): Promise<ReadonlyMap<string, string>> {
    const tables = await this.#tables('tantieme', 'VIEW');
    return new Map(tables.map(({ name, resource }) => [`tantieme.${name}`, resource.view?.query ?? '']));
  }

  /** Creates what is missing, and what the engine needs for itself. */
  async migrate(declared: readonly TableShape[]): Promise<void> {
    const tables = [...declared, LAST_COMMIT];
    await this.#deployRoutines();
    const datasets = [...new Set(tables.map(({ name }) => name.slice(0, name.indexOf('.'))))];
    await Promise.all(datasets.map((dataset) => this.makeDataset(dataset)));
    await inParallel(tables, (table) => this.#migrateTable(table));
  }

  /** Makes the views over what RudderStack loads show what is there by now: a table or column may appear at any time. */
  async refreshLoaded(): Promise<void> {
    const { raw } = this.#address;
    if (raw) await inParallel(this.#loaded.values(), (table) => this.#viewLoaded(table, { raw }));
  }

  /** Makes a view, or makes it anew where its SELECT differs. */
  async createView(view: TableShape & { readonly sql: string }): Promise<void> {
    await this.makeDataset(view.name.slice(0, view.name.indexOf('.')));
    const path = pathOf(view.name, this.#address);
    await this.putView(viewResource(path, { query: bigQuerySql(view.sql, this.#address), meaning: view.meaning }));
  }

  /** Makes a table. Whether it was not there already: one that has a name of its own was made then, too. */
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
    invariant(!found || found.type === 'VIEW', `${datasetId}.${tableId} was to be a view, but is a table.`);
    // What it gives follows from its SELECT.
    if (found) await this.#api.ask({ method: 'PUT', path, body: resource });
    else await this.makeTable(resource);
  }

  /** Takes from a table the day on which it would go by itself, as one that was copied from a scratch might have it. */
  async keep(path: TablePath): Promise<void> {
    const found = await this.#api.find<TableResource>({ path: requestPath(path) });
    if (found) await this.#change(path, { body: withoutExpiration(found) });
  }

  async drop(path: TablePath): Promise<void> {
    await this.#api.find({ method: 'DELETE', path: requestPath(path) });
  }

  /** Throws `Conflict` where the dataset stands at another location. */
  makeDataset(name: string): Promise<void> {
    const made = this.#datasets.get(name) ?? this.#makeDataset(name);
    this.#datasets.set(name, made);
    made.catch(() => this.#datasets.delete(name));
    return made;
  }

  async #makeDataset(name: string): Promise<void> {
    const datasetId = datasetOf(name, this.#address);
    const { project, location } = this.#address;
    const path = `/datasets/${datasetId}`;
    // What a process that died has left on a scratch goes by itself.
    const expiry = name === 'scratch' ? { defaultTableExpirationMs: DAY_MS } : {};
    const found = await this.#api.find<DatasetResource>({ path });
    if (found) {
      if (found.location === undefined || found.location.toLowerCase() === location.toLowerCase()) {
        const isMissing = name === 'scratch' && found.defaultTableExpirationMs === undefined;
        if (isMissing) await this.#api.ask({ method: 'PATCH', path, body: expiry });
        return;
      }
      throw new Conflict(
        `The dataset ${datasetId} of ${project} is in ${found.location}, but the warehouse was to be in ${location}; say ?location=${found.location} in its address.`,
      );
    }
    const body = {
      datasetReference: { projectId: project, datasetId },
      location,
      labels: { app: 'tantieme' },
      ...expiry,
    };
    await this.#api.make({ method: 'POST', path: '/datasets', body });
  }

  /** Once a process: they change with the version of the software. */
  async #deployRoutines(): Promise<void> {
    await this.makeDataset('fn');
    this.#routines ??= deployRoutines(this.#api, {
      projectId: this.#address.project,
      datasetId: datasetOf('fn', this.#address),
    });
    this.#routines.catch(() => {
      this.#routines = undefined;
    });
    await this.#routines;
  }

  /** Of what was read, others may have changed something since: then it is read again. */
  async #migrateTable(table: TableShape): Promise<void> {
    const path = requestPath(pathOf(table.name, this.#address));
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await this.#bringUp(table, await this.#api.find<TableResource>({ path }))) return;
    }
    throw new Unavailable(`${table.name} is being changed by others at the same time, again and again; try again.`);
  }

  /** Whether the table is as it is declared. */
  async #bringUp(table: TableShape, found: TableResource | undefined): Promise<boolean> {
    const path = pathOf(table.name, this.#address);
    if (this.#address.raw && table.name.startsWith('raw.')) {
      this.#loaded.set(table.name, table);
      await this.#viewLoaded(table, { raw: this.#address.raw, found });
      return true;
    }
    if (!found) return this.makeTable(tableResource(path, table));
    const fields = found.schema?.fields ?? [];
    const existing = new Map(fields.map((field) => [field.name ?? '', typeNameOf(field)]));
    const missing = missingColumns(table, { existing, typeName: bigQueryType });
    // A column that comes later is always nullable: the rows before it have no value.
    const added = missing.map((column) => fieldOf({ ...column, optional: true }));
    const body: Partial<TableResource> = {
      ...(missing.length > 0 ? { schema: { fields: [...fields, ...added] } } : {}),
      ...withoutExpiration(found),
    };
    return this.#change(path, { body, etag: present(found.etag, `BigQuery gave ${table.name} without an etag.`) });
  }

  /** Whether what was read, where it has a tag, was still so. */
  async #change(path: TablePath, { body, etag }: { body: Partial<TableResource>; etag?: string }): Promise<boolean> {
    if (Object.keys(body).length === 0) return true;
    return (await this.#api.change({ method: 'PATCH', path: requestPath(path), etag, body })) !== undefined;
  }

  async #viewLoaded(
    table: TableShape,
    { raw, found }: { raw: string; found?: TableResource | undefined },
  ): Promise<void> {
    const path = pathOf(table.name, this.#address);
    if (found && found.type !== 'VIEW') {
      throw new Conflict(
        `${path.dataset}.${path.table} is a table, where a view over what RudderStack loads into ${raw} was to be; name a dataset in WAREHOUSE_URL beside which nothing was loaded yet, or leave raw= out.`,
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
    const names: string[] = [];
    let pageToken: string | undefined;
    do {
      const page = await this.#api.find<TableList>({
        path: folder,
        query: { maxResults: '1000', ...(pageToken === undefined ? {} : { pageToken }) },
      });
      for (const { tableReference, type: is } of page?.tables ?? []) {
        if (type === undefined || is === type) names.push(tableReference?.tableId ?? '');
      }
      pageToken = page?.nextPageToken;
    } while (pageToken);
    const found = await inParallel(names.sort(), async (name) => ({
      name,
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
