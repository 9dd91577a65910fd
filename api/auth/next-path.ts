import { Rejected } from '../../warehouse/errors.ts';

/** The question of an app is as long as its state and scopes. */
const LONGEST = 1000;

/**
 * Where to go on after logging in: a page of ours, which came with the request. Anything else, such as an address of another site, becomes the start
 * page. cheatsheetseries.owasp.org: Unvalidated Redirects and Forwards. Throws `Rejected` for one that is too long, because a part of it would lead elsewhere.
 */
export function requireNextPath(wanted: string | undefined): string {
  const base = 'http://pages.invalid';
  if (wanted !== undefined && wanted.length > LONGEST) {
    throw new Rejected(
      `You cannot be led on after logging in: the address has more than ${LONGEST} characters. Log in at /login, and begin again; an app must ask with a shorter state.`,
    );
  }
  if (wanted === undefined || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted)) return '/';
  if (wanted.includes('\\') || !URL.canParse(wanted, base)) return '/';
  const { origin, pathname, search } = new URL(wanted, base);
  // A path such as `/..//elsewhere` is made shorter, and then names another host.
  return origin === base && !pathname.startsWith('//') && !/^\/log(in|out)\b/.test(pathname) ? pathname + search : '/';
}
