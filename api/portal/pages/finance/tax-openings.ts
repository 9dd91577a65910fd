import type { VNode } from 'preact';
import type { YearOpening } from '../../../../jobs/tax/year-openings.ts';
import { REGIME_OF_FORM } from '../../../../reports/tax/profiles.ts';
import type { TaxFormName } from '../../../../reports/tax/words.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { type Column, grid } from '../../components/grid.ts';
import { factorNotice, stateLabel, type Tone } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import { reason } from '../../month/payout-table.ts';
import type { Page, PageRequest } from '../../page.ts';

const TONES: Readonly<Record<YearOpening['state'], Tone>> = { requested: 'warn', released: 'good', lapsed: 'plain' };

/** What two people do before one of them sees the numbers of all creators on a form: one requests it, the other releases it. */
export const OPENING_ACTS: NonNullable<Page['acts']> = {
  async open({ api }, { year = '', form = '', sentence: because = '' }) {
    await api.send('POST', '/tax/openings', { year, form, because });
    return `/tax?${new URLSearchParams({ year, done: 'requested' })}`;
  },
  async release({ api }, { year = '', opening_id = '' }) {
    await api.send('POST', `/tax/openings/${encodeURIComponent(opening_id)}/release`);
    return `/tax?${new URLSearchParams({ year, done: 'released' })}`;
  },
};

interface OfYear {
  readonly year: string;
  readonly forms: readonly TaxFormName[];
}

interface Openings {
  /** The forms that whoever looks can preview and file now. */
  readonly opened: readonly TaxFormName[];
  /** The requests of the year, and the form to make one; nothing where one person does the taxes. */
  readonly sections: readonly VNode[];
}

/** Which forms of a year are open to whoever looks, and how the others are opened. */
export async function openingsOf(request: PageRequest, { year, forms }: OfYear): Promise<Openings> {
  const { api, caller, services } = request;
  if (!hasPermission(caller, 'tax-years:export')) return { opened: [], sections: [] };
  if (services.taxOpenedBy === 'one_person') return { opened: forms, sections: [] };
  const { data } = await api.get<{ data: readonly YearOpening[] }>('/tax/openings');
  const openings = data.filter((each) => each.year === year);
  const isOpened = (form: TaxFormName): boolean =>
    openings.some((each) => each.form === form && each.state === 'released' && isOwn(request, each));
  const numbered = forms.filter((form) => REGIME_OF_FORM[form] !== null);
  const closed = numbered.filter((form) => !isOpened(form));
  return {
    opened: forms.filter((form) => !closed.includes(form)),
    sections: numbered.length === 0 ? [] : [sectionOf(request, { year, openings, closed })],
  };
}

const isOwn = ({ caller }: PageRequest, { requested_by }: YearOpening): boolean =>
  requested_by.endsWith(`(${caller.id})`);

interface Section {
  readonly year: string;
  readonly openings: readonly YearOpening[];
  readonly closed: readonly TaxFormName[];
}

function sectionOf(request: PageRequest, { year, openings, closed }: Section): VNode {
  const texts = request.words.taxActs.openings;
  return html`<h2 id="openings">${texts.title}</h2><p>${texts.explain}</p>${factorNotice(request)}
    ${grid({
      ...{ caption: texts.title, isCaptionHidden: true, isStacked: true, none: texts.none },
      ...{ rows: openings, columns: columnsOf(request) },
    })}
    ${closed.length > 0 && requestForm(request, { year, forms: closed })}`;
}

function columnsOf(request: PageRequest): readonly Column<YearOpening>[] {
  const { words, locale } = request;
  const { common } = words.finance;
  const texts = words.taxActs.openings;
  const { dateTime } = formats(locale);
  const byAt = (by: string | null, at: string | null) =>
    by === null || at === null ? '–' : common.byAt(nameOf(by), dateTime(at));
  return [
    { label: words.books.tax.form, cell: ({ form }) => words.taxActs.forms[form] },
    { label: common.reason, cell: ({ because }) => because },
    { label: texts.requested, cell: ({ requested_by, requested_at }) => byAt(requested_by, requested_at) },
    { label: texts.released, cell: ({ released_by, released_at }) => byAt(released_by, released_at) },
    {
      label: common.state,
      cell: (each) => html`${stateLabel(TONES[each.state], texts.states[each.state])} ${releaseOf(request, each)}`,
    },
  ];
}

/** The button for somebody else than the requester. */
function releaseOf(request: PageRequest, opening: YearOpening): VNode | false {
  const texts = request.words.taxActs.openings;
  if (opening.state !== 'requested') return false;
  if (isOwn(request, opening)) return html`<div class="soft">${texts.own}</div>`;
  return html`<form method="post"><input type="hidden" name="year" value=${opening.year} />
    <input type="hidden" name="opening_id" value=${opening.opening_id} />
    <button class="second" name="act" value="release">${texts.releaseAct}</button></form>`;
}

function requestForm({ words }: PageRequest, { year, forms }: OfYear): VNode {
  return html`<form class="stack" method="post">
    <input type="hidden" name="year" value=${year} />
    <label>${words.books.tax.form}<select name="form">${forms.map((form) => html`<option value=${form}>${words.taxActs.forms[form]}</option>`)}</select></label>
    ${reason(words, 1000)}
    <button class="second" name="act" value="open">${words.taxActs.openings.openAct}</button>
  </form>`;
}
