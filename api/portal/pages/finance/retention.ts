import type { VNode } from 'preact';
import type { FilesLeft } from '../../../../jobs/retention/delete-files.ts';
import type { RecordHold } from '../../../../jobs/retention/record-holds.ts';
import { type LegalTerm, RETENTION_RULES } from '../../../../jobs/retention/retention-rules.ts';
import type { GroupRetention } from '../../../../jobs/retention/stored-records.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { type Column, grid } from '../../components/grid.ts';
import { factorNotice, notice } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import { reason } from '../../month/payout-table.ts';
import type { Page, PageRequest } from '../../page.ts';
import type { Listed } from '../../page-reads.ts';

const KINDS: readonly string[] = Object.values(RETENTION_RULES).flatMap(({ kinds }) => kinds);
const SCOPE = ['kind', 'subject', 'period'] as const;

/** For how long records are kept, what is deleted when, and the holds that keep some of it longer. */
export const retention: Page = {
  path: '/retention',
  permission: 'retention:read',
  async show(request) {
    const { api, words, caller, query } = request;
    const texts = words.retention;
    const { data: groups, files_left } = await api.get<Listed<GroupRetention> & { files_left: FilesLeft }>(
      '/record-retention',
    );
    const { data: holds } = await api.get<Listed<RecordHold>>('/record-holds');
    const done = { placed: texts.placedDone, released: texts.releasedDone }[query.done ?? ''];
    const body = [
      ...(done ? [notice('good', done)] : []),
      html`<p>${texts.explain}</p>`,
      ...warningsOf(request, { groups, files_left }),
      ...holdSections(request, holds),
      ...(hasPermission(caller, 'retention:hold') ? [placeForm(request)] : []),
      ...termSections(request, groups),
    ];
    return { title: texts.title, body };
  },
  acts: {
    async place({ api }, { sentence: because = '', ...form }) {
      const given = SCOPE.flatMap((name) => (form[name]?.trim() ? [[name, form[name].trim()]] : []));
      await api.send('POST', '/record-holds', { ...Object.fromEntries(given), because });
      return '/retention?done=placed';
    },
    async release({ api }, { hold_id = '', sentence: because = '' }) {
      await api.send('POST', `/record-holds/${encodeURIComponent(hold_id)}/release`, { because });
      return '/retention?done=released';
    },
  },
};

function warningsOf(
  { words, locale }: PageRequest,
  { groups, files_left }: { groups: readonly GroupRetention[]; files_left: FilesLeft },
): readonly VNode[] {
  const texts = words.retention;
  const { count, dateTime } = formats(locale);
  const { file_count, since } = files_left;
  const runs = html`<p><a href="/runs?job=delete-expired-records">${texts.runs}</a></p>`;
  return [
    ...(groups.every(({ years }) => years === null) ? [notice('plain', texts.unset)] : []),
    ...(since === null ? [] : [notice('warn', texts.filesLeft(count(file_count), dateTime(since)), runs)]),
  ];
}

function holdSections(request: PageRequest, holds: readonly RecordHold[]): readonly VNode[] {
  const { words, locale, caller } = request;
  const texts = words.retention;
  const { common } = words.finance;
  const { dateTime } = formats(locale);
  const [inForce, past] = [holds.filter((each) => !isReleased(each)), holds.filter(isReleased)];
  const columns: readonly Column<RecordHold>[] = [
    { label: texts.what, cell: (hold) => scopeOf(request, hold) },
    { label: common.reason, cell: ({ because }) => because },
    { label: texts.placed, cell: (hold) => common.byAt(nameOf(hold.placed_by), dateTime(hold.placed_at)) },
  ];
  const release: Column<RecordHold> = { label: texts.release, cell: (hold) => releaseForm(request, hold) };
  const table = (caption: string, rows: readonly RecordHold[], more: readonly Column<RecordHold>[]): VNode =>
    grid({
      caption,
      isCaptionHidden: true,
      isStacked: true,
      none: texts.holdsNone,
      rows,
      columns: [...columns, ...more],
    });
  return [
    html`<h2 id="holds">${texts.holds}</h2>`,
    table(texts.holds, inForce, hasPermission(caller, 'retention:hold') ? [release] : []),
    ...(past.length === 0
      ? []
      : [
          html`<h2>${texts.past}</h2>`,
          table(texts.past, past, [
            {
              label: texts.released,
              cell: ({ released_by, released_at }) =>
                released_at === null ? '–' : common.byAt(nameOf(released_by ?? ''), dateTime(released_at)),
            },
            { label: texts.because, cell: ({ released_because }) => released_because ?? '–' },
          ]),
        ]),
  ];
}

