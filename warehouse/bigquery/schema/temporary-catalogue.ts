import { DAY_MS } from '../../clock.ts';
import { randomId } from '../../ids.ts';
import { invariant } from '../../invariant.ts';
import type { TableShape } from '../../vocabulary/tables.ts';
import type { ScratchCatalogue } from '../../warehouse.ts';
import { type BigQueryAddress, datasetOf } from '../client/address.ts';
import type { Api } from '../client/api.ts';
import { inParallel } from '../client/in-parallel.ts';
import { Catalogue } from './catalogue.ts';
import { listed } from './listing.ts';
import { bigQuerySql, pathOf } from './names.ts';
import { viewResource } from './table-resource.ts';

interface ListedTable {
  readonly tableReference?: { readonly tableId?: string };
}

interface ListedRoutine {
  readonly routineReference?: { readonly routineId?: string };
  readonly creationTime?: string;
}

/** Functions do not expire: those of a process that died are dropped by another one after this time. */

/**
 * A scratch catalogue: its tables, views and functions are in the scratch dataset, under names that begin with its id. Tables of
 * a process that died expire within a day.
 */
export class TemporaryCatalogue extends Catalogue {
  /** The address under which its names resolve. */
  readonly address: BigQueryAddress;
  readonly #real: BigQueryAddress;
  readonly #api: Api;
  readonly #scratch: ScratchCatalogue;
  readonly #known: Set<string>;

  constructor(api: Api, real: BigQueryAddress, scratch: ScratchCatalogue) {
    const address = { ...real, raw: undefined, scratch: randomId('catalogue') };
    super(api, address, scratch.functions);
    this.address = address;
    this.#real = real;
    this.#api = api;
    this.#scratch = scratch;
    this.#known = new Set(scratch.functions.map(({ name }) => `fn.${name}`));
  }

  /** Creates the functions and the given tables, which are views over the real ones. */
  async fill(): Promise<void> {
    await this.migrate([]);
    await inParallel(this.#scratch.tables, async ({ name, sql }) => {
      const query = bigQuerySql(sql, this.#real);
      await this.makeTable(viewResource(pathOf(name, this.address), { query, meaning: '' }));
      this.#known.add(name);
    });
  }

  override assertKnown(name: string): void {
    invariant(this.#known.has(name), `The statement names ${name}, which does not exist in the scratch catalogue.`);
  }

  override async migrate(tables: readonly TableShape[]): Promise<void> {
    await super.migrate(tables);
    for (const { name } of tables) this.#known.add(name);
  }

  override async createView(view: TableShape & { readonly sql: string }): Promise<void> {
    await super.createView(view);
    this.#known.add(view.name);
  }

  /** Drops everything, as far as BigQuery allows it. */
  async clear(): Promise<void> {
    const folder = `/datasets/${datasetOf('scratch', this.#real)}`;
    const listing = <T>(kind: string): Promise<T[]> =>
      listed<T>(this.#api, { path: `${folder}/${kind}`, kind }).catch(() => []);
    const [tables, routines] = await Promise.all([listing<ListedTable>('tables'), listing<ListedRoutine>('routines')]);
    const isOwn = (id: string): boolean => id.startsWith(`${this.address.scratch}_`);
    const paths = [
      ...tables
        .map(({ tableReference }) => tableReference?.tableId ?? '')
        .filter(isOwn)
        .map((id) => `tables/${id}`),
      ...outdated(routines, isOwn).map((id) => `routines/${id}`),
    ];
    await inParallel(paths, async (path) => {
      await this.#api.find({ method: 'DELETE', path: `${folder}/${path}` }).catch(() => undefined);
    });
  }
}

/** The ids of our own functions, and of those that are a day older by BigQuery's clock. */
function outdated(routines: readonly ListedRoutine[], isOwn: (id: string) => boolean): string[] {
  const made = routines.map(({ routineReference, creationTime }) => ({
    id: routineReference?.routineId ?? '',
    made_at_ms: Number(creationTime),
  }));
  const now_ms = Math.max(...made.filter(({ id }) => isOwn(id)).map(({ made_at_ms }) => made_at_ms));
  return made.filter(({ id, made_at_ms }) => isOwn(id) || made_at_ms < now_ms - DAY_MS).map(({ id }) => id);
}
