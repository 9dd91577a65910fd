import type { BigQueryAddress } from '../client/address.ts';
import type { Catalogue } from '../schema/catalogue.ts';
import { nameOf, namesIn, pathOf, quotedPath, resolveNames, type TablePath } from '../schema/names.ts';
import type { AppendedRows } from './appended-rows.ts';
import type { RebuiltTables } from './rebuilt-tables.ts';
import type { ScratchDataset } from './scratch-dataset.ts';
import type { Steps } from './steps.ts';

interface OverlayOptions {
  readonly catalogue: Catalogue;
  readonly address: BigQueryAddress;
  readonly scratch: ScratchDataset;
  readonly staging: AppendedRows;
  readonly rebuild: RebuiltTables;
  readonly steps: Steps;
}

/** Resolves the names of a statement within a transaction: its own rows, rebuilt tables and steps overlay the published ones. */
export class Overlay {
  readonly #options: OverlayOptions;
  /** The published views among the models. */
  #views: Promise<ReadonlyMap<string, string>> | undefined;
  /** Views in the scratch dataset, by their SELECT. */
  readonly #scratchViews = new Map<string, string>();
  #resolving: Promise<unknown> = Promise.resolve();

  constructor(options: OverlayOptions) {
    this.#options = options;
  }

  /** A statement with resolved names, once the rows that it reads are loaded. One at a time, since it may create views. */
  resolve(sql: string): Promise<string> {
    const resolved = this.#resolving.then(async () => {
      const sources = new Map<string, string>();
      for (const name of namesIn(sql)) sources.set(name, await this.#sourceOf(name));
      return resolveNames(sql, (name) => sources.get(name) ?? name);
    });
    this.#resolving = resolved.catch(() => undefined);
    return resolved;
  }

  /** A statement to describe: rows and tables of the transaction have the columns of those that they overlay. */
  described(sql: string): string {
    const { steps } = this.#options;
    return resolveNames(sql, (name) => quotedPath(steps.resolve(name) ?? this.#baseOf(name)));
  }

  /** Call this when views have changed. */
  invalidateViews(): void {
    this.#views = undefined;
  }

  async #sourceOf(name: string): Promise<string> {
    const { staging, rebuild, steps } = this.#options;
    const step = steps.resolve(name);
    if (step) return quotedPath(step);
    const base = this.#baseOf(name);
    const rebuilt = rebuild.pathOf(name);
    if (rebuilt) return quotedPath(rebuilt);
    if (staging.has(name)) return staging.source(name, base);
    const isEmpty = staging.isEmpty && rebuild.isEmpty;
    const view = isEmpty || !name.startsWith('tantieme.') ? undefined : (await this.#publishedViews()).get(name);
    return view === undefined ? quotedPath(base) : this.#viewOver(view, quotedPath(base));
  }

  #baseOf(name: string): TablePath {
    this.#options.catalogue.assertKnown(name);
    return pathOf(name, this.#options.address);
  }

  /** A view that reads tables of the transaction is copied into the scratch dataset, where it reads them. */
  async #viewOver(query: string, base: string): Promise<string> {
    const sources = new Map<string, string>();
    for (const [path = ''] of query.matchAll(QUOTED)) {
      const name = nameOf(path, this.#options.address);
      if (name) sources.set(path, await this.#sourceOf(name));
    }
    const over = query.replace(QUOTED, (path) => sources.get(path) ?? path);
    if (over === query) return base;
    const view = this.#scratchViews.get(over) ?? quotedPath(await this.#options.scratch.makeView(over));
    this.#scratchViews.set(over, view);
    return view;
  }

  #publishedViews(): Promise<ReadonlyMap<string, string>> {
    this.#views ??= this.#options.catalogue.views();
    return this.#views;
  }
}

const QUOTED = /`[^`]+`/g;
