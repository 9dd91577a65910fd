import type { ReportedOverride } from './document.ts';

/** Who let a batch of payouts be made without a comparison that was new enough, when and why. */
export function overrideInWords({ sequence, sentence, overridden_by, overridden_at }: ReportedOverride): string {
  return `Batch ${sequence}, by ${overridden_by} on ${overridden_at.slice(0, 10)}: ${sentence}`;
}
