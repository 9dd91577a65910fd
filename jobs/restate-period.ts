import { type RestatedLine, restatePeriod as restate } from '../transforms/ledger/restate.ts';
import { parseDecimal } from '../warehouse/money.ts';
import { reportBuildCost } from './build-cost.ts';
import type { Job } from './job.ts';

/** How many lines an outcome shows; it is stored with the run. */
const SHOWN = 1_000;

export const restatePeriod: Job = {
  name: 'restate-period',
  meaning:
    "Builds a closed period by today's rules and by all that is known now, and shows the statement lines that would differ; posts nothing.",
  about: 'period',
  async run(run, period) {
    await reportBuildCost(run, { period, parts: ['books'] });
    run.progress(`restating ${period}`);
    const { lines, differing } = await restate(run.warehouse, period);
    const largest = differing.toSorted((a, b) => compare(magnitude(b), magnitude(a))).slice(0, SHOWN);
    return {
      period,
      lines,
      differing_lines: differing.length,
      difference_minor: sumsOf(differing),
      largest_differences: largest.map((line) => ({
        ...line,
        original_minor: String(line.original_minor),
        restated_minor: String(line.restated_minor),
        difference_minor: String(line.difference_minor),
      })),
    };
  },
};

const magnitude = ({ difference_exact }: RestatedLine): bigint => {
  const billionths = parseDecimal(difference_exact);
  return billionths < 0n ? -billionths : billionths;
};

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** By currency, in minor units. */
function sumsOf(differing: readonly RestatedLine[]): Record<string, string> {
  const byCurrency = Map.groupBy(differing, ({ currency }) => currency);
  const sum = (lines: readonly RestatedLine[]): bigint =>
    lines.reduce((total, line) => total + line.difference_minor, 0n);
  return Object.fromEntries([...byCurrency].map(([currency, lines]) => [currency, String(sum(lines))]));
}
