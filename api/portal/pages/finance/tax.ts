import type { VNode } from 'preact';
import type { TaxFormName } from '../../../../reports/tax/words.ts';
import { instant } from '../../../../warehouse/clock.ts';
import { Rejected } from '../../../../warehouse/errors.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { grid } from '../../components/grid.ts';
import { creatorLink } from '../../components/links.ts';
import { notice } from '../../components/notice.ts';
import { refusal } from '../../components/refusal.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Page, PageRequest } from '../../page.ts';
import { orRefusal } from '../../page-reads.ts';
import type { Words } from '../../words.ts';
import { filingForm, TAX_ACTS, withholdingSections } from './tax-acts.ts';
import { OPENING_ACTS, openingsOf } from './tax-openings.ts';
import { type OfPayers, PAYER_ACTS, payerLinks, payerSections } from './tax-payers.ts';

interface Status extends Omit<OfPayers, 'year'> {
  readonly notice: string;
  readonly is_closed: boolean;
  readonly forms: readonly {
    readonly form: TaxFormName;
    readonly included_count: number;
    readonly left_out_count: Readonly<Record<string, number>>;
    readonly to_be_resolved: readonly { readonly creator_id: string; readonly because: string }[];
    readonly faults: readonly string[];
    readonly filed: {
      readonly document_id: string;
      readonly filed_at: string;
      readonly filed_by: string | null;
    } | null;
  }[];
  readonly totals: readonly {
    readonly amount: keyof Words['books']['tax']['amounts'];
    readonly currency: string;
    readonly ledger: string;
  }[];
}

const YEARS_BACK = 3;

/** What the tax forms of a year would hold, what is missing for whom, and what was filed. */
export const taxYear: Page = {
  path: '/tax',
  permission: 'tax-years:read',
  async show(request) {
    const { api, words, locale, query, caller, services } = request;
    const { tax: texts } = words.books;
    const { taxActs } = words;
    const { common } = words.finance;
    const format = formats(locale);
    const current = Number(instant(services.clock.now()).slice(0, 4));
    const year = query.year ?? String(current);
    // Without a tax file there is none, and the API says what to do.
    const ofPayer = query.payer === undefined ? '' : `?${new URLSearchParams({ payer: query.payer })}`;
    const status = await orRefusal(api.get<Status>(`/tax/years/${encodeURIComponent(year)}/status${ofPayer}`));
    if (status instanceof Rejected) {
      const why = html`<div class="notice warn">${refusal(request, { error: status, status: 409 })}</div>`;
      return { title: texts.title(year), body: [...doneOf(request), why, ...(await withholdingSections(request))] };
    }
    const others = Array.from({ length: YEARS_BACK + 1 }, (_, back) => String(current - back));
    const mayExport = hasPermission(caller, 'tax-years:export');
    const forms = status.is_closed ? status.forms.map(({ form }) => form) : [];
    const { opened, sections: openings } = await openingsOf(request, { year, forms });
    const body = [
      ...doneOf(request),
      html`<p>${texts.other}: ${others.map((each) => html`<a href=${`/tax?year=${each}`} aria-current=${each === year ? 'page' : undefined}>${each}</a> `)}</p>
        ${payerLinks(request, { year, ...status })}
        <p class="soft">${words.meanings.fixed.taxNotice.meaning}</p>`,
      ...(status.is_closed ? [] : [notice('plain', texts.open)]),
      html`<h2>${texts.forms}</h2>`,
      grid({
        caption: texts.forms,
        isCaptionHidden: true,
        none: common.none,
        rows: status.forms,
        columns: [
          { label: texts.form, cell: ({ form }) => taxActs.forms[form] },
          { label: texts.included, isNumber: true, cell: ({ included_count }) => format.count(included_count) },
          {
            label: texts.leftOut,
            isNumber: true,
            cell: ({ left_out_count }) =>
              format.count(Object.values(left_out_count).reduce((sum, each) => sum + each, 0)),
          },
          { label: texts.faults, cell: ({ faults }) => html`<span lang="en">${faults.join(' ') || '–'}</span>` },
          {
            label: texts.filed,
            cell: ({ form, filed }) => {
              if (filed === null) return texts.notFiled;
              const filedAt = format.dateTime(filed.filed_at);
              const archive = html`<a href=${`/v1/documents/${filed.document_id}`}>${filedAt}</a>`;
              return html`${opened.includes(form) ? archive : filedAt} ${nameOf(filed.filed_by ?? '')}`;
            },
          },
          {
            label: texts.preview,
            cell: ({ form }) => {
              if (!mayExport || !status.is_closed) return '–';
              if (!opened.includes(form)) return html`<a href="#openings">${taxActs.openings.needed}</a>`;
              return html`<a href=${`/v1/tax/years/${year}/exports/${form}${ofPayer}`}>ZIP</a>`;
            },
          },
        ],
      }),
      html`<h2>${texts.resolve}</h2>`,
      grid({
        caption: texts.resolve,
        isCaptionHidden: true,
        none: texts.resolveNone,
        rows: status.forms.flatMap(({ form, to_be_resolved }) => to_be_resolved.map((each) => ({ form, ...each }))),
        columns: [
          { label: common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
          { label: texts.form, cell: ({ form }) => taxActs.forms[form] },
          { label: common.reason, cell: ({ because }) => html`<span lang="en">${because}</span>` },
        ],
      }),
      html`<h2>${texts.totals}</h2>`,
      grid({
        caption: texts.totals,
        isCaptionHidden: true,
        none: common.none,
        rows: status.totals,
        columns: [
          { label: common.amount, cell: ({ amount }) => texts.amounts[amount] },
          { label: texts.inLedger, isNumber: true, cell: ({ ledger, currency }) => format.amount(ledger, currency) },
        ],
      }),
      ...openings,
      ...(await payerSections(request, { year, ...status })),
      filingForm(request, { year, forms: opened }),
      ...(await withholdingSections(request, status.payers)),
    ];
    return { title: texts.title(year), body };
  },
  acts: { ...TAX_ACTS, ...OPENING_ACTS, ...PAYER_ACTS },
};

/** What an act has done, and whose profile waits for a decision. */
function doneOf({ words, query }: PageRequest): readonly VNode[] {
  const { taxActs: texts } = words;
  const { openings } = texts;
  const done = {
    ...{ filed: texts.filed, unchanged: texts.unchanged, saved: words.finance.common.saved },
    ...{ requested: openings.requestedDone, released: openings.releasedDone },
  }[query.done ?? ''];
  const waiting = (query.waiting ?? '').split(' ').filter(Boolean);
  return [
    ...(done ? [notice('good', done)] : []),
    ...(waiting.length > 0
      ? [notice('warn', texts.waiting, html`<ul>${waiting.map((id) => html`<li>${creatorLink(id)}</li>`)}</ul>`)]
      : []),
  ];
}
