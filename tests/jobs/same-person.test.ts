import { expect, test } from 'vitest';
import { isSamePerson } from '../../jobs/same-person.ts';

test.each([
  ['Ada (key_1)', 'Ada (key_2)', true],
  ['Ada (key_1)', ' ada ', true],
  ['Ada (person_1)', 'Ada (key_1)', true],
  ['Ada (person_1)', 'ADA', true],
  // The name of a key is free text.
  ['Ada (person_1)', 'Ada (person_2) (key_1)', true],
  ['Ada Lee', 'Ada\u200b  Lee', true],
  // Two people of one name, and one person whose name was changed.
  ['Ada (person_1)', 'Ada (person_2)', false],
  ['Ada (person_1)', 'Ada Lee (person_1)', true],
  ['Ada (person_1)', 'Ben (key_1)', false],
  ['Ada (key_1)', 'Ben (key_1)', false],
  ['Ada (finance)', 'Ada', false],
])('%s and %s are one person: %s', (one, other, expected) => {
  expect([isSamePerson(one, other), isSamePerson(other, one)]).toEqual([expected, expected]);
});
