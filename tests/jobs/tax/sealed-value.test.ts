import { expect, test } from 'vitest';
import { newKey, open, seal } from '../../../jobs/tax/sealed-value.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';

const key = newKey();
const place = ['cr_ada', 'w9', '1', 'tin.value'];
const sealed = seal('536-90-4399', { key, place });

/** The same bytes with the first bit turned. */
function turned(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes.toString('base64');
}

test('a sealed value opens with its key at its place, and is another one each time', () => {
  expect(open(sealed, { key, place }).toString()).toBe('536-90-4399');
  const again = seal('536-90-4399', { key, place });
  expect(again.nonce).not.toBe(sealed.nonce);
  expect(again.ciphertext).not.toBe(sealed.ciphertext);
});

test.each([
  ['whose ciphertext was changed', { ...sealed, ciphertext: turned(sealed.ciphertext) }, key, place],
  ['whose nonce was changed', { ...sealed, nonce: turned(sealed.nonce) }, key, place],
  ['whose tag was changed', { ...sealed, tag: turned(sealed.tag) }, key, place],
  [
    'whose tag was cut',
    { ...sealed, tag: Buffer.from(sealed.tag, 'base64').subarray(0, 4).toString('base64') },
    key,
    place,
  ],
  ['of another key', sealed, newKey(), place],
  ['of another creator', sealed, key, ['cr_ben', 'w9', '1', 'tin.value']],
  ['of another version', sealed, key, ['cr_ada', 'w9', '2', 'tin.value']],
  ['of another field', sealed, key, ['cr_ada', 'w9', '1', 'birth_on']],
  ['whose place is written together', sealed, key, ['cr_ada', 'w91', 'tin.value']],
])('one %s does not open, and the error does not show it', (_, value, otherKey, otherPlace) => {
  const opening = () => open(value, { key: otherKey, place: otherPlace });
  expect(opening).toThrow(InvariantBroken);
  expect(opening).toThrow(
    /^The sealed value .+ cannot be opened: it was changed, copied from elsewhere or sealed with another key/,
  );
  expect(opening).not.toThrow(/536|4399/);
});
