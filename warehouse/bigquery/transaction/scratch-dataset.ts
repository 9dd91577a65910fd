import { randomId } from '../../ids.ts';
import type { TableShape } from '../../vocabulary/tables.ts';
import type { BigQueryAddress } from '../client/address.ts';
import type { Catalogue } from '../schema/catalogue.ts';
import { pathOf, type TablePath } from '../schema/names.ts';
import { tableResource, viewResource } from '../schema/table-resource.ts';

/**
 * Where a transaction lays what nobody else sees: tables and views of a dataset beside the others, under names of its own.
 * They are dropped when it is over; those that a process leaves when it dies go by themselves within a day, and mean nothing
 * to anyone.
 */
export class ScratchDataset {
  /** Names the transaction. */
  readonly id: string = randomId('tx');
  readonly #catalogue: Catalogue;
  readonly #address: BigQueryAddress;
  readonly #taken: TablePath[] = [];

  constructor(catalogue: Catalogue, address: BigQueryAddress) {
    this.#catalogue = catalogue;
    this.#address = address;
  }

  /** A place for a table that a job makes. */
  async place(): Promise<TablePath> {
    const path = pathOf(`scratch.${this.id}_${this.#taken.length + 1}`, this.#address);
    this.#taken.push(path);
    await this.#catalogue.makeDataset('scratch');
    return path;
  }

  /** An empty table of a declared shape. */
  async makeTable(table: TableShape): Promise<TablePath> {
    const path = await this.place();
    await this.#catalogue.makeTable(tableResource(path, table));
    return path;
  }

  async makeView(query: string): Promise<TablePath> {
    const path = await this.place();
    await this.#catalogue.makeTable(viewResource(path, { query, meaning: '' }));
    return path;
  }

  async clear(): Promise<void> {
    await Promise.allSettled(this.#taken.map((path) => this.#catalogue.drop(path)));
  }
}
