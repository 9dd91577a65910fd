import { performance } from 'node:perf_hooks';

/** One figure and, measured in the same run, the bare limit that no version of it could pass. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** What is counted, per second; or what is taken, where the unit is of time or memory. */
  readonly ours: number;
  readonly limit: number;
  readonly limitIs: string;
}

/** Seconds that the work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** The median of some runs of ours and the limit in turn, so that a drift of the machine meets both. */
export async function paired(
  runs: number,
  { ours, limit }: { ours: () => Promise<number>; limit: () => Promise<number> },
): Promise<{ ours: number; limit: number }> {
  const figures = { ours: [] as number[], limit: [] as number[] };
  for (let run = 0; run <= runs; run++) {
    const pair = { ours: await ours(), limit: await limit() };
    // The first pair only warms up.
    if (run === 0) continue;
    figures.ours.push(pair.ours);
    figures.limit.push(pair.limit);
  }
  return { ours: median(figures.ours), limit: median(figures.limit) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function print({ name, unit, ours, limit, limitIs }: Figure): void {
  const figure = (value: number): string => Math.round(value).toLocaleString('en').padStart(10);
  console.log(
    `${name.padEnd(12)}${figure(ours)} ${unit.padEnd(14)}${`${Math.round((ours / limit) * 100)} %`.padStart(6)} of ${figure(limit).trim()}: ${limitIs}`,
  );
}
