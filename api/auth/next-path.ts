/**
 * Where to go on after logging in: a page of ours, which came with the request. Anything else, such as an address of another site, becomes the start
 * page. cheatsheetseries.owasp.org: Unvalidated Redirects and Forwards.
 */
export function nextPath(wanted: string | undefined): string {
  const base = 'http://pages.invalid';
  if (wanted === undefined || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) || wanted.length > 1000) return '/';
  if (wanted.includes('\\') || !URL.canParse(wanted, base)) return '/';
  const { origin, pathname, search } = new URL(wanted, base);
  // A path such as `/..//elsewhere` is made shorter, and then names another host.
  return origin === base && !pathname.startsWith('//') && !/^\/log(in|out)\b/.test(pathname) ? pathname + search : '/';
}
