import type { Selectable } from 'kysely';
import { instant } from '../../warehouse/clock.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import { derivedId } from '../../warehouse/ids.ts';
import type { NoticesTable } from '../../warehouse/operational/people-tables.ts';
import type { Job, Run } from '../job.ts';
import { deriveNotices } from './derive-notices.ts';
import { NOTICES, type NoticeKind } from './kinds.ts';
import { mailWords } from './words.ts';

/** Read at once. */
const ROWS = 100;
/** A mail server that is down is not asked for every mail. */
const MOST_FAILURES = 3;
/** After about four days. What was given up stays in the table with its error. */
const MOST_ATTEMPTS = 20;
const LONGEST_WAIT_MS = 6 * 3_600_000;

type Due = Selectable<NoticesTable> & { readonly locale: string | null };

/** Queues the notices to people, and mails those that are due. A mail server that is down delays mails, and stops nothing else. */
export const sendNotices: Job = {
  name: 'send-notices',
  meaning: 'Mails people what has happened to their account, statements, payouts and months.',
  about: 'everything',
  async run(run) {
    const counts = { derived_count: await deriveNotices(run), sent_count: 0, failed_count: 0 };
    for (let due = await dueIn(run); due.length > 0; due = await dueIn(run)) {
      for (const notice of due) {
        run.interruption.throwIfAborted();
        counts[(await sendOne(run, notice)) ? 'sent_count' : 'failed_count'] += 1;
        if (counts.failed_count === MOST_FAILURES) return counts;
      }
    }
    return counts;
  },
};

function dueIn({ operational, clock }: Run): Promise<Due[]> {
  return operational
    .selectFrom('notices')
    .innerJoin('people', 'people.id', 'notices.person_id')
    .selectAll('notices')
    .select('people.locale')
    .where('sent_at', 'is', null)
    .where('due_at', '<=', instant(clock.now()))
    .where('attempt_count', '<', MOST_ATTEMPTS)
    .orderBy('due_at')
    .orderBy('entry')
    .limit(ROWS)
    .execute();
}

/**
 * Whether it was sent. Only if the process ends between the mail server's word and the row is it sent again, with the same Message-ID, by which mail
 * programs show it once.
 */
async function sendOne({ operational, clock, mail }: Run, notice: Due): Promise<boolean> {
  if (!mail) throw new Unavailable('Notices cannot be mailed: no mail is set up in this process.');
  const { entry, kind, cause, person_id, address, subject, body, path, locale, attempt_count } = notice;
  const words = mailWords(locale);
  const url = mail.url();
  const last = NOTICES[kind as NoticeKind].isSecurity ? words.security : words.switchOff(`${url}/account/notices`);
  const text = [body, words.see(`${url}${path}`), last].join('\n\n');
  const update = operational.updateTable('notices').where('entry', '=', entry);
  try {
    await mail.mailer.send({ to: address, subject, text, id: derivedId('notice', kind, cause, person_id) });
    await update.set({ sent_at: instant(clock.now()), error: null }).execute();
    return true;
  } catch (error) {
    const wait = Math.min(2 ** attempt_count * 60_000, LONGEST_WAIT_MS);
    const failed = { attempt_count: attempt_count + 1, due_at: instant(clock.now() + wait), error: messageOf(error) };
    await update.set(failed).execute();
    return false;
  }
}
