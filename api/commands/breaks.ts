import type { BreakDossier, BreakHistoryEntry } from '../../jobs/break-history.ts';
import type { PeriodBreak } from '../../jobs/breaks.ts';
import type { Reconciliation } from '../../jobs/reconcile-stripe.ts';
import { money } from '../../reports/finance/break-details.ts';
import { whatToDo } from '../../reports/finance/break-sentences.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { oneOf } from './acts.ts';
import { allRows } from './all-rows.ts';
import type { Act } from './command.ts';

const list: Act = async (args, { open, isJson }) => {
  const period = parsePeriod(args.require('The period')[0]);
  const client = await open();
  const found = await allRows<PeriodBreak>(client, `/v1/periods/${period}/breaks`);
  const { verdict, reason } = await client.requestJson<Pick<Reconciliation, 'verdict' | 'reason'>>(
    `/v1/reconciliations/${period}`,
  );
  return { value: { period, verdict, reason, ...(isJson ? { breaks: found } : shownBreaks(found)) } };
};

const show: Act = async (args, { open, isJson }) => {
  const [month, id] = args.require('The period', 'The id of the break');
  const path = `/v1/periods/${parsePeriod(month)}/breaks/${encodeURIComponent(id)}`;
  const dossier = await (await open()).requestJson<BreakDossier>(path);
  return { value: isJson ? { ...dossier } : shownDossier(dossier) };
};

const assign: Act = async (args, { open, isJson }) => {
  const [month, id, owner] = args.require('The period', 'The id of the break', 'The id, address or name of a person');
  const body = { owner, by: args.requirePerson() };
  const path = `/v1/periods/${parsePeriod(month)}/breaks/${encodeURIComponent(id)}/owner`;
  const assigned = await (await open()).requestJson<PeriodBreak>(path, { method: 'POST', body });
  return { value: isJson ? { ...assigned } : { break_id: assigned.break_id, owner: assigned.owner } };
};

const acknowledge: Act = async (args, { open, isJson }) => {
  const { first, rest } = args.divide('The period');
  const period = parsePeriod(first);
  const break_ids = rest.requireSeveral('The id of a break');
  const sentence = rest.requireReason('what the difference is');
  const body = { break_ids, state_digest: rest.option('as-of'), sentence, by: rest.requirePerson() };
  const result = await (await open()).requestJson<{ acknowledged: PeriodBreak[]; unchanged: number }>(
    `/v1/periods/${period}/break-acknowledgements`,
    { method: 'POST', body },
  );
  return { value: isJson ? { ...result } : { ...result, acknowledged: result.acknowledged.map(lineOf) } };
};

/** Lists the breaks of a period, shows one with its history, gives it to a person, or acknowledges some. */
export const breaks = oneOf({ list, show, assign, acknowledge });

/** Breaks for people: a table, and below it what happened with each, whose money it is and what to do. */
export function shownBreaks(found: readonly PeriodBreak[]): Readonly<Record<string, unknown>> {
  if (found.length === 0) return { breaks: [] };
  return { breaks: found.map(lineOf), each_break: found.flatMap(explained) };
}

/** The lines about one break. */
function explained(each: PeriodBreak): string[] {
  const { break_id, what_happened, whose_money, acknowledgement, break_state } = each;
  const accepted = break_state === 'acknowledged' ? acknowledgement : null;
  return [
    `${break_id}`,
    `  What happened: ${what_happened}`,
    `  Whose money:   ${whose_money}`,
    accepted
      ? `  Accepted:      by ${accepted.acknowledged_by} on ${accepted.acknowledged_at.slice(0, 10)}: ${accepted.sentence}`
      : `  What to do:    ${whatToDo(each)}`,
  ];
}

function lineOf(each: PeriodBreak): object {
  const { break_id, break_class, priority, age_days, break_state, owner } = each;
  return {
    ...{ break_id, class: break_class, priority, our_books: ours(each), stripe: theirs(each), age_days },
    ...{ state: changedSince(each) ? 'changed since' : break_state.replaceAll('_', ' '), owner },
    as_of: each.state_digest.slice(0, 12),
  };
}

const changedSince = ({ break_state, acknowledgement }: PeriodBreak): boolean =>
  break_state !== 'acknowledged' && acknowledgement !== null;

type Amounts = Pick<BreakHistoryEntry, 'currency' | 'ledger_minor' | 'stripe_minor'>;

const ours = ({ ledger_minor, currency }: Amounts): string => shown(ledger_minor, currency);
const theirs = ({
  stripe_minor,
  currency,
  stripe_currency,
}: Amounts & { readonly stripe_currency?: string | null }): string => shown(stripe_minor, stripe_currency ?? currency);

/** Amounts in JSON are numbers. */
export function shown(minor: bigint | null, currency: string): string {
  return minor === null ? '' : money(BigInt(minor), currency);
}

function shownDossier({ found, history, ...seen }: BreakDossier): Readonly<Record<string, unknown>> {
  const now = found && {
    ...lineOf(found),
    ...{ what_happened: found.what_happened, whose_money: found.whose_money, what_to_do: whatToDo(found) },
    creators: found.creators.join(' ') || null,
    acknowledgements: [found.acknowledgement, ...found.earlier_acknowledgements].flatMap((each) =>
      each === null
        ? []
        : [
            {
              at: each.acknowledged_at,
              by: each.acknowledged_by,
              because: each.sentence,
              as: `${each.break_class}, ${ours(each) || 'nothing'} / ${theirs(each) || 'nothing'}`,
            },
          ],
    ),
  };
  return {
    ...seen,
    now: now ?? { state: 'cleared: the last comparison no longer found it' },
    history: history.map((each) => ({
      ...{ at: each.changed_at, change: each.change, class: each.break_class, our_books: ours(each) },
      ...{ stripe: theirs(each), owner: each.owner, by: each.changed_by },
    })),
  };
}
