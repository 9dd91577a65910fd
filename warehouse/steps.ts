import { InvariantBroken } from './errors.ts';

/** The error for a statement that reads a step which its transaction has not created. */
export function missingStep(name: string): InvariantBroken {
  return new InvariantBroken(
    `The statement reads ${name}, but this transaction has not created that step. Create it first.`,
  );
}

/** Whether a table is a step: a temporary table of a transaction. */
export function isStep(name: string): boolean {
  return name.startsWith('steps.');
}
