import fc from 'fast-check';
import type { ColumnType } from '../../../../warehouse/vocabulary/tables.ts';
import type { Value } from '../../../../warehouse/warehouse.ts';

/** The inputs of a function: column types, arguments at the edges of its domain, and random ones. */
export interface Inputs {
  /** How the function is called with the arguments x0, x1 … if its argument or result is an array, which no column can be. */
  readonly call?: string;
  readonly types: readonly ColumnType[];
  readonly edges: readonly (readonly Value[])[];
  readonly random: fc.Arbitrary<readonly Value[]>;
}

export type InputsByName = Readonly<Record<string, Inputs>>;

export const [LEAST_INT64, LARGEST_INT64] = [-(2n ** 63n), 2n ** 63n - 1n];

export const sometimes = <T>(arbitrary: fc.Arbitrary<T>, weight: number) => ({ arbitrary, weight });
export const nullable = <T extends Value>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof(sometimes(arbitrary, 40), sometimes(fc.constant(null), 1));
export const each = (values: readonly bigint[]): bigint[] => values.flatMap((value) => [value, -value]);
export const crossed = (as: readonly Value[], bs: readonly Value[]): Value[][] =>
  [...as, null].flatMap((a) => [...bs, null].map((b) => [a, b]));

/** Texts with one character added, removed or changed: almost well-formed. */
export function marred(texts: fc.Arbitrary<string>, characters: string): fc.Arbitrary<string> {
  const act = fc.constantFrom('more', 'less', 'other');
  return fc.tuple(texts, fc.nat(), act, fc.constantFrom(...characters)).map(([text, place, what, character]) => {
    const at = place % (text.length + 1);
    const [before, after] = [text.slice(0, at), text.slice(what === 'more' ? at : at + 1)];
    return `${before}${what === 'less' ? '' : character}${after}`.toWellFormed();
  });
}

export const textOf = (maxLength: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength }),
    fc.string({ unit: 'grapheme', maxLength }),
    fc.string({ maxLength }),
  );
