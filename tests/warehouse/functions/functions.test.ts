import { expect, test } from 'vitest';
import { FUNCTIONS } from '../../../warehouse/functions/functions.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { evaluateOnDuckDb } from './evaluate.ts';
import { INPUTS } from './inputs.ts';

test.each(FUNCTIONS)('$name of NULL is NULL', async ({ name }) => {
  const { types } = requirePresent(INPUTS[name], `inputs.ts has no inputs for ${name}.`);
  expect(await evaluateOnDuckDb(name, { types, cases: [types.map(() => null)] })).toEqual([null]);
});

test('there are inputs for every function, and for no others', () => {
  expect(Object.keys(INPUTS).sort()).toEqual(FUNCTIONS.map(({ name }) => name).sort());
});
