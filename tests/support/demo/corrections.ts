import { requirePresent } from '../../../warehouse/invariant.ts';
import { CASE_CORRECTIONS } from './cases.ts';
import type { Api } from './client.ts';

/** What the shop or the buyers said about exceptions with a reason. */
export function sentenceFor(reason: string): string {
  const sentences: Readonly<Record<string, string>> = {
    event_quarantined: 'The shop sent them again, corrected.',
    consent_missing: 'The buyer was told to stop, and the creator was asked for a consent.',
    asset_withdrawn: 'The buyer was told to stop.',
    charge_missing: 'The charge was made in the evening; Stripe will list it.',
    reports_differ: 'The first report is right; the shop has corrected its form.',
  };
  return requirePresent(sentences[reason], `A sentence for ${reason}.`);
}

type People = Readonly<Record<'finance' | 'approver' | 'operator', Api>>;

/** Proposes the corrections that are not there yet, and lets another person approve them; returns how many. */
export async function correct(
  { finance, approver, operator }: People,
  progress: (text: string) => void,
): Promise<number> {
  const listed = async (state?: string) =>
    (
      (await finance.get(`/v1/corrections${state ? `?state=${state}` : ''}`)) as {
        data: readonly { correction_id: string; corrected_id: string }[];
      }
    ).data;
  const known = new Set((await listed()).map(({ corrected_id }) => corrected_id));
  for (const correction of CASE_CORRECTIONS) {
    if (!known.has(correction.corrected_id)) await finance.post('/v1/corrections', correction);
  }
  const proposed = (await listed('proposed')).map(({ correction_id }) => correction_id);
  if (proposed.length > 0) await approver.post('/v1/corrections/approvals', { correction_ids: proposed });
  await operator.run('load-events', { progress });
  return proposed.length;
}
