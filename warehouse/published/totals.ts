import { invariant } from '../invariant.ts';
import type { Totals } from './database-files.ts';

/** Throws `InvariantBroken` if a table or part that is to be published as `name` has other rows or sums than expected. */
export function assertTotals(name: string, { found, expected }: { found: Totals; expected: Totals }): void {
  for (const [column, total] of expected) {
    invariant(
      found.get(column) === total,
      `${name} cannot be published: ${column === '*' ? 'its rows are' : `the sum of ${column} is`} ${found.get(column)} instead of ${total}; publish again, and report it if it stays so.`,
    );
  }
}
