import { expect, test } from 'vitest';
import { FUNCTIONS } from '../../../warehouse/functions/functions.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { given } from './given.ts';
import { INPUTS } from './inputs.ts';

test.each(FUNCTIONS)('of nothing, $name gives nothing', async ({ name }) => {
  const { types } = requirePresent(INPUTS[name], `inputs.ts says nothing of what ${name} is asked.`);
  expect(await given(name, { types, cases: [types.map(() => null)] })).toEqual([null]);
});

test('inputs are of all functions that there are, and of no others', () => {
  expect(Object.keys(INPUTS).sort()).toEqual(FUNCTIONS.map(({ name }) => name).sort());
});
