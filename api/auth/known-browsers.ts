import { createHmac } from 'node:crypto';
import { queueNotice } from '../../jobs/notices/queue-notice.ts';
import { instant } from '../../warehouse/clock.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { Caller } from './caller.ts';
import type { Exchange, SignInServices } from './sign-in-services.ts';

const COOKIE = 'tantieme.known';
const YEAR_SECONDS = 31_536_000;
/** People whose mark a browser keeps. */
const MOST_PEOPLE = 5;

/**
 * Mails somebody who has just logged in with a browser that has no mark of theirs, and marks it for a year. A mark lets nobody in: it only says that
 * this was mailed before.
 */
export async function noteBrowser(
  { operational, clock, secret, url }: Pick<SignInServices, 'operational' | 'clock' | 'secret' | 'url'>,
  { id, sessionId }: Caller,
  { request, reply }: Exchange,
): Promise<void> {
  const mark = createHmac('sha256', secret).update(`known browser of ${id}`).digest('base64url');
  const known = (request.cookies[COOKIE] ?? '').split('.');
  if (!known.includes(mark)) {
    await queueNotice(operational, {
      ...{ kind: 'logged-in', cause: requirePresent(sessionId, 'A session has an id.'), to: id },
      now: instant(clock.now()),
      facts: { browser: (request.headers['user-agent'] ?? '').slice(0, 300), address: request.ip },
    });
  }
  const others = known.filter((each) => /^[\w-]{43}$/.test(each) && each !== mark);
  reply.setCookie(COOKIE, [mark, ...others].slice(0, MOST_PEOPLE).join('.'), {
    ...{ path: '/login', httpOnly: true, sameSite: 'lax', secure: url().startsWith('https:'), maxAge: YEAR_SECONDS },
  });
}
