import { accountDe } from './account-de.ts';
import { actsDe } from './acts-de.ts';
import { appsDe } from './apps-de.ts';
import { books } from './books/de.ts';
import { consentsDe } from './consents-de.ts';
import { creatorDe } from './creator-de.ts';
import { dashboards } from './dashboards/de.ts';
import { developerDe } from './developer-de.ts';
import { docs } from './docs/de.ts';
import type { Words } from './en.ts';
import { finance } from './finance/de.ts';
import { issueDe } from './issue-de.ts';
import { keysDe } from './keys-de.ts';
import { ledgerDe } from './ledger-de.ts';
import { meanings } from './meanings/de.ts';
import { operator } from './operator/de.ts';
import { payoutsDe } from './payouts-de.ts';
import { open } from './public/de.ts';
import { retentionDe } from './retention-de.ts';
import { taxActsDe } from './tax-acts-de.ts';
import { taxDe } from './tax-de.ts';

const REFUSED: Readonly<Record<number, string>> = {
  403: 'Dazu sind Sie nicht berechtigt. Die Begründung auf Englisch:',
  404: 'Das wurde nicht gefunden. Die Begründung auf Englisch:',
  409: 'Das ist im jetzigen Stand nicht möglich. Die Begründung auf Englisch:',
  429: 'Das waren zu viele Versuche. Die Begründung auf Englisch:',
  503: 'Das ist gerade nicht möglich. Die Begründung auf Englisch:',
};

/** The same in German. */
export const de: Words = {
  roles: {
    creator: 'Urheber',
    developer: 'Entwickler',
    finance: 'Buchhaltung',
    approver: 'Freigabe',
    analyst: 'Auswertung',
    operator: 'Betrieb',
    admin: 'Verwaltung',
  },
  layout: {
    skip: 'Zum Inhalt',
    menu: 'Menü',
    logOut: 'Abmelden',
  },
  errors: {
    title: 'Das hat nicht geklappt',
    notFound: 'Diese Seite gibt es nicht.',
    nothingChosen: 'Es ist nichts ausgewählt; markieren Sie, worüber Sie entscheiden.',
    refused: (status) => REFUSED[status] ?? 'Das wurde nicht angenommen. Die Begründung auf Englisch:',
    back: 'Gehen Sie zurück, oder beginnen Sie auf der Startseite.',
    start: 'Startseite',
    requestId: (id: string) => `Nummer dieser Anfrage, für den Betreiber des Servers: ${id}`,
  },
  login: {
    title: 'Anmelden',
    explain: 'Wir senden Ihnen per E-Mail einen Link, mit dem Sie sich anmelden. Ein Passwort gibt es nicht.',
    email: 'E-Mail-Adresse',
    send: 'Link senden',
    sent: 'Wenn diese Adresse hier bekannt ist, ist ein Link unterwegs. Er gilt einmal, 15 Minuten lang.',
    enterTitle: 'Jetzt anmelden',
    enterExplain: 'Dieser Link gilt einmal. Melden Sie sich mit der Schaltfläche an.',
    enter: 'Anmelden',
    invited: 'Anmelden kann sich nur, wer eingeladen wurde. Fragen Sie den Betreiber dieses Marktplatzes.',
  },
  account: {
    title: 'Ihr Konto',
    email: 'E-Mail-Adresse',
    roles: 'Rollen',
    sessions: 'Wo Sie angemeldet sind',
    sessionsExplain: 'Beenden Sie jede Sitzung, die Sie nicht kennen.',
    browser: 'Browser',
    address: 'Adresse',
    lastUsed: 'Zuletzt benutzt',
    thisSession: 'diese',
    end: 'Beenden',
    language: 'Sprache',
    save: 'Speichern',
    factor: 'Zweiter Faktor',
    factorMissing: 'Sie haben keinen. Wer Geld freigibt oder sendet, braucht einen.',
    factorThere: 'Er ist eingerichtet.',
    factorVerified: 'Er wurde in dieser Sitzung angegeben.',
    factorSetUp: 'Einrichten',
    factorGive: 'Jetzt angeben',
    unknown: 'unbekannt',
  },
  factor: {
    title: 'Zweiter Faktor',
    explain:
      'Was Geld bewegt, Steuernummern öffnet oder anderen Zugang gibt, braucht einmal je Sitzung einen zweiten Faktor: einen Passkey oder einen sechsstelligen Code aus einer Authentifizierungs-App.',
    scan: 'Geben Sie dieses Geheimnis in Ihre App ein (zeitbasiert, sechs Stellen), oder öffnen Sie die Adresse auf dem Gerät mit der App:',
    secret: 'Geheimnis',
    openApp: 'In der App öffnen',
    code: 'Sechsstelliger Code',
    confirm: 'Bestätigen',
    done: 'Der zweite Faktor stimmt: Sie können weitermachen.',
  },
  home: {
    title: 'Willkommen',
    nothing: 'Sie haben keine Rolle mehr. Fragen Sie den Betreiber dieses Marktplatzes.',
  },
  creator: creatorDe,
  consents: consentsDe,
  developer: developerDe,
  tax: taxDe,
  taxActs: taxActsDe,
  keys: keysDe,
  acts: actsDe,
  apps: appsDe,
  finance,
  operator,
  open,
  docs,
  payouts: payoutsDe,
  issue: issueDe,
  retention: retentionDe,
  ledger: ledgerDe,
  books,
  dashboards,
  meanings,
  ...accountDe,
};
