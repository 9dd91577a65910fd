import { expect, test } from 'vitest';
import { parseRole } from '../../../api/boot/role.ts';
import { Rejected } from '../../../warehouse/errors.ts';

test('The role is read from the arguments, and anything else is refused in one sentence', () => {
  expect(parseRole([])).toBe('everything');
  expect(parseRole(['--role', 'gateway'])).toBe('gateway');
  expect(parseRole(['--role=gateway'])).toBe('gateway');
  for (const args of [['--role'], ['--role', 'jobs'], ['--role='], ['--port', '80'], ['gateway']]) {
    expect(() => parseRole(args)).toThrow(Rejected);
    expect(() => parseRole(args)).toThrow(/^[^\n]*; the only option is --role gateway\.$/);
  }
});
