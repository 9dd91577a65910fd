import type { Outcome } from '../../jobs/job.ts';
import type { Decided, Decision } from '../../jobs/payouts/decide-payouts.ts';
import type { PayoutPreview } from '../../jobs/payouts/preview.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { oneOf, periodJob } from './acts.ts';
import { bankAnswer, bankResolve, bankStatus, exportPayouts } from './bank.ts';
import { type Act, type Args, WrongUsage } from './command.ts';
import { shownPreview } from './payout-preview.ts';
import { type Batch, shownStatus } from './payout-status.ts';

const status: Act = async (args, { open, isJson }) => {
  const period = parsePeriod(args.require('The period')[0]);
  const latest = await (await open()).requestJson<Batch & { earlier_batches: readonly Batch[] }>(
    `/v1/payouts/${period}`,
  );
  if (isJson) return { value: { ...latest } };
  const { earlier_batches: earlier, ...batch } = latest;
  return { value: shownStatus(batch, { earlier, all: args.flag('all') }) };
};

const preview: Act = async (args, { open, isJson }) => {
  const period = parsePeriod(args.require('The period')[0]);
  const found = await (await open()).requestJson<PayoutPreview>(`/v1/payouts/${period}/preview`);
  return { value: isJson ? { ...found } : shownPreview(found, { all: args.flag('all') }) };
};

/** Without the hash of a preview, what was signed off is in the answer: its hash and totals. */
const approve: Act = async (args, { open }) => {
  const period = parsePeriod(args.require('The period')[0]);
  const hash = args.option('hash');
  const options = hash === undefined ? {} : { options: { hash } };
  const request = { job: 'approve-payouts', period, by: args.requirePerson(), ...options };
  return { value: await (await open()).run(request) };
};

/** Holds, releases or cancels payouts; the command fails if one could not be changed. */
const decide =
  (decision: Decision): Act =>
  async (args, { open }) => {
    const { first, rest } = args.divide('The period');
    const period = parsePeriod(first);
    const body = { decision, ...requireSelection(rest), sentence: rest.requireReason(), by: rest.requirePerson() };
    const decided = await (await open()).requestJson<{ period: Period; payouts: readonly Decided[] }>(
      `/v1/payouts/${period}/decisions`,
      { method: 'POST', body },
    );
    const refused = decided.payouts.filter((each) => each.refused !== null).length;
    const failure = `${countOf(refused, 'payout')} of ${period} could not be changed; "refused" says why.`;
    return { value: decided, failure: refused > 0 ? failure : undefined };
  };

const reverse: Act = async (args, { open }) => {
  const { first, rest } = args.divide('The period');
  const period = parsePeriod(first);
  if (rest.flag('all')) throw new WrongUsage('payouts reverse takes back one payout; name it instead of --all.');
  const [id] = rest.require('The id of a payout or creator');
  const body = { id, sentence: rest.requireReason(), by: rest.requirePerson() };
  return { value: await (await open()).requestJson(`/v1/payouts/${period}/reversals`, { method: 'POST', body }) };
};

const overrideComparison: Act = async (args, { open }) => {
  const { first, rest } = args.divide('The period');
  rest.require();
  const period = parsePeriod(first);
  const body = { sentence: rest.requireReason(), by: rest.requirePerson() };
  const path = `/v1/payouts/${period}/comparison-overrides`;
  return { value: await (await open()).requestJson(path, { method: 'POST', body }) };
};

function requireSelection(args: Args): { readonly ids: readonly string[] } | { readonly all: true } {
  if (!args.flag('all')) return { ids: args.requireSeveral('The id of a payout or creator, or --all,') };
  if (!args.isEmpty) throw new WrongUsage('--all is for all payouts of the period; leave the ids out.');
  return { all: true };
}

/** Plans, approves, sends, exports or shows the payouts of a period, decides about some, or takes one back. */
export const payouts = oneOf({
  plan: periodJob('plan-payouts'),
  preview,
  approve,
  send: periodJob('send-payouts', unsentOf),
  export: exportPayouts,
  'bank-answer': bankAnswer,
  'bank-resolve': bankResolve,
  'bank-status': bankStatus,
  status,
  hold: decide('hold'),
  release: decide('release'),
  cancel: decide('cancel'),
  reverse,
  'override-comparison': overrideComparison,
});

/** Why not every payout of a period was sent. */
function unsentOf({ failed, waiting }: Outcome, period: Period): string | undefined {
  if (failed === 0 && waiting === 0) return undefined;
  return `Not every payout of ${period} was sent: ${failed} failed and ${waiting} waiting; for the reasons, run "tantieme payouts status ${period}".`;
}
