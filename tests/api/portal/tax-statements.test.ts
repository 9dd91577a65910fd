import { expect, test } from 'vitest';
import { SIGNED_TEXTS, signedText } from '../../../api/portal/pages/creator/tax-statements.ts';

test('who is subject to backup withholding signs the W-9 with item 2 crossed out, everybody else the whole text', () => {
  const whole = SIGNED_TEXTS.w9?.paragraphs.join('\n');
  expect(signedText('w9', { is_subject_to_backup_withholding: false })).toBe(whole);
  const crossedOut = signedText('w9', { is_subject_to_backup_withholding: true });
  expect(crossedOut).toContain('2. [Crossed out.]\n3. I am a U.S. citizen');
  expect(crossedOut).not.toContain('I am not subject to backup withholding');
  expect(signedText('w8ben', {})).toBe(SIGNED_TEXTS.w8ben?.paragraphs.join('\n'));
});

test('a W-8BEN-E is signed with the part of its status and of its claim, and with no other', () => {
  const whole = SIGNED_TEXTS.w8bene?.paragraphs.join('\n');
  expect(signedText('w8bene', { chapter_4_status: 'reporting_model_1_ffi' })).toBe(whole);
  const passive = signedText('w8bene', { chapter_4_status: 'passive_nffe' });
  expect(passive).toMatch(/^Part XXVI\. Passive NFFE\n40a\. .*\n40b\. .*\nUnder penalties of perjury/);
  const claimed = signedText('w8bene', { chapter_4_status: 'active_nffe', treaty_claim: {} });
  expect(claimed.match(/^Part \w+/gm)).toEqual(['Part III', 'Part XXV']);
});
