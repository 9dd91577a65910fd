import { DAY_MS, instant } from '../../../warehouse/clock.ts';
import { type Period, parsePeriod, periodEnd, periodOf, periodStart } from '../../../warehouse/period.ts';
import type { Permission } from '../../auth/permissions.ts';
import { html } from '../markup.ts';
import type { Page, PageContent, PageRequest } from '../page.ts';

/** A developer as the API shows it. */
interface Developer {
  readonly developer_id: string;
  readonly developer_name: string | null;
  readonly newest_period: string | null;
}

/** A request for a page of one developer. */
export interface DeveloperRequest extends PageRequest {
  readonly developer: Developer;
  /** The path of another page of the developer: `/spend` → `/d/dev_1/spend`. */
  readonly at: (place: string) => string;
  /** The path of the API about the developer. */
  readonly apiPath: string;
}

interface DeveloperPage {
  /** Below `/d/:developer_id`. */
  readonly path: string;
  readonly permission?: Permission;
  readonly show: (request: DeveloperRequest) => Promise<PageContent>;
}

/** A page about one developer. The API decides whether the caller may see it, and reports any other developer as not found. */
export function developerPage({ path, permission = 'developers:read', show }: DeveloperPage): Page {
  return { path: `/d/:developer_id${path}`, permission, show: (request) => ofDeveloper(request, show) };
}

/** With the name of the developer above, and the way to the others of the caller. */
export async function ofDeveloper(request: PageRequest, show: DeveloperPage['show']): Promise<PageContent> {
  const { words, caller, params } = request;
  const id = encodeURIComponent(params.developer_id ?? '');
  const apiPath = `/developers/${id}`;
  const developer = await request.api.get<Developer>(apiPath);
  const { title, body } = await show({ ...request, developer, apiPath, at: (place) => `/d/${id}${place}` });
  const others = caller.developerIds.filter((each) => each !== developer.developer_id);
  const { creator: texts } = words;
  const whose = html`<p class="soft">${texts.of(developer.developer_name ?? developer.developer_id)} ${
    developer.developer_name !== null && html`<code>${developer.developer_id}</code>`
  }${
    others.length > 0 &&
    html`. ${texts.others} ${others.map((each, index) => html`${index > 0 && ', '}<a href=${`/d/${each}`}>${each}</a>`)}`
  }</p>`;
  return { title, body: html`${whose}${body}` };
}

/** Days as `2026-01-31`: those that were asked for, or the newest month of the books, or this one, until today. */
export function daysIn({ query, services, developer }: DeveloperRequest): {
  readonly from: string;
  readonly until: string;
} {
  const now = services.clock.now();
  const month = shownMonth({ services, developer });
  const until = isDay(query.until) ? query.until : dayOf(Math.min(periodEnd(month) - 1, now));
  return { from: isDay(query.from) ? query.from : dayOf(periodStart(month)), until };
}

/** The month that is shown if none is asked for. */
export function shownMonth({ services, developer }: Pick<DeveloperRequest, 'services' | 'developer'>): Period {
  const current = periodOf(services.clock.now());
  const { newest_period } = developer;
  return newest_period !== null && newest_period < current ? parsePeriod(newest_period) : current;
}

/** The days on which the events of the month that is shown may have landed: until today, or for three months. */
export function loadingDaysIn(request: DeveloperRequest): { readonly from: string; readonly until: string } {
  const { from, until } = daysIn(request);
  const latest = Math.min(Date.parse(from) + 90 * DAY_MS, request.services.clock.now());
  return { from, until: isDay(request.query.until) ? until : dayOf(Math.max(latest, Date.parse(from))) };
}

const dayOf = (ms: number): string => instant(ms).slice(0, 10);
const isDay = (text: string | undefined): text is string => /^\d{4}-\d\d-\d\d$/.test(text ?? '');

/** The days from the first to the last. */
export function eachDay({ from, until }: { readonly from: string; readonly until: string }): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(until); at += DAY_MS) days.push(instant(at).slice(0, 10));
  return days;
}
