import { randomId } from '../../ids.ts';
import type { TableShape } from '../../vocabulary/tables.ts';
import type { BigQueryAddress } from '../client/address.ts';
import type { Catalogue } from '../schema/catalogue.ts';
import { pathOf, type TablePath } from '../schema/names.ts';
import { tableResource, viewResource } from '../schema/table-resource.ts';

/**
 * The temporary tables and views of a transaction, under names that no other transaction uses. They are dropped at its end;
 * those of a process that died expire within a day.
 */
export class ScratchDataset {
  /** The id of the transaction. */
  readonly id: string = randomId('tx');
  readonly #catalogue: Catalogue;
  readonly #address: BigQueryAddress;
  readonly #taken: TablePath[] = [];

  constructor(catalogue: Catalogue, address: BigQueryAddress) {
    this.#catalogue = catalogue;
    this.#address = address;
  }

  /** The path of a new table, to be created by a job. */
  async newPath(): Promise<TablePath> {
    const path = pathOf(`scratch.${this.id}_${this.#taken.length + 1}`, this.#address);
    this.#taken.push(path);
    await this.#catalogue.makeDataset('scratch');
    return path;
  }

  /** An empty table of a declared shape. */
  async makeTable(table: TableShape): Promise<TablePath> {
    const path = await this.newPath();
    await this.#catalogue.makeTable(tableResource(path, table));
    return path;
  }

  async makeView(query: string): Promise<TablePath> {
    const path = await this.newPath();
    await this.#catalogue.makeTable(viewResource(path, { query, meaning: '' }));
    return path;
  }

  async clear(): Promise<void> {
    await Promise.allSettled(this.#taken.map((path) => this.#catalogue.drop(path)));
  }
}
