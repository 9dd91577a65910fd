import type { PeriodException } from '../../jobs/exceptions.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import {
  EXCEPTION_REASON_NAMES,
  EXCEPTION_REASONS,
  type ExceptionReason,
} from '../../warehouse/vocabulary/exceptions.ts';
import { oneOf } from './acts.ts';
import { allRows } from './all-rows.ts';
import { type Act, type Args, WrongUsage } from './command.ts';

const list: Act = async (args, { open, isJson }) => {
  const period = parsePeriod(args.require('The period')[0]);
  const found = await allRows<PeriodException>(await open(), `/v1/periods/${period}/exceptions`);
  if (isJson) return { value: { period, exceptions: found } };
  const reasons = EXCEPTION_REASON_NAMES.filter((reason) => found.some((each) => each.exception_reason === reason));
  const value = { period, exceptions: linesOf(found), reasons: reasons.map(explained) };
  return { value: reasons.length === 0 ? { period, exceptions: [] } : value };
};

const show: Act = async (args, { open }) => {
  const [month, id] = args.require('The period', 'The id of the exception');
  const path = `/v1/periods/${parsePeriod(month)}/exceptions/${encodeURIComponent(id)}`;
  return { value: { ...(await (await open()).requestJson<PeriodException>(path)) } };
};

const acknowledge: Act = async (args, { open, isJson }) => {
  const { first, rest } = args.divide('The period');
  const period = parsePeriod(first);
  const body = {
    ...requireSelection(rest),
    sentence: rest.requireReason('why the exceptions may stay open'),
    by: rest.requirePerson(),
  };
  const result = await (await open()).requestJson<{ acknowledged: PeriodException[]; unchanged: number }>(
    `/v1/periods/${period}/acknowledgements`,
    { method: 'POST', body },
  );
  return { value: isJson ? { ...result } : { ...result, acknowledged: linesOf(result.acknowledged) } };
};

const assign: Act = async (args, { open, isJson }) => {
  const [month, id, owner] = args.require(
    'The period',
    'The id of the exception',
    'The id, address or name of a person',
  );
  const path = `/v1/periods/${parsePeriod(month)}/exceptions/${encodeURIComponent(id)}/owner`;
  const body = { owner, by: args.requirePerson() };
  const assigned = await (await open()).requestJson<PeriodException>(path, { method: 'POST', body });
  return { value: isJson ? { ...assigned } : { exception_id: assigned.exception_id, owner: assigned.owner } };
};

/** Lists the exceptions of a period, shows one, gives it to a person, or acknowledges some. */
export const exceptions = oneOf({ list, show, assign, acknowledge });

function requireSelection(args: Args): { reason: string } | { exception_ids: readonly string[] } {
  const reason = args.option('reason');
  if (reason === undefined) return { exception_ids: args.requireSeveral('The id of an exception, or --reason,') };
  args.require();
  if (!Object.hasOwn(EXCEPTION_REASONS, reason)) {
    throw new WrongUsage(
      `--reason must be one of ${EXCEPTION_REASON_NAMES.join(', ')}, not ${JSON.stringify(reason)}.`,
    );
  }
  return { reason };
}

/** Exceptions as the rows of a table for people, in 80 columns; without acknowledgements and owners where there are none. */
function linesOf(exceptions: readonly PeriodException[]): object[] {
  const isOwned = exceptions.some(({ owner }) => owner !== null);
  const isAcknowledged = exceptions.some(({ acknowledgement }) => acknowledgement !== null);
  return exceptions.map((exception) => {
    const { exception_id, exception_reason, fact_count, suspended_amount, currency, age_days, owner } = exception;
    return {
      ...{ exception_id, reason: exception_reason, facts: fact_count },
      amount: suspended_amount === null ? null : [suspended_amount, currency].filter(Boolean).join(' '),
      days: age_days,
      ...(isAcknowledged && { acknowledged: stateOf(exception) }),
      ...(isOwned && { owner }),
    };
  });
}

function stateOf({ acknowledgement, is_acknowledged }: PeriodException): string {
  if (!acknowledgement) return 'no';
  return is_acknowledged ? `by ${acknowledgement.acknowledged_by}` : 'changed since';
}

const explained = (reason: ExceptionReason): object => ({ reason, ...EXCEPTION_REASONS[reason] });
