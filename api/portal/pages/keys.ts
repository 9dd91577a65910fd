import type { VNode } from 'preact';
import { DAY_MS, instant } from '../../../warehouse/clock.ts';
import { SECOND_FACTOR_PATH } from '../../auth/authenticate.ts';
import { KEY_ROLES, type KeyRole, type ListedKey } from '../../auth/keys.ts';
import { hasPermission, keyNeedsSecondFactor, scopesOf } from '../../auth/permissions.ts';
import { grid } from '../components/grid.ts';
import { factorNotice, notice, stateLabel, type Tone } from '../components/notice.ts';
import { formats } from '../formats.ts';
import { type Children, html } from '../markup.ts';
import type { Form, Page, PageContent, PageRequest } from '../page.ts';

/** The keys of whoever looks, or of everybody for an administrator: making, rotating and revoking them. */
export const keys: Page = {
  path: '/keys',
  permission: 'keys:own',
  async show(request) {
    const { api, words, query, caller } = request;
    const { keys: texts } = words;
    const isManager = hasPermission(caller, 'keys:manage');
    if (isManager && !caller.isVerified) return { title: texts.title, body: html`${factorNotice(request)}` };
    const { data } = await api.get<{ data: ListedKey[] }>('/keys');
    const done = texts.done[query.done ?? ''];
    const body = html`${done && notice('good', done)}
      <p>${isManager ? texts.explainAll : texts.explain}</p>
      ${keyTable(request, data)}
      <h2>${texts.make}</h2>
      ${factorHint(request)}
      ${isManager ? KEY_ROLES.map((role) => makeForm(request, { role })) : ownForms(request)}`;
    return { title: texts.title, body };
  },
  acts: {
    async make(request, form) {
      const { role = '', subject_id = '', name = '', expires_on = '' } = form;
      const scopes = Object.keys(form).flatMap((field) => (field.startsWith(SCOPE) ? field.slice(SCOPE.length) : []));
      const made = await request.api.send<{ key: string }>('POST', '/keys', {
        ...{ name, role },
        ...(subject_id && { [`${role}_id`]: subject_id }),
        ...(scopes.length > 0 && { scopes }),
        ...(expires_on && { expires_at: `${expires_on}T00:00:00Z` }),
      });
      return shownOnce(request, made.key);
    },
    async rotate(request, form) {
      const former = FORMER_MS[form.former ?? ''];
      const body = former ? { former_ends_at: instant(request.services.clock.now() + former) } : {};
      const made = await request.api.send<{ key: string }>('POST', `${pathOf(form)}/rotations`, body);
      return shownOnce(request, made.key);
    },
    async revoke({ api }, form) {
      await api.send('DELETE', pathOf(form));
      return '/keys?done=revoked';
    },
    async 'revoke-former'({ api }, form) {
      await api.send('DELETE', `${pathOf(form)}/former-secret`);
      return '/keys?done=former';
    },
  },
};

const SCOPE = 'scope:';
const FORMER_MS: Readonly<Record<string, number>> = { day: DAY_MS, week: 7 * DAY_MS };
const pathOf = ({ key = '' }: Form): string => `/keys/${encodeURIComponent(key)}`;

function shownOnce({ words }: PageRequest, key: string): PageContent {
  const { keys: texts } = words;
  const body = html`${notice('good', texts.shown)}
    <p><code class="code">${key}</code></p>
    <p>${texts.shownUse}</p>
    <p><code class="code">Authorization: Bearer ${key}</code></p>
    <p><a href="/keys">${texts.goOn}</a></p>`;
  return { title: texts.title, body, isDone: true };
}

function keyTable(request: PageRequest, data: readonly ListedKey[]): VNode {
  const { words, locale } = request;
  const { keys: texts } = words;
  const { dateTime } = formats(locale);
  const when = (at: string | null): string => (at === null ? texts.never : dateTime(at));
  return grid({
    ...{ caption: texts.list, isCaptionHidden: true, isStacked: true, none: texts.none, rows: data },
    columns: [
      {
        label: texts.name,
        cell: ({ name, api_key_id }) => html`${name}<div class="soft"><code>${api_key_id}</code></div>`,
      },
      {
        label: texts.may,
        cell: (key) =>
          html`${words.roles[key.role]} ${key.creator_id ?? key.developer_id}: ${key.scopes?.join(', ') ?? texts.all}`,
      },
      {
        label: texts.created,
        cell: ({ created_at, made_by }) =>
          html`${dateTime(created_at)} <span class="soft">${made_by === null ? texts.atCommandLine : texts.madeBy(made_by)}</span>`,
      },
      { label: texts.expires, cell: ({ expires_at }) => when(expires_at) },
      { label: texts.lastUsed, cell: ({ last_used_at }) => when(last_used_at) },
      { label: texts.state, cell: (key) => stateOf(request, key) },
      { label: texts.act, cell: (key) => actsFor(request, key) },
    ],
  });
}

