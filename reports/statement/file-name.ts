/** `statement-2026-01-usd-cr_ada.pdf`: each statement has one unique name. */
export function statementFileName(
  { period, currency, creator_id }: { period: string; currency: string; creator_id: string },
  format: string,
): string {
  return `statement-${period}-${currency.toLowerCase()}-${creator_id}.${format}`;
}
