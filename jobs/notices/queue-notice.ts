import type { Insertable, Selectable } from 'kysely';
import { insertable } from '../../warehouse/operational/insertable.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { NoticesTable, PeopleTable } from '../../warehouse/operational/people-tables.ts';
import { NOTICES, type NoticeFacts, type NoticeKind } from './kinds.ts';
import { mailWords } from './words.ts';

/** Something that happened, and who is to know. */
export interface NewNotice<K extends NoticeKind> {
  readonly kind: K;
  /** The id of what happened: nobody is notified of it twice. */
  readonly cause: string;
  /** The ids of people. */
  readonly to: string | readonly string[];
  readonly facts: NoticeFacts[K];
  /** An instant. */
  readonly now: string;
}

/**
 * Queues a mail to each of these people, in their language, unless they have switched the kind off; in the transaction of what it is about, it is
 * queued if and only if that happens. The job `send-notices` sends it.
 */
export const queueNotice = <K extends NoticeKind>(store: Operational, notice: NewNotice<K>): Promise<void> =>
  queueNotices(store, [notice]);

/** Queues several, at most a thousand, as `queueNotice` does. */
export async function queueNotices(store: Operational, notices: readonly NewNotice<NoticeKind>[]): Promise<void> {
  const ids = [...new Set(notices.flatMap(({ to }) => to))];
  if (ids.length === 0) return;
  const rows = await store.selectFrom('people').select(['id', 'email', 'locale']).where('id', 'in', ids).execute();
  const people = new Map(rows.map((person) => [person.id, person]));
  const refused = await refusals(store, { notices, ids });
  const queued = notices.flatMap((notice) =>
    [notice.to].flat().flatMap((id) => {
      const person = people.get(id);
      return person && !refused.has(refusalOf(notice.kind, id)) ? [rowOf(notice, person)] : [];
    }),
  );
  for (const some of insertable(queued)) {
    await store
      .insertInto('notices')
      .values(some)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

const refusalOf = (kind: string, personId: string): string => `${kind} ${personId}`;

/** Which kinds these people have switched off, as `refusalOf` names them. */
async function refusals(
  store: Operational,
  { notices, ids }: { readonly notices: readonly NewNotice<NoticeKind>[]; readonly ids: readonly string[] },
): Promise<ReadonlySet<string>> {
  const kinds = [...new Set(notices.map(({ kind }) => kind))].filter((kind) => !NOTICES[kind].isSecurity);
  if (kinds.length === 0) return new Set();
  const rows = await store
    .selectFrom('notice_choices')
    .select(['kind', 'person_id'])
    .where('kind', 'in', kinds)
    .where('person_id', 'in', ids)
    .where('is_on', '=', false)
    .execute();
  return new Set(rows.map(({ kind, person_id }) => refusalOf(kind, person_id)));
}

function rowOf<K extends NoticeKind>(
  { kind, cause, facts, now }: NewNotice<K>,
  { id, email, locale }: Pick<Selectable<PeopleTable>, 'id' | 'email' | 'locale'>,
): Insertable<NoticesTable> {
  const { subject, text } = mailWords(locale).notices[kind];
  return {
    ...{ kind, cause, person_id: id, address: email, subject: subject(facts), body: text(facts) },
    ...{ path: NOTICES[kind].path(facts), queued_at: now, due_at: now, sent_at: null, error: null },
  };
}
