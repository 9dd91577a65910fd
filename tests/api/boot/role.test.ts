import { expect, test } from 'vitest';
import { roleIn } from '../../../api/boot/role.ts';
import { Rejected } from '../../../warehouse/errors.ts';

test('The role is read from the arguments, and anything else is refused in one sentence', () => {
  expect(roleIn([])).toBe('everything');
  expect(roleIn(['--role', 'gateway'])).toBe('gateway');
  expect(roleIn(['--role=gateway'])).toBe('gateway');
  for (const args of [['--role'], ['--role', 'jobs'], ['--role='], ['--port', '80'], ['gateway']]) {
    expect(() => roleIn(args)).toThrow(Rejected);
    expect(() => roleIn(args)).toThrow(/^[^\n]*; the only option is --role gateway\.$/);
  }
});
