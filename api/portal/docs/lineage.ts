/** A model as the API lists it. */
export interface ListedModel {
  readonly model: string;
  readonly meaning: string;
  readonly reads: readonly string[];
  readonly reads_previous: readonly string[];
  readonly checks: readonly { readonly name: string; readonly meaning: string }[];
}

export interface Lineage {
  /** What it reads, what that reads, and itself last: each table once, in the column nearest to it. */
  readonly columns: readonly (readonly string[])[];
  /** Each from what is read to what reads it. */
  readonly edges: readonly (readonly [from: string, to: string])[];
  /** The raw tables, records and seeds from which it is computed in the end. */
  readonly sources: readonly string[];
  /** The models that read it. */
  readonly readers: readonly string[];
}

/** How many steps back are drawn; further ones are named among the sources. */
const DRAWN_STEPS = 2;

/** From what a model is computed, by the declarations. */
export function lineageOf(name: string, models: readonly ListedModel[]): Lineage {
  const byName = new Map(models.map((each) => [each.model, each]));
  const readsOf = (table: string): readonly string[] => byName.get(table)?.reads ?? [];
  const columns: string[][] = [[name]];
  const placed = new Set([name]);
  for (let step = 1; step <= DRAWN_STEPS; step++) {
    const next = [...new Set(columns[0]?.flatMap(readsOf) ?? [])].filter((table) => !placed.has(table)).sort();
    if (next.length === 0) break;
    for (const table of next) placed.add(table);
    columns.unshift(next);
  }
  // The outermost tables are drawn without what they read.
  const readers = columns.slice(1).flat();
  const edges = readers.flatMap((to) => readsOf(to).flatMap((from) => (placed.has(from) ? [[from, to] as const] : [])));
  const readBy = models.filter(({ reads, reads_previous }) => [...reads, ...reads_previous].includes(name));
  return {
    columns,
    edges,
    sources: sourcesOf(name, readsOf),
    readers: readBy
      .map(({ model }) => model)
      .filter((each) => each !== name)
      .sort(),
  };
}

/** The tables that are no models, of all that a model reads directly or through others. */
function sourcesOf(name: string, readsOf: (table: string) => readonly string[]): readonly string[] {
  const seen = new Set([name]);
  for (const table of seen) for (const read of readsOf(table)) seen.add(read);
  return [...seen].filter((table) => !/^(tantieme|steps)\./.test(table)).sort();
}
