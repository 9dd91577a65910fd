import type { VNode } from 'preact';
import type { Brand } from '../../reports/brand.ts';
import type { Caller } from '../auth/caller.ts';
import { seesOwnOnly } from '../auth/caller.ts';
import { hasPermission } from '../auth/permissions.ts';
import { colorPath, logoPath } from './brand-assets.ts';
import { type Children, html } from './markup.ts';
import type { MenuEntry } from './page.ts';
import { SCRIPTS, STYLES } from './style.ts';
import type { Locale, Words } from './words.ts';

interface Frame {
  readonly title: string;
  readonly words: Words;
  readonly locale: Locale;
  readonly brand: Brand;
  readonly caller?: Caller | undefined;
  readonly menu?: readonly MenuEntry[];
  /** The path of this page, to mark its place in the menu. */
  readonly path: string;
  readonly isLive?: boolean | undefined;
  readonly hasPasskeys?: boolean | undefined;
  readonly children: Children;
}

/** The whole document of a page: head, menu, content. */
export function documentOf({
  title,
  words,
  locale,
  brand,
  caller,
  menu = [],
  path,
  isLive,
  hasPasskeys,
  children,
}: Frame): VNode {
  return html`<html lang=${locale}>
    <head>
      ${headOf({ title, brand, style: STYLES.pages.path })}
      ${
        isLive &&
        html`<script type="module" src=${SCRIPTS.runs.path}></script>
          <noscript><meta http-equiv="refresh" content="5" /></noscript>`
      }
      ${hasPasskeys && html`<script type="module" src=${SCRIPTS.passkey.path}></script>`}
    </head>
    <body>
      <a class="skip" href="#content">${words.layout.skip}</a>
      <header class="top">
        ${brandLink(brand)}
        ${caller ? menuOf({ words, caller, menu, path }) : html`<div class="who"><a href="/login">${words.login.title}</a></div>`}
      </header>
      <main id="content">
        <h1>${title}</h1>
        ${children}
      </main>
      ${footerOf({ words, locale, brand, caller })}
    </body>
  </html>`;
}

/** What the head of every document has: its title with the name of the installation, and its stylesheet with the colour of it. */
export const headOf = ({ title, brand, style }: { title: string; brand: Brand; style: string }): VNode =>
  html`<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title === brand.name ? title : `${title} – ${brand.name}`}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href=${style} />
    ${brand.color && html`<link rel="stylesheet" href=${colorPath(brand)} />`}`;

/** The name and logo of the installation, which lead to the start. */
export const brandLink = ({ logo, name }: Brand): VNode =>
  html`<a class="brand" href="/">${logo && html`<img src=${logoPath(logo)} alt="" />`}${name}</a>`;

/** The places for everybody, and the links of the installation. */
function footerOf({ words, locale, brand, caller }: Pick<Frame, 'words' | 'locale' | 'brand' | 'caller'>): VNode {
  const { footer } = words.open;
  const { publishes, links } = brand;
  const places = [
    ...(publishes.terms ? [['/terms', footer.terms]] : []),
    ...(publishes.docs || caller ? [['/docs', footer.docs]] : []),
    ...(publishes.figures ? [['/figures', footer.figures]] : []),
    ...(publishes.status ? [['/status', footer.status]] : []),
    ...links.map(({ url, label }) => [url, label[locale]]),
  ];
  return html`<footer><nav aria-label=${footer.label}><ul>
    ${places.map(([url, label]) => html`<li><a href=${url}>${label}</a></li>`)}
  </ul></nav></footer>`;
}

/** A place with its path; of which creator or developer it is, if of one. */
interface PlacedEntry extends MenuEntry {
  readonly subject: string | undefined;
}

function menuOf({ words, caller, menu, path }: Required<Pick<Frame, 'words' | 'menu' | 'path'>> & { caller: Caller }) {
  const audience = seesOwnOnly(caller) ? 'outside' : 'staff';
  const ids = {
    creator_id: /^\/c\/([^/]+)/.exec(path)?.[1] ?? caller.creatorIds[0],
    developer_id: /^\/d\/([^/]+)/.exec(path)?.[1] ?? caller.developerIds[0],
  };
  const placed = menu.flatMap((entry): readonly PlacedEntry[] => {
    const [, parameter] = /:(creator_id|developer_id)/.exec(entry.path) ?? [];
    if (parameter === undefined) return [{ ...entry, subject: undefined }];
    const id = ids[parameter as keyof typeof ids];
    return id === undefined ? [] : [{ ...entry, path: entry.path.replace(`:${parameter}`, id), subject: id }];
  });
  const entries = placed.filter(
    (entry) =>
      (entry.audience === undefined || entry.audience === audience) &&
      (entry.permission === undefined || hasPermission(caller, entry.permission)),
  );
  const isHere = ({ path: place, isExact }: MenuEntry): boolean =>
    path === place || (isExact && path === '/') || (!isExact && path.startsWith(`${place}/`));
  const listOf = (shown: readonly MenuEntry[]) =>
    html`<ul>${shown.map(
      (entry) =>
        html`<li><a href=${entry.path} aria-current=${isHere(entry) ? 'page' : undefined}>${entry.label(words)}</a></li>`,
    )}</ul>`;
  // Staff who look at the pages of one creator have those below their own, where a name can stand in both.
  const about = audience === 'staff' ? entries.filter(({ subject }) => subject !== undefined) : [];
  const [subject] = about.map((entry) => entry.subject);
  const main = entries.filter((entry) => !about.includes(entry));
  // Shown is one of both: a list where there is room, and where there is none what opens it.
  return html`<nav class="places" aria-label=${words.layout.menu}>${listOf(main)}</nav>
    <details class="places"><summary>${words.layout.menu}</summary><nav aria-label=${words.layout.menu}>${listOf(main)}</nav></details>
    <div class="who">
      <a href="/account">${caller.name}</a>
      <form method="post" action="/logout"><button class="plain">${words.layout.logOut}</button></form>
    </div>
    ${subject !== undefined && html`<nav class="about" aria-label=${subject}><strong>${subject}</strong>${listOf(about)}</nav>`}`;
}
