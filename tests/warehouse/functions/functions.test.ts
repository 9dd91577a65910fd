import { expect, test } from 'vitest';
import type { SqlFunction } from '../../../warehouse/functions/function.ts';
import { FUNCTIONS } from '../../../warehouse/functions/functions.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { evaluateOnDuckDb } from './evaluate.ts';
import { INPUTS } from './inputs.ts';

const isField = ({ name }: SqlFunction): boolean => name.startsWith('field_');

test.each(FUNCTIONS)('$name of NULL is NULL, or its own mark in a field', async (declared) => {
  const { name } = declared;
  const { call, types } = requirePresent(INPUTS[name], `inputs.ts has no inputs for ${name}.`);
  expect(await evaluateOnDuckDb(name, { call, types, cases: [types.map(() => null)] })).toEqual([
    isField(declared) ? '~' : null,
  ]);
});

test('there are inputs for every function, and for no others', () => {
  expect(Object.keys(INPUTS).sort()).toEqual(FUNCTIONS.map(({ name }) => name).sort());
});
