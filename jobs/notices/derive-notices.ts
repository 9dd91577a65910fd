import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import { insertable } from '../../warehouse/operational/insertable.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { OperationalTables } from '../../warehouse/operational/schema.ts';
import type { Run } from '../job.ts';
import { NOTICES, type NoticeFacts, type NoticeKind } from './kinds.ts';
import { type NewNotice, queueNotices } from './queue-notice.ts';
import { membersByCreator, peopleWith } from './recipients.ts';

interface Reading {
  readonly store: Operational;
  /** Rows from this instant on. */
  readonly since: string;
  readonly now: number;
}

/** What is to be reported, of one of these kinds; whoever it concerns is added. */
type Found<K extends NoticeKind> = { [Each in K]: Omit<NewNotice<Each>, 'to' | 'now'> }[K];
type Find<K extends NoticeKind> = (reading: Reading) => Promise<Found<K>[]>;
type Source = (reading: Reading) => Promise<Omit<NewNotice<NoticeKind>, 'now'>[]>;
/** The kinds about one creator. */
type OfCreator = { [K in NoticeKind]: NoticeFacts[K] extends { readonly creator: string } ? K : never }[NoticeKind];

/** A row may be committed later than its time says. */
const LOOK_BACK_MS = 3_600_000;
/** Whoever acted for a creator until lately is notified of where its money goes: somebody may have put them out to change it. */
const FORMER_MS = 30 * DAY_MS;
const FORM_EXPIRES_DAYS = 30;
const MARK = 'control store';
/** Reasons against a payout that the creator can end at its payout account. */
const THEIRS = [
  'identity_not_verified',
  'payout_account_missing',
  'payout_account_not_active',
  'payout_account_rejected',
];

/**
 * Queues the notices about what the control store has recorded since the last time, each cause once; the first time, about the last hour. They are
 * derived from the tables themselves, so none is lost if a process ends between an act and its notice. Returns how many causes there were.
 */
export async function deriveNotices(run: Pick<Run, 'operational' | 'clock' | 'interruption'>): Promise<number> {
  const { operational, clock, interruption } = run;
  const now = clock.now();
  const mark = await operational
    .selectFrom('notice_marks')
    .select('read_until_at')
    .where('source', '=', MARK)
    .executeTakeFirst();
  const since = instant((mark ? Date.parse(mark.read_until_at) : now) - LOOK_BACK_MS);
  let count = 0;
  for (const read of SOURCES) {
    const found = await read({ store: operational, since, now });
    for (const some of insertable(found)) {
      interruption.throwIfAborted();
      const notices = some.map((each) => ({ ...each, now: instant(now) }));
      await queueNotices(operational, notices);
    }
    count += found.length;
  }
  const read_until_at = instant(now);
  await operational
    .insertInto('notice_marks')
    .values({ source: MARK, read_until_at })
    .onConflict((conflict) => conflict.column('source').doUpdateSet({ read_until_at }))
    .execute();
  return count;
}

/** Whether nobody has a notice of this yet. `cause`: the column with its id. */
function hasNoNotice(kind: NoticeKind, cause: string): Expression<SqlBool> {
  const { not, exists, selectFrom, cast } = expressionBuilder<OperationalTables, never>();
  const notice = selectFrom('notices')
    .select('notices.entry')
    .where('notices.kind', '=', kind)
    .where('notices.cause', '=', cast<string>(sql.ref(cause), 'text'));
  return not(exists(notice));
}

/** What is mailed to the people who act for the creator; with `former` also to those who did so until lately. */
function toMembers(find: Find<OfCreator>, who: 'current' | 'former' = 'current'): Source {
  return async (reading) => {
    const found = await find(reading);
    const members = await membersByCreator(reading.store, {
      creatorIds: found.map(({ facts }) => facts.creator),
      endedAfter: instant(reading.now - FORMER_MS),
    });
    return found.map((each) => ({ ...each, to: members.get(each.facts.creator)?.[who] ?? [] }));
  };
}

/** What is mailed to everybody in the company whose roles a kind names. */
function toCompany<K extends NoticeKind>(kind: K, find: Find<K>): Source {
  return async (reading) => {
    const found = await find(reading);
    const to = found.length > 0 ? await peopleWith(reading.store, NOTICES[kind].roles) : [];
    return found.map((each) => ({ ...each, to }));
  };
}

