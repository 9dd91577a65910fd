import { InvariantBroken } from './errors.ts';

/** Stops with `InvariantBroken` unless the condition holds. `sentence` says what must hold and what was found. */
export function invariant(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new InvariantBroken(sentence);
}

/** The value, where null or undefined would break an invariant. */
export function present<T>(value: T | null | undefined, sentence: string): T {
  invariant(value !== null && value !== undefined, sentence);
  return value;
}