type State = 'live' | 'rotating' | 'expired' | 'revoked';
const TONES: Readonly<Record<State, Tone>> = { live: 'good', rotating: 'warn', expired: 'plain', revoked: 'plain' };

function stateIn({ services }: PageRequest, key: ListedKey): State {
  if (key.revoked_at !== null) return 'revoked';
  if (key.expires_at !== null && Date.parse(key.expires_at) <= services.clock.now()) return 'expired';
  return key.has_former_secret ? 'rotating' : 'live';
}

function stateOf(request: PageRequest, key: ListedKey): VNode {
  const { keys: texts } = request.words;
  const state = stateIn(request, key);
  const until = key.former_ends_at;
  const former = until === null ? texts.formerOpen : texts.formerUntil(formats(request.locale).dateTime(until));
  return html`${stateLabel(TONES[state], texts.states[state])}${state === 'rotating' && html`<div class="soft">${former}</div>`}`;
}

function actsFor(request: PageRequest, key: ListedKey): Children {
  const { keys: texts } = request.words;
  const state = stateIn(request, key);
  if (state === 'revoked') return '–';
  const { formerChoices } = texts;
  const rotation = html`<select name="former" aria-label=${`${texts.formerLabel}: ${key.name}`}>${Object.entries(
    formerChoices,
  ).map(([value, label]) => html`<option value=${value}>${label}</option>`)}</select>
    <button class="second" name="act" value="rotate">${texts.rotate}</button>`;
  return html`<form class="row" method="post"><input type="hidden" name="key" value=${key.api_key_id} />
    ${state === 'live' && rotation}
    ${state === 'rotating' && html`<button class="second" name="act" value="revoke-former">${texts.revokeFormer}</button>`}
    <button class="second" name="act" value="revoke">${texts.revoke}</button>
  </form>`;
}

/** For each role of the person, and each creator or developer. */
function ownForms(request: PageRequest): VNode[] {
  const { caller } = request;
  const subjects = { creator: caller.creatorIds, developer: caller.developerIds } as Partial<
    Record<KeyRole, readonly string[]>
  >;
  const options = KEY_ROLES.filter((role) => caller.roles.includes(role)).flatMap((role) =>
    (subjects[role] ?? [undefined]).map((subjectId) => ({ role, subjectId })),
  );
  return options.map((option) => makeForm(request, { ...option, isOpen: options.length === 1 }));
}

interface Option {
  readonly role: KeyRole;
  /** Given for a person's own; an administrator names it. */
  readonly subjectId?: string | undefined;
  readonly isOpen?: boolean;
}

function makeForm({ words }: PageRequest, { role, subjectId, isOpen = false }: Option): VNode {
  const { keys: texts, roles } = words;
  const needsSubject = role === 'creator' || role === 'developer';
  const subject =
    subjectId === undefined
      ? html`<label>${texts.subject(roles[role])}<input name="subject_id" required maxlength="255" /></label>`
      : html`<input type="hidden" name="subject_id" value=${subjectId} />`;
  return html`<details open=${isOpen}><summary>${texts.makeFor(roles[role], subjectId ?? '')}</summary>
    <form class="stack" method="post">
      <input type="hidden" name="role" value=${role} />
      ${needsSubject && subject}
      <label>${texts.name}<input name="name" required maxlength="100" /></label>
      <fieldset><legend>${texts.scopes}</legend>
        <p class="soft">${texts.scopesExplain}</p>
        ${scopesOf(role).map((scope) => html`<label class="inline"><input type="checkbox" name=${SCOPE + scope} /><code>${scope}</code></label>`)}
      </fieldset>
      <label>${texts.expiresOn}<input name="expires_on" type="date" /></label>
      <button name="act" value="make">${texts.make}</button>
    </form></details>`;
}

/** For whoever has a role whose keys need the second factor, and has not given it. */
function factorHint({ caller, words, path }: PageRequest): VNode | false {
  const needsIt = KEY_ROLES.some((role) => caller.roles.includes(role) && keyNeedsSecondFactor(role));
  if (caller.isVerified || !needsIt) return false;
  const { factor, factorLink } = words.keys;
  return notice(
    'warn',
    html`${factor} <a href=${`${SECOND_FACTOR_PATH}?next=${encodeURIComponent(path)}`}>${factorLink}</a>`,
  );
}
