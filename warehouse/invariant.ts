import { InvariantBroken } from './errors.ts';

/** Throws `InvariantBroken` unless the condition holds. `sentence` says what must hold and what was found. */
export function invariant(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new InvariantBroken(sentence);
}

/** The value. Throws `InvariantBroken` if it is null or undefined. */
export function requirePresent<T>(value: T | null | undefined, sentence: string): T {
  invariant(value !== null && value !== undefined, sentence);
  return value;
}