/** Of a key that was made or rotated its maker, and whoever else acts for the same creator or developer; of a key of the company its administrators. */
const keys: Source = async ({ store, since }) => {
  const rows = await store.selectFrom('api_keys').selectAll().where('secret_made_at', '>=', since).execute();
  return Promise.all(
    rows.map(async ({ api_key_id, name, role, creator_id, developer_id, person_id, created_at, secret_made_at }) => {
      const subject = creator_id ?? developer_id ?? '';
      const owner = creator_id !== null ? 'creator' : developer_id !== null ? 'developer' : 'admin';
      const others = await peopleWith(store, [owner], subject);
      const to = person_id === null ? others : [...others, person_id];
      const isRotated = secret_made_at !== created_at;
      const facts = { name, role, subject, isRotated };
      return { kind: 'api-key-made', cause: `${api_key_id} ${secret_made_at}`, to, facts };
    }),
  );
};

const payoutAccounts: Find<'payout-account-changed'> = async ({ store, since }) => {
  const stripe = await store
    .selectFrom('payout_accounts')
    .select(['account_id_stripe as cause', 'creator_id as creator', 'account_id_stripe as account', 'created_by as by'])
    .where('created_at', '>=', since)
    .where(hasNoNotice('payout-account-changed', 'payout_accounts.account_id_stripe'))
    .execute();
  const bank = await store
    .selectFrom('bank_accounts')
    .select(['bank_account_id as cause', 'creator_id as creator', 'masked as account', 'recorded_by as by'])
    .where('recorded_at', '>=', since)
    .where(hasNoNotice('payout-account-changed', 'bank_accounts.bank_account_id'))
    .execute();
  return [...stripe, ...bank].map(({ cause, ...facts }) => ({ kind: 'payout-account-changed', cause, facts }));
};

const taxProfiles: Find<'tax-profile-changed'> = async ({ store, since }) => {
  const rows = await store
    .selectFrom('tax_profiles')
    .select(['entry', 'creator_id as creator', 'form', 'recorded_by as by'])
    .where('recorded_at', '>=', since)
    .where(hasNoNotice('tax-profile-changed', 'tax_profiles.entry'))
    .execute();
  return rows.map(({ entry, ...facts }) => ({ kind: 'tax-profile-changed', cause: String(entry), facts }));
};

const statements: Find<'statement-issued'> = async ({ store, since }) => {
  const rows = await store
    .selectFrom('documents')
    .select(['content_id', 'subject as creator', 'period', 'currency'])
    .distinct()
    .where('kind', '=', 'statement')
    .where('issued_at', '>=', since)
    .where(hasNoNotice('statement-issued', 'documents.content_id'))
    .execute();
  return rows.map(({ content_id, ...facts }) => ({ kind: 'statement-issued', cause: content_id, facts }));
};

const payoutSteps: Find<'payout-sent' | 'payout-held'> = async ({ store, since }) => {
  const rows = await store
    .selectFrom('payout_log')
    .innerJoin('payout_lines', 'payout_lines.payout_id', 'payout_log.payout_id')
    .innerJoin('payout_batches', 'payout_batches.batch_id', 'payout_lines.batch_id')
    .select(['payout_log.entry', 'payout_log.state', 'creator_id as creator', 'period', 'currency', 'amount_minor'])
    .where('logged_at', '>=', since)
    .where('payout_log.state', 'in', ['sent', 'held'])
    .where(hasNoNotice('payout-sent', 'payout_log.entry'))
    .where(hasNoNotice('payout-held', 'payout_log.entry'))
    .execute();
  return rows.map(({ entry, state, amount_minor, ...payout }) => {
    const facts = { ...payout, amount: minorToDecimal(amount_minor, payout.currency), isTheirs: false };
    const kind = state === 'sent' ? ('payout-sent' as const) : ('payout-held' as const);
    return { kind, cause: String(entry), facts };
  });
};

