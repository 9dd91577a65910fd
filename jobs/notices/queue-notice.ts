import { insertable } from '../../warehouse/operational/insertable.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { NOTICES, type NoticeFacts, type NoticeKind } from './kinds.ts';
import { mailWords } from './words.ts';

/** Something that happened, and who is to know. */
export interface NewNotice<K extends NoticeKind> {
  readonly kind: K;
  /** The id of what happened: nobody is told of it twice. */
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
export async function queueNotice<K extends NoticeKind>(store: Operational, notice: NewNotice<K>): Promise<void> {
  const { kind, cause, facts, now } = notice;
  const { isSecurity, path } = NOTICES[kind];
  const ids = [notice.to].flat();
  if (ids.length === 0) return;
  let people = store.selectFrom('people').select(['id', 'email', 'locale']).where('id', 'in', ids);
  if (!isSecurity) {
    const refusals = store.selectFrom('notice_choices').select('person_id').where('kind', '=', kind);
    people = people.where('id', 'not in', refusals.where('is_on', '=', false));
  }
  const rows = (await people.execute()).map(({ id, email, locale }) => {
    const { subject, text } = mailWords(locale).notices[kind];
    return {
      ...{ kind, cause, person_id: id, address: email, subject: subject(facts), body: text(facts) },
      ...{ path: path(facts), queued_at: now, due_at: now, sent_at: null, error: null },
    };
  });
  for (const some of insertable(rows)) {
    await store
      .insertInto('notices')
      .values(some)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
