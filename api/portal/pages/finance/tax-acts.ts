import type { VNode } from 'preact';
import { requireJob } from '../../../../jobs/jobs.ts';
import type { FiledOutcome } from '../../../../jobs/tax/file-form.ts';
import type { ListedForm } from '../../../../jobs/tax/tax-profiles.ts';
import { type RecordedTaxSettings, TREATMENTS } from '../../../../jobs/tax/tax-settings.ts';
import type { PayerName } from '../../../../reports/tax/tax-file.ts';
import type { TaxFormName } from '../../../../reports/tax/words.ts';
import { PAYER_COUNTRIES } from '../../../../transforms/seeds/withholding-rules.ts';
import { hasPermission, mayStart } from '../../../auth/permissions.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { creatorLink } from '../../components/links.ts';
import { factorNotice } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import { reason } from '../../month/payout-table.ts';
import type { Form, Page, PageRequest } from '../../page.ts';
import { fromCursor, type Listed, type Paged } from '../../page-reads.ts';

/** What finance does about a tax year: files a form, records the office's refusal, sets withholding and backup withholding. */
export const TAX_ACTS: NonNullable<Page['acts']> = {
  file: ({ api }, form) => file(api, form),
  async settings({ api }, { settings_payer: payer, valid_from_on, payer_country, undocumented_treatment }) {
    const settings = { valid_from_on, payer_country, undocumented_treatment };
    await api.send('POST', '/tax/settings', { ...(payer !== undefined && { payer }), ...settings });
    return '/tax?done=saved';
  },
  async withholding({ api }, { creator_id = '', is_on, sentence: because = '' }) {
    const path = `/tax/profiles/${encodeURIComponent(creator_id.trim())}/backup-withholding`;
    await api.send('POST', path, { is_on: is_on === 'on', because });
    return '/tax?done=saved';
  },
};

async function file(
  api: PageRequest['api'],
  { year = '', form = '', payer = '', sentence = '', refused = '', accepted = '', payer_corrected }: Form,
): Promise<string> {
  const ids = accepted.split(/[\s,]+/).filter(Boolean);
  const options = {
    ...{ year, form, ...(payer !== '' && { payer }), ...(sentence.trim() !== '' && { because: sentence.trim() }) },
    ...(refused.trim() !== '' && { refused: refused.trim() }),
    ...(payer_corrected !== undefined && { payer_corrected: 'true' }),
    ...(ids.length > 0 && { accepted: JSON.stringify(ids) }),
  };
  const { outcome: filed } = await api.send<{ outcome: FiledOutcome }>('POST', '/jobs/file-tax-form/runs', {
    ...{ options, wait: true },
  });
  const found = new URLSearchParams({
    ...{ year, ...(payer !== '' && { payer }), done: filed.is_new ? 'filed' : 'unchanged' },
  });
  // Those whose newer profile waits for a decision.
  if (filed.not_used.length > 0) found.set('waiting', filed.not_used.join(' '));
  return `/tax?${found}`;
}

/** Filing a form of a year: for the first time, with what has changed, or in the place of a filing that was refused. */
export function filingForm(
  request: PageRequest,
  { year, forms }: { year: string; forms: readonly TaxFormName[] },
): VNode {
  const { words, caller, query } = request;
  const { taxActs: texts } = words;
  if (!mayStart(caller, requireJob('file-tax-form')) || forms.length === 0) return html``;
  return html`<h2 id="file">${texts.file}</h2><p>${texts.fileExplain}</p>${factorNotice(request)}
    <form class="stack" method="post">
      <input type="hidden" name="year" value=${year} />
      ${query.payer !== undefined && html`<input type="hidden" name="payer" value=${query.payer} />`}
      <label>${words.books.tax.form}<select name="form">${forms.map((form) => html`<option value=${form}>${texts.forms[form]}</option>`)}</select></label>
      <label><span>${texts.because} <span class="soft">(${texts.optional})</span></span><textarea name="sentence" rows="2" maxlength="1000"></textarea></label>
      <label><span>${texts.accepted} <span class="soft">(${texts.optional})</span></span><input name="accepted" value=${query.waiting ?? ''} /></label>
      <label><span>${texts.refused} <span class="soft">(${texts.optional})</span></span><input name="refused" inputmode="numeric" maxlength="6" /></label>
      <label class="inline"><input type="checkbox" name="payer_corrected" />${texts.payerCorrected}</label>
      <button name="act" value="file">${texts.fileAct}</button>
    </form>`;
}