const unpaidLines: Find<'payout-held'> = async ({ store, since }) => {
  const rows = await store
    .selectFrom('payout_lines')
    .innerJoin('payout_batches', 'payout_batches.batch_id', 'payout_lines.batch_id')
    .select(['payout_id', 'creator_id as creator', 'period', 'currency', 'amount_minor'])
    .where('planned_at', '>=', since)
    .where('reason', 'in', THEIRS)
    .where(hasNoNotice('payout-held', 'payout_lines.payout_id'))
    .execute();
  return rows.map(({ payout_id, amount_minor, ...payout }) => ({
    kind: 'payout-held',
    cause: payout_id,
    facts: { ...payout, amount: minorToDecimal(amount_minor, payout.currency), isTheirs: true },
  }));
};

const expiringForms: Find<'tax-form-expires'> = async ({ store, now }) => {
  const [today, last] = [instant(now).slice(0, 10), instant(now + FORM_EXPIRES_DAYS * DAY_MS).slice(0, 10)];
  const rows = await store
    .selectFrom('tax_profiles')
    .select(['entry', 'creator_id as creator', 'form', 'valid_until_on'])
    .where('valid_until_on', '>=', today)
    .where('valid_until_on', '<=', last)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('tax_profiles as later')
            .select('later.entry')
            .whereRef('later.creator_id', '=', 'tax_profiles.creator_id')
            .whereRef('later.regime', '=', 'tax_profiles.regime')
            .whereRef('later.entry', '>', 'tax_profiles.entry'),
        ),
      ),
    )
    .where(hasNoNotice('tax-form-expires', 'tax_profiles.entry'))
    .execute();
  return rows.map(({ entry, creator, form, valid_until_on }) => ({
    kind: 'tax-form-expires',
    cause: String(entry),
    facts: { creator, form, on: valid_until_on ?? '' },
  }));
};

/** Whoever has started a closing has seen that it was refused. The same refusal is one notice, however often it is tried again. */
const refusedClosings: Find<'closing-refused'> = async ({ store, since }) => {
  const rows = await store
    .selectFrom('job_runs')
    .select(['period', 'error'])
    .distinct()
    .where('job', '=', 'close-period')
    .where('state', '=', 'failed')
    .where('started_by', '=', 'schedule')
    .where('interrupted_at', 'is', null)
    .where('finished_at', '>=', since)
    .execute();
  return rows.map(({ period, error }) => ({
    kind: 'closing-refused',
    cause: `${period} ${sha256Hex(error ?? '').slice(0, 24)}`,
    facts: { period, error: error ?? '' },
  }));
};

const waitingBatches: Find<'batch-waits'> = async ({ store, since }) => {
  const rows = await store
    .selectFrom('payout_batches')
    .innerJoin('payout_lines', 'payout_lines.batch_id', 'payout_batches.batch_id')
    .select(({ fn }) => ['payout_batches.batch_id', 'period', fn.countAll<bigint>().as('line_count')])
    .where('state', '=', 'planned')
    .where('planned_at', '>=', since)
    .where('reason', '=', 'payable')
    .where(hasNoNotice('batch-waits', 'payout_batches.batch_id'))
    .groupBy(['payout_batches.batch_id', 'period'])
    .execute();
  return rows.map(({ batch_id, period, line_count }) => ({
    kind: 'batch-waits',
    cause: batch_id,
    facts: { period, batch: batch_id, count: Number(line_count) },
  }));
};

/** One for each comparison. */
const newBreaks: Find<'breaks-found'> = async ({ store, since }) => {
  const rows = await store
    .selectFrom('break_history')
    .select(({ fn }) => ['period', 'changed_at', fn.countAll<bigint>().as('break_count')])
    .where('change', 'in', ['found', 'found_again'])
    .where('changed_at', '>=', since)
    .groupBy(['period', 'changed_at'])
    .execute();
  return rows.map(({ period, changed_at, break_count }) => ({
    kind: 'breaks-found',
    cause: `${period} ${changed_at}`,
    facts: { period, count: Number(break_count) },
  }));
};

const SOURCES: readonly Source[] = [
  keys,
  ...[toMembers(payoutAccounts, 'former'), toMembers(taxProfiles, 'former')],
  ...[toMembers(statements), toMembers(payoutSteps), toMembers(unpaidLines), toMembers(expiringForms)],
  ...[toCompany('closing-refused', refusedClosings), toCompany('batch-waits', waitingBatches)],
  toCompany('breaks-found', newBreaks),
];