const isReleased = ({ released_at }: RecordHold): boolean => released_at !== null;

function scopeOf({ words, locale }: PageRequest, { kind, subject, period }: RecordHold): string {
  const texts = words.retention;
  const month = period?.length === 7 ? formats(locale).period(period) : period;
  const named = [kind === null ? null : kindLabel(words, kind), subject, month].filter((each) => each != null);
  return named.length === 0 ? texts.everything : named.join(', ');
}

const kindLabel = (words: PageRequest['words'], kind: string): string =>
  kind === 'bank_message' ? words.retention.bankMessage : (words.issue.documents.kinds[kind] ?? kind);

function releaseForm({ words }: PageRequest, { hold_id }: RecordHold): VNode {
  return html`<details><summary>${words.retention.release}</summary>
    <form class="stack" method="post"><input type="hidden" name="hold_id" value=${hold_id} />
      ${reason(words, 1000)}
      <button class="second" name="act" value="release">${words.retention.release}</button>
    </form></details>`;
}

/** Filled in with what a link to the page names. */
function placeForm(request: PageRequest): VNode {
  const { words, query } = request;
  const texts = words.retention;
  const { documents } = words.issue;
  return html`<h2 id="place">${texts.place}</h2><p>${texts.placeExplain}</p>${factorNotice(request)}
    <form class="stack" method="post">
      <label>${words.books.documents.kind}<select name="kind"><option value="">${texts.anyKind}</option>${KINDS.map(
        (kind) => html`<option value=${kind} selected=${kind === query.kind}>${kindLabel(words, kind)}</option>`,
      )}</select></label>
      <label>${documents.subject}<input name="subject" maxlength="200" value=${query.subject ?? ''} /></label>
      <label>${documents.period}<input name="period" pattern="\\d{4}(-\\d{2})?" maxlength="7" value=${query.period ?? ''} /></label>
      ${reason(words, 1000)}
      <button name="act" value="place">${texts.placeAct}</button>
    </form>`;
}

function termSections({ words, locale }: PageRequest, groups: readonly GroupRetention[]): readonly VNode[] {
  const texts = words.retention;
  const { common } = words.finance;
  const { count, date } = formats(locale);
  const years = groups.flatMap((each) => each.by_year.map((year) => ({ ...year, group: each.group })));
  return [
    html`<h2>${texts.due}</h2>`,
    grid({
      ...{ caption: texts.due, isCaptionHidden: true, none: texts.dueNone, rows: years },
      columns: [
        { label: texts.group, cell: ({ group }) => texts.groups[group] },
        { label: texts.year, isNumber: true, cell: ({ recorded_year }) => String(recorded_year) },
        { label: common.count, isNumber: true, cell: ({ record_count }) => count(record_count) },
        { label: texts.held, isNumber: true, cell: ({ held_count }) => count(held_count) },
        { label: texts.from, cell: ({ delete_from_on: from }) => (from === null ? texts.never : date(from)) },
      ],
    }),
    html`<h2>${texts.terms}</h2>`,
    grid({
      ...{ caption: texts.terms, isCaptionHidden: true, isStacked: true, none: common.none, rows: groups },
      columns: [
        { label: texts.group, cell: ({ group }) => texts.groups[group] },
        { label: texts.keptFor, cell: ({ years: kept }) => (kept === null ? texts.ever : texts.years(kept)) },
        { label: texts.deleted, isNumber: true, cell: ({ deleted_count }) => count(deleted_count) },
        {
          label: texts.laws,
          cell: ({ terms }) => html`<ul>${terms.map((term) => html`<li>${lawOf(term, texts)}</li>`)}</ul>`,
        },
      ],
    }),
  ];
}

function lawOf({ country, law, years, read_at }: LegalTerm, texts: PageRequest['words']['retention']): VNode {
  const name = html`<span lang="en">${country}: ${law}</span>`;
  const linked = read_at === null ? name : html`<a href=${read_at} rel="noreferrer">${name}</a>`;
  return html`${linked}, ${texts.years(years)}${read_at === null && ` (${texts.unread})`}`;
}