/** Who has no form or one that expires, and what is withheld from when on, by which of several payers. */
export async function withholdingSections(
  request: PageRequest,
  payers: readonly PayerName[] = [],
): Promise<readonly VNode[]> {
  const { api, words, locale, caller, query } = request;
  const { taxActs: texts } = words;
  const { common } = words.finance;
  if (!hasPermission(caller, 'tax-profiles:list')) return [];
  const format = formats(locale);
  const missing = await api.get<Paged<{ creator_id: string }>>(fromCursor('/tax/creators-without-form', query.cursor));
  const expiring = await api.get<Listed<ListedForm>>('/tax/profiles?expiring_days=90');
  const named = new Map(payers.map(({ payer_id, name }) => [payer_id, name]));
  const { data: settings } = await api.get<Listed<RecordedTaxSettings>>('/tax/settings');
  return [
    html`<h2>${texts.missing}</h2>
      ${missing.data.length === 0 ? html`<p class="soft">${common.none}</p>` : html`<ul class="plain tables">${missing.data.map(({ creator_id }) => html`<li>${creatorLink(creator_id)}</li>`)}</ul>`}
      ${nextPage({ cursor: missing.next_cursor, path: '/tax', label: common.next })}
      <h2>${texts.expiring}</h2>`,
    grid({
      ...{ caption: texts.expiring, isCaptionHidden: true, none: common.none, rows: expiring.data },
      columns: [
        { label: common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
        { label: words.books.tax.form, cell: ({ form }) => form },
        { label: texts.validUntil, cell: ({ valid_until_on: day }) => (day === null ? '–' : format.date(day)) },
      ],
    }),
    html`<h2>${texts.settings}</h2>`,
    grid({
      ...{ caption: texts.settings, isCaptionHidden: true, none: texts.settingsNone, rows: settings },
      columns: [
        ...(payers.length > 1
          ? [
              {
                label: texts.payers.payer,
                cell: ({ payer_id }: RecordedTaxSettings) => named.get(payer_id) ?? payer_id,
              },
            ]
          : []),
        { label: texts.validFrom, cell: ({ valid_from_on }) => format.date(valid_from_on) },
        { label: texts.payerCountry, cell: ({ payer_country }) => payer_country },
        { label: texts.undocumented, cell: (row) => texts.treatments[row.undocumented_treatment] },
        { label: common.by, cell: (row) => common.byAt(nameOf(row.decided_by), format.dateTime(row.decided_at)) },
      ],
    }),
    ...(hasPermission(caller, 'tax-profiles:decide') ? [decisionForms(request, payers)] : []),
  ];
}

function decisionForms(request: PageRequest, payers: readonly PayerName[]): VNode {
  const { words } = request;
  const { taxActs: texts } = words;
  return html`${factorNotice(request)}<form class="stack" method="post">
      ${payers.length > 1 && html`<label>${texts.payers.payer}<select name="settings_payer">${payers.map((each) => html`<option value=${each.payer_id}>${each.name}</option>`)}</select></label>`}
      <label>${texts.validFrom}<input name="valid_from_on" type="date" required /></label>
      <label>${texts.payerCountry}<select name="payer_country">${PAYER_COUNTRIES.map((each) => html`<option value=${each}>${each}</option>`)}</select></label>
      <label>${texts.undocumented}<select name="undocumented_treatment">${TREATMENTS.map((each) => html`<option value=${each}>${texts.treatments[each]}</option>`)}</select></label>
      <button class="second" name="act" value="settings">${texts.settingsAct}</button>
    </form>
    <h2>${texts.backup}</h2><p>${texts.backupExplain}</p>
    <form class="stack" method="post">
      <label>${words.finance.common.creator}<input name="creator_id" required maxlength="255" /></label>
      <label>${texts.backupState}<select name="is_on"><option value="on">${texts.on}</option><option value="off">${texts.off}</option></select></label>
      ${reason(words, 500)}
      <button class="second" name="act" value="withholding">${texts.backupAct}</button>
    </form>`;
}
