import { performance } from 'node:perf_hooks';

/** One figure, and the limit that no implementation can exceed, measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Our figure, in `unit`. */
  readonly ours: number;
  readonly limit: number;
  readonly limitIs: string;
  /** What both took, where the limit is another program that does the same. */
  readonly effort?: { readonly ours: Effort; readonly limit: Effort };
}

/** What a run took: time that passed, and time of all processors together. */
export interface Effort {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** The seconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** What `work` takes in this process. */
export async function measured(work: () => Promise<unknown>): Promise<Effort> {
  const began = process.cpuUsage();
  const seconds = await timed(work);
  const { user, system } = process.cpuUsage(began);
  return { seconds, cpuSeconds: (user + system) / 1_000_000 };
}

/** The medians of alternating runs of ours and of the limit, so that drift of the machine affects both. */
export async function paired(
  runs: number,
  { ours, limit }: { ours: () => Promise<number>; limit: () => Promise<number> },
): Promise<{ ours: number; limit: number }> {
  const figures = { ours: [] as number[], limit: [] as number[] };
  for (let run = 0; run <= runs; run++) {
    const pair = { ours: await ours(), limit: await limit() };
    // The first pair is a warm-up.
    if (run === 0) continue;
    figures.ours.push(pair.ours);
    figures.limit.push(pair.limit);
  }
  return { ours: median(figures.ours), limit: median(figures.limit) };
}

export function medianOf(efforts: readonly Effort[]): Effort {
  return {
    seconds: median(efforts.map(({ seconds }) => seconds)),
    cpuSeconds: median(efforts.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function print({ name, unit, ours, limit, limitIs, effort }: Figure): void {
  const figure = (value: number): string => Math.round(value).toLocaleString('en').padStart(10);
  const took = ({ seconds, cpuSeconds }: Effort): string => `${seconds.toFixed(1)} s (CPU ${cpuSeconds.toFixed(1)} s)`;
  console.log(
    `${name.padEnd(12)}${figure(ours)} ${unit.padEnd(14)}${`${Math.round((ours / limit) * 100)} %`.padStart(6)} of ${figure(limit).trim()}: ${limitIs}` +
      (effort ? `; ${took(effort.ours)} beside ${took(effort.limit)}` : ''),
  );
}
