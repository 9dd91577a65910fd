import type { BigQueryAddress } from '../client/address.ts';
import type { Catalogue } from '../schema/catalogue.ts';
import { nameOf, namesIn, pathOf, quotedPath, resolveNames } from '../schema/names.ts';
import type { AppendedRows } from './appended-rows.ts';
import type { RebuiltTables } from './rebuilt-tables.ts';
import type { ScratchDataset } from './scratch-dataset.ts';

export interface OverlayOptions {
  readonly catalogue: Catalogue;
  readonly address: BigQueryAddress;
  readonly scratch: ScratchDataset;
  readonly staging: AppendedRows;
  readonly rebuild: RebuiltTables;
}

/** What the names of a statement mean within a transaction: what it has brought lies over what everyone else sees. */
export class Overlay {
  readonly #options: OverlayOptions;
  /** The views of the models, as everyone sees them. */
  #views: Promise<ReadonlyMap<string, string>> | undefined;
  /** Views that stand on the scratch, by their SELECT. */
  readonly #made = new Map<string, string>();
  #resolving: Promise<unknown> = Promise.resolve();

  constructor(options: OverlayOptions) {
    this.#options = options;
  }

  /** A statement as the transaction asks it; what it reads has been loaded then. One at a time, as it may make views. */
  resolve(sql: string): Promise<string> {
    const resolved = this.#resolving.then(async () => {
      const sources = new Map<string, string>();
      for (const name of namesIn(sql)) sources.set(name, await this.#sourceOf(name));
      return resolveNames(sql, (name) => sources.get(name) ?? name);
    });
    this.#resolving = resolved.catch(() => undefined);
    return resolved;
  }

  /** To be told when views have changed. */
  forgetViews(): void {
    this.#views = undefined;
  }

  async #sourceOf(name: string): Promise<string> {
    const { address, staging, rebuild } = this.#options;
    const base = pathOf(name, address);
    const rebuilt = rebuild.pathOf(name);
    if (rebuilt) return quotedPath(rebuilt);
    if (staging.has(name)) return staging.source(name, base);
    const isBare = staging.isEmpty && rebuild.isEmpty;
    const view = isBare || !name.startsWith('tantieme.') ? undefined : (await this.#known()).get(name);
    return view === undefined ? quotedPath(base) : this.#viewOver(view, quotedPath(base));
  }

  /** A view that reads what was brought stands on the scratch, and reads it there. */
  async #viewOver(query: string, base: string): Promise<string> {
    const sources = new Map<string, string>();
    for (const [path = ''] of query.matchAll(QUOTED)) {
      const name = nameOf(path, this.#options.address);
      if (name) sources.set(path, await this.#sourceOf(name));
    }
    const over = query.replace(QUOTED, (path) => sources.get(path) ?? path);
    if (over === query) return base;
    const made = this.#made.get(over) ?? quotedPath(await this.#options.scratch.makeView(over));
    this.#made.set(over, made);
    return made;
  }

  #known(): Promise<ReadonlyMap<string, string>> {
    this.#views ??= this.#options.catalogue.views();
    return this.#views;
  }
}

const QUOTED = /`[^`]+`/g;
