/** What may go wrong in a course; each seed draws some of them. */
export const KINDS = [
  'crash',
  'pause',
  'jump',
  'network',
  'slow',
  'unfunded',
  'capability',
  'reversal',
  'second_transfer',
  'edit',
  'unknown_refusal',
  'decision',
  'no_lease',
  'late_request',
] as const;
export type Kind = (typeof KINDS)[number];
